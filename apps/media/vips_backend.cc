#include <algorithm>

#include "media/vips_common.h"

namespace nawq::media {
namespace {

void drop_message(const gchar*, GLogLevelFlags, const gchar*, gpointer) {}

GLogWriterOutput drop_structured_message(GLogLevelFlags, const GLogField*, gsize, gpointer) {
  return G_LOG_WRITER_HANDLED;
}

// A list of what may be read outlives any list of what may not.
void allow_known_loaders_only() {
  vips_block_untrusted_set(TRUE);
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* loader : {"VipsForeignLoadPng", "VipsForeignLoadJpeg", "VipsForeignLoadWebp",
                             "VipsForeignLoadTiff", "VipsForeignLoadNsgif", "VipsForeignLoadHeif"})
    vips_operation_block_set(loader, FALSE);
}

constexpr PictureBackend kBackend = {start_vips, probe_with_vips, read_with_vips, write_with_vips};

}  // namespace

std::string take_vips_error() {
  std::string text = vips_error_buffer();
  vips_error_clear();
  text.resize(std::min(text.find('\n'), text.size()));
  return text.empty() ? "the decoder gives no reason" : text;
}

Status start_vips() {
  g_log_set_default_handler(drop_message, nullptr);
  g_log_set_writer_func(drop_structured_message, nullptr, nullptr);
  if (vips_init("nawqsr") != 0)
    return fail(ErrorKind::kInput, "libvips does not start: " + take_vips_error());
  vips_cache_set_max(0);
  vips_concurrency_set(1);  // pictures are coded beside one another instead, and the engine needs the CPUs
  allow_known_loaders_only();
  return {};
}

}  // namespace nawq::media

extern "C" __attribute__((visibility("default"))) const nawq::media::PictureBackend* nawq_picture_backend() {
  return &nawq::media::kBackend;
}
