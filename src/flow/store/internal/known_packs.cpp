// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/known_packs.h"

#include "flow/store/internal/damage.h"
#include "flow/store/internal/pack_reader.h"

namespace rehome::store {

KnownPacks::KnownPacks(BlobStore& blobs) : blobs_(blobs), sizes_(list_packs(blobs)) {
  for (const BlobInfo& mark : blobs_.list("damaged")) {
    if (const auto place = parse_pack_name(mark.name)) sizes_.erase(*place);
  }
}

bool KnownPacks::usable(const PackPlace& place) const {
  const auto size = sizes_.find(place);
  if (size == sizes_.end()) return false;
  auto looked_at = looked_at_.lock();
  const auto [entry, is_new] = looked_at->try_emplace(place, false);
  if (is_new) entry->second = is_whole(place, size->second);
  return entry->second;
}

std::vector<PackPlace> KnownPacks::of_account(AccountNumber account) const {
  std::vector<PackPlace> places;
  for (auto entry = sizes_.lower_bound({account, {}}); entry != sizes_.end() && entry->first.account == account;
       ++entry) {
    if (usable(entry->first)) places.push_back(entry->first);
  }
  return places;
}

std::set<AccountNumber> KnownPacks::accounts() const {
  std::set<AccountNumber> accounts;
  for (const auto& [place, size] : sizes_) accounts.insert(place.account);
  return accounts;
}

bool KnownPacks::is_whole(const PackPlace& place, std::uint64_t size) const {
  try {
    return read_pack_label(blobs_, place).pack_size() == size;
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
    return false;
  }
}

}  // namespace rehome::store
