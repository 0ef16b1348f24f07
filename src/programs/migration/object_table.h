// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a capture holds, as far as it takes to see that an object on the volume is still the one that was captured: 88
// bytes for each. In: the objects of a catalog. Out: answers by location; and a file that carries the same to where the
// catalog cannot be read. Filled by one thread; then any thread may ask.

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/core/bytes.h"
#include "model/object.h"

namespace rehome::cli {

/// Objects of the largest table; more are an error.
constexpr std::uint64_t kMostObjects = 50'000'000;

struct ObjectIdentity {
  NodeKind kind = NodeKind::file;
  bool is_linked = false;  // the store holds a name of this very file, so its inode is its content
  std::uint32_t mode = 0, uid = 0, gid = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;  // of a device: its number
  Timestamp modified, changed;
  std::uint64_t attributes = 0;  // a digest of attributes and, for symlinks, of the target
  bool operator==(const ObjectIdentity&) const = default;
};
ObjectIdentity identity_of(const Object& object, bool is_linked);

class ObjectTable {
 public:
  void add(const Object& object, bool is_linked);
  /// After the last add().
  void finish();
  const ObjectIdentity* find(const Location& location) const;
  std::uint64_t size() const { return entries_.size(); }

  Bytes to_bytes() const;
  /// Throws Error(corrupt) for anything that to_bytes() does not give, Error(unsupported_version).
  static ObjectTable from_bytes(ByteView bytes);

 private:
  using Key = std::array<std::uint8_t, 16>;
  struct Entry {
    Key key{};
    ObjectIdentity identity;
  };
  static_assert(sizeof(Entry) == 88);  // docs/invariants.md
  static Key key_of(const Location& location);

  std::vector<Entry> entries_;  // by key, once finished
};

}  // namespace rehome::cli
