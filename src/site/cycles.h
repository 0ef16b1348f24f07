// SPDX-License-Identifier: Apache-2.0
#pragma once
// What deletion cycles did: kept for people who ask why something is gone, or still there. Of each migration point the
// newest kKeptCycles, of those that found nothing to do the last one alone.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "site/deletion.h"
#include "site/site.h"

namespace rehome::site {

constexpr std::int64_t kKeptCycles = 100;

struct Cycle {
  std::int64_t number = 0;  // rises from cycle to cycle, of all points
  std::string point = {}, server = {};
  std::int64_t begun = 0, ended = 0;
  CycleReport report = {};  // without `due`
};

/// As run_deletion_cycle() does at its end.
void keep_cycle(const Site& site, const std::string& point, std::int64_t begun, const CycleReport& report);
/// The newest first; of one point, or of all that are not removed.
std::vector<Cycle> list_cycles(const Site& site, const std::optional<std::string>& point = {});

}  // namespace rehome::site
