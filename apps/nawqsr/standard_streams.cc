#include "nawqsr/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

namespace nawq::cli {

void occupy_standard_streams() {
  int descriptor = open("/dev/null", O_RDONLY);  // takes the lowest free number
  while (descriptor >= 0 && descriptor <= STDERR_FILENO) descriptor = open("/dev/null", O_RDONLY);
  if (descriptor >= 0) close(descriptor);
}

}  // namespace nawq::cli
