// SPDX-License-Identifier: Apache-2.0
#include "site/left_over.h"

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/left_over_captures.h"
#include "site/internal/vault_records.h"
#include "site/records.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectCaptures = "SELECT id, capture, deleted FROM stores WHERE vault = :vault";
constexpr const char* kSelectRestored = "SELECT CAST(COALESCE(MAX(time), 0) AS BIGINT) FROM audit WHERE what = :what";
constexpr const char* kSelectWithoutStore =
    "SELECT v.id FROM vaults v JOIN folders f ON f.id = v.folder WHERE f.point = :point AND v.removed IS NULL AND "
    "v.used_bytes > 0 AND NOT EXISTS (SELECT 1 FROM stores s WHERE s.vault = v.id AND s.deleted IS NULL) ORDER BY v.id";

}  // namespace

KnownCaptures known_captures(const Site& site, Transaction& transaction, const StoreRecord& deleted, TimeLimit limit) {
  KnownCaptures found;
  for (const Row& row : transaction.query(kSelectCaptures, {deleted.vault})) {
    const auto capture = row.optional_text(1);
    if (!capture) continue;
    found.known.insert(*capture);
    if (!row.optional_integer(2) && row.text(0) != deleted.id) found.needed.insert(*capture);
  }
  const std::int64_t restored = transaction.query(kSelectRestored, {std::string(kSiteRestored)}).at(0).integer(0);
  const std::int64_t until = restored + Site::settings_in(transaction).keep_deleted_seconds;
  if (limit == TimeLimit::held_back || site.now() < until) found.restored = restored;
  found.until = until;
  return found;
}

LeftOver left_over_in(const Site& site, const VaultPlace& place, const std::vector<VaultCapture>& captures,
                      const KnownCaptures& known) {
  LeftOver left{.vault = place.vault, .captures = {}, .until = known.until};
  for (const VaultCapture& capture : captures) {
    const bool may_be_older_than_records = known.restored > 0 && capture.complete && capture.started <= known.restored;
    if (!may_be_older_than_records || known.known.contains(capture.capture)) continue;
    if (!site.folders().first_missing(place, capture.capture)) left.captures.push_back(capture.capture);
  }
  return left;
}

std::vector<std::string> vaults_without_store(Transaction& transaction, const std::string& point) {
  std::vector<std::string> vaults;
  for (const Row& row : transaction.query(kSelectWithoutStore, {point})) vaults.push_back(row.text(0));
  return vaults;
}

void discard_left_over(const Site& site, const std::string& vault, std::string_view who) {
  const VaultPlace place = site.database().read([&](Transaction& transaction) {
    const VaultRecord record = vault_record(transaction, vault);
    if (record.removed) throw Error(ErrorCode::not_found, "vault " + vault + " was removed already");
    if (!has_left_over(transaction, vault)) {
      throw Error(ErrorCode::refused, "vault " + vault + " is in use: discard its stores instead");
    }
    return record.place();
  });
  site.folders().remove_vault(place);  // no capture goes into a vault of this kind
  site.database().write([&](Transaction& transaction) {
    mark_vault_removed(site, transaction, vault);
    add_audit(site, transaction,
              {.who = who, .what = "left-over vault removed", .subject = vault, .why = place.folder});
  });
}

}  // namespace rehome::site
