// SPDX-License-Identifier: Apache-2.0
#include "programs/command/json_output.h"

namespace rehome::cli {

void print_json(const Json& document, Context& context) {
  context.surroundings.out << to_text(document, {.indent = 2, .sort_names = true}) << "\n";
}

}  // namespace rehome::cli
