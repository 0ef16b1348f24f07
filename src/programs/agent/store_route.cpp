// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/store_route.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/host.h"

namespace rehome::agent {

namespace {

bool is_requested(const std::optional<StepState>& before, site_client::Purpose purpose) {
  return before && before->is_on_smp() && before->purpose == purpose;
}

void check_requested_route(const StepState& before, const StepVariables& variables) {
  if (variables.use_hard_links) {
    throw Error(ErrorCode::refused,
                "a state migration point was requested, and hard links lead to no other computer: release the state "
                "store and name a local folder, or do without hard links");
  }
  if (!variables.store_path.empty() && variables.store_path != before.store_path) {
    throw Error(ErrorCode::refused,
                fmt::format("a state migration point was requested, but the local folder {} is named too: release the "
                            "state store first, or do without the folder",
                            printable(variables.store_path)));
  }
}

}  // namespace

StoreRoute choose_route(const std::optional<StepState>& before, site_client::Purpose purpose,
                        const StepVariables& variables) {
  if (is_requested(before, purpose)) {
    check_requested_route(*before, variables);
    return {};
  }
  if (!variables.store_path.empty()) {
    check_local_path(variables.store_path);
    return {.local = cli::absolute_path(variables.store_path)};
  }
  if (variables.use_hard_links) {
    throw Error(ErrorCode::refused,
                "hard links need a local folder and go with no state migration point: name the folder with --local "
                "(OSDStateStorePath)");
  }
  throw Error(ErrorCode::not_found,
              fmt::format("there is no state store: run `rehome step request-state-store {}` first, or name a local "
                          "folder with --local (OSDStateStorePath)",
                          site_client::name_of(purpose)));
}

void check_local_path(const std::string& path) {
  const MachinePath absolute = cli::absolute_path(path);
  const std::vector<Volume> volumes = cli::open_machine("/")->files().volumes();
  if (absolute != "/" && std::ranges::find(volumes, absolute, &Volume::mounted_at) == volumes.end()) return;
  throw Error(ErrorCode::refused, fmt::format("{} is the root of a volume; name a folder below it for the state store",
                                              printable(absolute)));
}

}  // namespace rehome::agent
