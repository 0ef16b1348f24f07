// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/account_folders.h"

#include "flow/load/internal/landing.h"
#include "flow/load/internal/paths.h"
#include "model/outcome.h"

namespace rehome::load {

MachinePath AccountFolders::path_of(KnownFolder folder) const { return territory_.path_of(target_of(folder)); }

std::string AccountFolders::place_of(KnownFolder folder) const {
  const Target home = target_of(KnownFolder::home);
  const Target target = target_of(folder);
  return target.base == home.base ? target.rest : territory_.path_of(target);
}

bool AccountFolders::is_at(const std::string& place, KnownFolder folder) const {
  const MachinePath path = place.starts_with('/') ? place : join(path_of(KnownFolder::home), place);
  return files_.canonical(path) == files_.canonical(path_of(folder));
}

Target AccountFolders::target_of(KnownFolder folder) const {
  return landing_of(territory_, *territory_.find({account_, folder, ""}));
}

std::string place_text(const std::string& place) {
  return printable(place.starts_with('/') ? place : join("$HOME", place));
}

}  // namespace rehome::load
