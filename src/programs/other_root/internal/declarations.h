// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rehome::cli {
class Arguments;
}

namespace rehome::other_root {

void declare_copy(cli::Arguments& arguments);
void declare_image(cli::Arguments& arguments);
void declare_enter(cli::Arguments& arguments);
void declare_init(cli::Arguments& arguments);

}  // namespace rehome::other_root
