// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rehome::cli {
class Arguments;
}

namespace rehome::volume {

void declare_check(cli::Arguments& arguments);
void declare_wipe(cli::Arguments& arguments);

}  // namespace rehome::volume
