// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files with several names (hard links): of all names that one file has among the objects of one account, the first is
// the leader and is read; the others wait until it is recorded, or until it failed and one of them leads. Any thread.
//
// A file is forgotten as soon as all its names were seen. One that has names which the capture does not take stays to
// the end, and once a hard-link store holds a computer's files these are all files: so only what is needed to know the
// file again is kept of it, kBytesPerFile at most, and neither its object nor its path.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/core/locked.h"
#include "flow/scan/internal/visit.h"

namespace rehome::scan {

class LinkedFiles {
 public:
  /// A node of the table with its allocation, and its share of the buckets right after these have doubled.
  static constexpr std::size_t kBytesPerFile = 88;

  struct Key {
    AccountNumber account = kSystemAccount;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    auto operator<=>(const Key&) const = default;
  };
  struct Lead {
    std::uint64_t group = 0;
  };
  struct Wait {};
  struct Follow {
    std::uint64_t group = 0;  // whose leader is recorded
  };
  using Turn = std::variant<Lead, Wait, Follow>;

  /// What to do with this name. After Lead the caller calls recorded() or give_up(); after Wait the leader's thread
  /// takes care of the leaf.
  Turn arrive(const Key& key, const Leaf& leaf, std::uint64_t link_count);
  /// The leader is recorded: gives back those that waited for it.
  std::vector<Leaf> recorded(const Key& key);
  /// The leader could not be read: gives back who shall try next, with the same group. After nullopt the next name that
  /// arrives leads.
  std::optional<Leaf> give_up(const Key& key);
  /// At the end: how many files of each account have names among the objects of another account too.
  std::map<AccountNumber, std::uint64_t> shared_between_accounts();

 private:
  enum class Stage : std::uint8_t { leaderless, being_read, recorded };
  struct File {
    std::uint64_t group = 0;
    std::uint32_t names_left = 0;  // that were not seen yet
    Stage stage = Stage::leaderless;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept;
  };
  struct State {
    std::unordered_map<Key, File, KeyHash> files;
    std::map<Key, std::vector<Leaf>> waiting;  // only while a leader is being read
    std::uint64_t last_group = 0;
  };
  static void forget_if_complete(State& state, const Key& key);

  Locked<State> state_;
};

}  // namespace rehome::scan
