// SPDX-License-Identifier: Apache-2.0
#pragma once
// Numbers the packs that one capture refers to, per account, so that a ChunkRef needs four bytes for its pack. The same
// class serves a capture being written and one being read. Any thread may use it.

#include <cstdint>
#include <map>
#include <optional>

#include "base/core/locked.h"
#include "flow/store/internal/ids.h"
#include "flow/store/internal/names.h"

namespace rehome::store {

class PackTable {
 public:
  /// The number of a pack, given now if it had none.
  std::uint32_t number_of(const PackPlace& place);
  /// nullopt where no pack has that number.
  std::optional<PackId> find(AccountNumber account, std::uint32_t number) const;
  /// Takes over what a catalog says. Throws Error(corrupt) when the number stands for another pack already.
  void enter(AccountNumber account, std::uint32_t number, const PackId& pack);

 private:
  struct Tables {
    std::map<PackPlace, std::uint32_t> numbers;
    std::map<std::pair<AccountNumber, std::uint32_t>, PackId> packs;
    std::map<AccountNumber, std::uint32_t> next;
  };
  mutable Locked<Tables> tables_;
};

}  // namespace rehome::store
