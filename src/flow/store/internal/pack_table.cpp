// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/pack_table.h"

#include <string>

#include "base/core/error.h"

namespace rehome::store {

std::uint32_t PackTable::number_of(const PackPlace& place) {
  auto tables = tables_.lock();
  const auto [entry, is_new] = tables->numbers.try_emplace(place, 0);
  if (is_new) {
    entry->second = tables->next[place.account]++;
    tables->packs.emplace(std::pair(place.account, entry->second), place.pack);
  }
  return entry->second;
}

std::optional<PackId> PackTable::find(AccountNumber account, std::uint32_t number) const {
  auto tables = tables_.lock();
  const auto found = tables->packs.find({account, number});
  if (found == tables->packs.end()) return std::nullopt;
  return found->second;
}

void PackTable::enter(AccountNumber account, std::uint32_t number, const PackId& pack) {
  auto tables = tables_.lock();
  const auto [entry, is_new] = tables->packs.emplace(std::pair(account, number), pack);
  if (entry->second != pack) {
    throw Error(ErrorCode::corrupt,
                "the catalog gives two packs of account " + std::to_string(account) + " the same number");
  }
}

}  // namespace rehome::store
