// SPDX-License-Identifier: Apache-2.0
// The state machine of a store. docs/site-lifecycle.md has the same rows, and a test compares them.
#include <array>
#include <string>

#include "base/core/error.h"
#include "site/lifecycle.h"

namespace rehome::site {

namespace {

using enum StoreState;
using enum StoreEvent;

constexpr Transition kTransitions[] = {
    {requested, write, capturing},
    {requested, expire_unused, deleted},
    {capturing, finish_capture, captured},
    {capturing, abandon_capture, abandoned},
    {abandoned, resume_capture, capturing},
    {abandoned, keep_abandoned, abandoned},
    {abandoned, finish_capture, captured},
    {abandoned, discard, due},
    {captured, request_restore, restoring},
    {captured, close_last_claim, released},
    {captured, discard, due},
    {restoring, request_restore, restoring},
    {restoring, end_restore, captured},
    {restoring, close_last_claim, released},
    {released, request_restore, restoring},
    {released, pass_delay, due},
    {released, discard, due},
    {due, request_restore, restoring},
    {due, begin_deletion, deleting},
    {deleting, finish_deletion, deleted},
    {captured, retarget, captured},
    {restoring, retarget, restoring},
    {released, retarget, captured},
    {due, retarget, captured},
    {requested, lose_folder, deleted},
    {capturing, lose_folder, deleted},
    {abandoned, lose_folder, deleted},
    {captured, lose_folder, deleted},
    {restoring, lose_folder, deleted},
    {released, lose_folder, deleted},
    {due, lose_folder, deleted},
    {deleting, lose_folder, deleted},
};

constexpr std::array<std::string_view, 9> kStateNames = {"requested", "capturing", "abandoned", "captured", "restoring",
                                                         "released",  "due",       "deleting",  "deleted"};
constexpr std::array<std::string_view, 15> kEventNames = {
    "write",          "expire unused",   "finish capture",  "abandon capture",  "resume capture",
    "keep abandoned", "request restore", "end restore",     "close last claim", "pass delay",
    "begin deletion", "discard",         "finish deletion", "retarget",         "lose folder"};

}  // namespace

std::string_view name_of(StoreState state) { return kStateNames.at(static_cast<std::size_t>(state)); }

std::string_view name_of(StoreEvent event) { return kEventNames.at(static_cast<std::size_t>(event)); }

StoreState store_state_of(std::string_view name) {
  for (std::size_t at = 0; at < kStateNames.size(); ++at) {
    if (kStateNames.at(at) == name) return static_cast<StoreState>(at);
  }
  throw Error(ErrorCode::corrupt, "a store is in no state called \"" + std::string(name) + '"');
}

std::span<const Transition> transitions() { return kTransitions; }

std::optional<StoreState> next_state(StoreState from, StoreEvent event) {
  for (const Transition& transition : kTransitions) {
    if (transition.from == from && transition.event == event) return transition.to;
  }
  return std::nullopt;
}

}  // namespace rehome::site
