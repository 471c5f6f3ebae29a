// Owns: that descriptors 0 to 2 are never an output picture.
#pragma once

namespace nawq::cli {

// Where the program was started with one of them closed, puts something there that can only be read, so that
// messages do not end up in the next file that is opened, and writing to it stays an error.
void occupy_standard_streams();

}  // namespace nawq::cli
