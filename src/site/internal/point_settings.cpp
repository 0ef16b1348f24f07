// SPDX-License-Identifier: Apache-2.0
#include "site/internal/point_settings.h"

#include <filesystem>

#include "base/core/error.h"
#include "site/internal/network.h"
#include "site/internal/range.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr std::int64_t kLongestDelayMinutes = std::int64_t{3650} * 1440;
constexpr std::int64_t kLongestCycleMinutes = 10080;
constexpr std::size_t kMostNetworks = 1000;

}  // namespace

std::string_view name_of(SpaceUnit unit) {
  switch (unit) {
    case SpaceUnit::mb:
      return "MB";
    case SpaceUnit::gb:
      return "GB";
    case SpaceUnit::percent:
      return "percent";
  }
  return "";
}

SpaceUnit space_unit_of(std::string_view name) {
  for (const SpaceUnit unit : {SpaceUnit::mb, SpaceUnit::gb, SpaceUnit::percent}) {
    if (name_of(unit) == name) return unit;
  }
  throw Error(ErrorCode::invalid_argument, "a unit of space is MB, GB or percent, not \"" + std::string(name) + '"');
}

void check(const PointSettings& settings) {
  check_range(settings.deletion_delay_minutes, 0, kLongestDelayMinutes, "the deletion delay in minutes");
  check_range(settings.deletion_cycle_minutes, 1, kLongestCycleMinutes, "the deletion cycle in minutes");
  if (settings.networks.size() > kMostNetworks) {
    throw Error(ErrorCode::limit_exceeded, "a migration point has at most 1000 networks");
  }
  for (const std::string& network : settings.networks) parse_network(network);
}

void check(const FolderSettings& settings) {
  check_name(settings.path, "the path of a folder");
  if (settings.path.front() != '/') {
    throw Error(ErrorCode::invalid_argument, "the path of a folder begins with \"/\", not as \"" + settings.path + '"');
  }
  if (settings.path == "/") throw Error(ErrorCode::invalid_argument, "the root of a volume is no folder for state");
  if (std::filesystem::path(settings.path).lexically_normal().string() != settings.path ||
      settings.path.ends_with("/")) {
    throw Error(
        ErrorCode::invalid_argument,
        "the path of a folder is written without \"..\", \".\" or a slash too many, not as \"" + settings.path + '"');
  }
  check_range(settings.most_clients, 1, 99999, "the maximum number of clients");
  const bool is_percent = settings.minimum_free.unit == SpaceUnit::percent;
  check_range(settings.minimum_free.amount, 1, is_percent ? 100 : 99999,
              "the minimum free space in " + std::string(name_of(settings.minimum_free.unit)));
}

}  // namespace rehome::site
