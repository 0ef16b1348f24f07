// SPDX-License-Identifier: Apache-2.0
#pragma once
// One line per command; commands.cpp lists them with their summaries.

#include "programs/command/arguments.h"

namespace rehome::server {

void declare_site_backup(cli::Arguments& arguments);
void declare_site_fingerprint(cli::Arguments& arguments);
void declare_site_init(cli::Arguments& arguments);
void declare_site_restore(cli::Arguments& arguments);
void declare_site_serve(cli::Arguments& arguments);

}  // namespace rehome::server
