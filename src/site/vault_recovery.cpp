// SPDX-License-Identifier: Apache-2.0
#include "site/vault_recovery.h"

#include "base/core/error.h"
#include "site/internal/vault_records.h"

namespace rehome::site {

std::optional<VaultPlace> place_for_recovery(const Site& site, const Account& administrator, const std::string& vault) {
  if (!administrator.may_recover) return std::nullopt;
  return site.database().read([&](Transaction& transaction) -> std::optional<VaultPlace> {
    try {
      return vault_record(transaction, vault).place();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::not_found) throw;
      return std::nullopt;
    }
  });
}

}  // namespace rehome::site
