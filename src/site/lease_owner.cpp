// SPDX-License-Identifier: Apache-2.0
#include "site/lease_owner.h"

namespace rehome::site {

std::optional<std::string> computer_of_lease(const Site& site, const std::string& lease) {
  constexpr const char* kSelect = "SELECT computer FROM leases WHERE id = :id";
  return site.database().read([&](Transaction& transaction) -> std::optional<std::string> {
    const Rows rows = transaction.query(kSelect, {lease});
    return rows.empty() ? std::nullopt : std::optional(rows.front().text(0));
  });
}

}  // namespace rehome::site
