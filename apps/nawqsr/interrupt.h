// Owns: what Ctrl-C and `kill` do: outputs in the making are removed and the program ends with 130.
#pragma once

namespace nawq::cli {

void install_interrupt_handlers();

}  // namespace nawq::cli
