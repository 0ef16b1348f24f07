// SPDX-License-Identifier: Apache-2.0
#include "site/keys.h"

#include "base/core/error.h"
#include "site/internal/association_records.h"
#include "site/internal/store_records.h"
#include "site/internal/vault_records.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectNewest =
    "SELECT s.id FROM claims c JOIN stores s ON s.id = c.store WHERE c.association = :association AND "
    "s.deleted IS NULL AND s.state <> 'requested' ORDER BY s.serial DESC LIMIT 1";

RecoveryInformation recover(const Site& site, Transaction& transaction, const std::string& store,
                            const Account& administrator, const std::string& why) {
  RecoveryInformation found{.store = store_in(transaction, store), .vault_key = {}};
  found.vault_key =
      hand_out_vault_key(site, transaction, found.store.vault,
                         {.who = administrator.user, .what = "key to administrator", .subject = store, .why = why});
  return found;
}

void check_right(const Account& administrator, const std::string& why) {
  if (!administrator.may_recover) {
    throw Error(ErrorCode::refused, administrator.user + " has no right to see recovery information");
  }
  if (why.empty()) throw Error(ErrorCode::invalid_argument, "say why the recovery information is needed");
}

}  // namespace

RecoveryInformation recovery_information(const Site& site, const std::string& association, const Account& administrator,
                                         const std::string& why) {
  check_right(administrator, why);
  return site.database().write([&](Transaction& transaction) {
    association_record(transaction, association);
    const Rows rows = transaction.query(kSelectNewest, {association});
    if (rows.empty()) {
      throw Error(ErrorCode::not_found, "association " + association + " has no store that is not deleted");
    }
    return recover(site, transaction, rows[0].text(0), administrator, why);
  });
}

RecoveryInformation recovery_information_of_store(const Site& site, const std::string& store,
                                                  const Account& administrator, const std::string& why) {
  check_right(administrator, why);
  return site.database().write(
      [&](Transaction& transaction) { return recover(site, transaction, store, administrator, why); });
}

}  // namespace rehome::site
