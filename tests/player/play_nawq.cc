// Plays a .nawq program on a picture with nothing but the libraries of the player-only build:
//   play_nawq MODEL.nawq IN.ppm OUT.ppm [THREADS]
// Pictures are binary PPM of 8 bits. Prints the instruction set and the FNV-1a hash of the result's samples.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/cpu.h"
#include "base/thread_team.h"
#include "codec/context.h"
#include "codec/loaded_program.h"
#include "image/image.h"
#include "plan/nawq_file.h"

namespace {

using namespace nawq;

std::vector<char> read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<Image> read_ppm(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string magic;
  std::int64_t width_px = 0, height_px = 0;
  int largest = 0;
  file >> magic >> width_px >> height_px >> largest;
  file.get();
  if (!file || magic != "P6" || largest != 255 || width_px < 1 || height_px < 1) return std::nullopt;
  auto image = Image::create(width_px, height_px, 3, 8);
  if (!image) return std::nullopt;
  for (std::int64_t y = 0; y < height_px; ++y) {
    const auto row = image->row8(y);
    file.read(reinterpret_cast<char*>(row.data()), static_cast<std::streamsize>(row.size()));
  }
  return file ? std::optional(std::move(*image)) : std::nullopt;
}

bool write_ppm(const char* path, const Image& image) {
  std::ofstream file(path, std::ios::binary);
  file << "P6\n" << image.width_px() << ' ' << image.height_px() << "\n255\n";
  for (std::int64_t y = 0; y < image.height_px(); ++y) {
    const auto row = image.row8(y);
    file.write(reinterpret_cast<const char*>(row.data()), static_cast<std::streamsize>(row.size()));
  }
  return file.flush().good();
}

std::uint64_t hash_of(const Image& image) {
  std::uint64_t hash = 14695981039346656037u;
  for (std::int64_t y = 0; y < image.height_px(); ++y)
    for (const std::uint8_t sample : image.row8(y)) hash = (hash ^ sample) * 1099511628211u;
  return hash;
}

Result<Image> play(plan::Program program, const Image& picture, Isa isa, int threads) {
  const std::int64_t scale = program.scale;
  NAWQ_TRY(const auto context,
           codec::Context::create(codec::LoadedProgram::load(std::move(program), isa),
                                  {picture.width_px(), picture.height_px()}, {.workers = threads}));
  NAWQ_TRY(ThreadTeam team, ThreadTeam::create(threads));
  NAWQ_TRY(Image result, Image::create(picture.width_px() * scale, picture.height_px() * scale, 3, 8));
  NAWQ_CHECK(context->run(picture, result, team, [](double) { return true; }));
  return result;
}

int complain(const std::string& what) {
  std::cerr << "play_nawq: " << what << '\n';
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) return complain("usage: play_nawq MODEL.nawq IN.ppm OUT.ppm [THREADS]");
  const std::vector<char> bytes = read_file(arguments[1]);
  auto program = plan::load_program(std::as_bytes(std::span(bytes)), arguments[1]);
  if (!program) return complain(program.error().message);
  if (program->channels != 3) return complain(std::string(arguments[1]) + ": is not for RGB pictures");
  const auto picture = read_ppm(arguments[2]);
  if (!picture) return complain(std::string(arguments[2]) + ": no binary PPM of 8 bits");
  const auto isa = choose_isa();
  if (!isa) return complain(isa.error().message);
  const auto result = play(std::move(*program), *picture, *isa, count > 4 ? std::stoi(arguments[4]) : 2);
  if (!result) return complain(result.error().message);
  if (!write_ppm(arguments[3], *result)) return complain(std::string(arguments[3]) + ": cannot be written");
  std::printf("%s %016llx\n", std::string(isa_name(*isa)).c_str(),
              static_cast<unsigned long long>(hash_of(*result)));
  return 0;
}
