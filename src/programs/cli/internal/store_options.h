// SPDX-License-Identifier: Apache-2.0
#pragma once
// The options that the commands on an existing store share.

#include <string>

#include "programs/migration/key_options.h"

namespace rehome::cli {

struct StoreOptions {
  KeyOptions keys;
  std::string store;
  std::string capture;  // id; empty: the newest
};

/// STORE and the keys.
void declare_store_options(Arguments& arguments, StoreOptions& options);
/// --capture ID.
void declare_capture_choice(Arguments& arguments, StoreOptions& options);

}  // namespace rehome::cli
