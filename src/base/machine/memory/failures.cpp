// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/failures.h"

#include <algorithm>
#include <set>

#include "base/core/error.h"
#include "base/core/wildcard.h"

namespace rehome {

namespace {

bool matches(Operation wanted, Operation operation) { return wanted == Operation::any || wanted == operation; }

}  // namespace

std::string_view name_of(Operation operation) {
  static constexpr std::string_view kNames[] = {"any",
                                                "open folder",
                                                "open",
                                                "list",
                                                "inspect",
                                                "read",
                                                "read attributes of",
                                                "read link",
                                                "find data of",
                                                "create",
                                                "create folder",
                                                "create symlink",
                                                "create special file",
                                                "write",
                                                "set size of",
                                                "set metadata of",
                                                "commit",
                                                "link",
                                                "rename",
                                                "remove",
                                                "sync",
                                                "sync volume of",
                                                "lock"};
  return kNames[static_cast<std::size_t>(operation)];
}

void Failures::add(Injection injection) { state_.lock()->armed.push_back({std::move(injection)}); }

void Failures::fail(Operation operation, std::string path, int error) {
  add({.operation = operation, .path = std::move(path), .error = error});
}

void Failures::fail_once(Operation operation, std::string path, int error, std::uint64_t call) {
  add({.operation = operation, .path = std::move(path), .first = call, .last = call, .error = error});
}

void Failures::fail_everything_from(std::uint64_t call, int error) { add({.first = call, .error = error}); }

void Failures::shorten_reads(std::string path, std::size_t longest_read) {
  add({.operation = Operation::read, .path = std::move(path), .longest_read = longest_read});
}

void Failures::before(Operation operation, std::string path, std::function<void(const MachinePath&)> hook,
                      std::uint64_t call) {
  add({.operation = operation,
       .path = std::move(path),
       .first = std::max<std::uint64_t>(call, 1),
       .last = call == 0 ? UINT64_MAX : call,
       .before = std::move(hook)});
}

void Failures::clear() { state_.lock()->armed.clear(); }

std::uint64_t Failures::calls(Operation operation, std::string_view path) {
  std::uint64_t sum = 0;
  for (auto state = state_.lock(); const auto& [call, count] : state->counts) {
    if (matches(operation, call.first) && matches_wildcard(path, call.second)) sum += count;
  }
  return sum;
}

std::vector<MachinePath> Failures::paths(Operation operation) {
  std::set<MachinePath> found;
  for (auto state = state_.lock(); const auto& [call, count] : state->counts) {
    if (matches(operation, call.first)) found.insert(call.second);
  }
  return {found.begin(), found.end()};
}

void Failures::clear_counts() { state_.lock()->counts.clear(); }

std::size_t Failures::pass(Operation operation, const MachinePath& path) {
  std::vector<std::function<void(const MachinePath&)>> hooks;
  std::size_t longest_read = SIZE_MAX;
  int error = 0;
  {
    auto state = state_.lock();
    ++state->counts[{operation, path}];
    for (Armed& armed : state->armed) {
      const Injection& injection = armed.injection;
      if (!matches(injection.operation, operation) || !matches_wildcard(injection.path, path)) continue;
      const std::uint64_t call = ++armed.calls;
      if (call < injection.first || call > injection.last) continue;
      if (injection.before) hooks.push_back(injection.before);
      if (error == 0) error = injection.error;
      longest_read = std::min(longest_read, injection.longest_read);
    }
  }
  for (const auto& hook : hooks) hook(path);
  if (error != 0) throw system_error(error, std::string(name_of(operation)) + " " + path);
  return longest_read;
}

}  // namespace rehome
