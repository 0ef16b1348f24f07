// SPDX-License-Identifier: Apache-2.0
#include "site/internal/vault_records.h"

#include "base/core/error.h"
#include "flow/store/vault.h"
#include "site/internal/audit_log.h"
#include "site/internal/ids.h"
#include "site/internal/sealed_record.h"

namespace rehome::site {

namespace {

constexpr std::size_t kVaultKeySize = 32;

constexpr std::string_view kSelect =
    "SELECT v.id, v.computer, v.folder, f.path, v.exposed, v.removed FROM vaults v JOIN folders f ON f.id = v.folder ";
constexpr std::string_view kById = "WHERE v.id = :id";
constexpr std::string_view kNewest =
    "WHERE v.computer = :computer AND v.removed IS NULL AND COALESCE(v.network_token, '') = :network_token "
    "ORDER BY v.epoch DESC LIMIT 1";
constexpr const char* kInsert =
    "INSERT INTO vaults (id, computer, folder, epoch, wrapped_key, network_token, used_bytes, created) VALUES "
    "(:id, :computer, :folder, (SELECT COALESCE(MAX(epoch), 0) + 1 FROM vaults WHERE computer = :of), :wrapped_key, "
    ":network_token, 0, :created)";
constexpr const char* kSelectKey = "SELECT wrapped_key FROM vaults WHERE id = :id";
constexpr const char* kExpose = "UPDATE vaults SET exposed = COALESCE(exposed, :now) WHERE id = :id";
constexpr const char* kSelectLeftOver =
    "SELECT 1 FROM vaults v WHERE v.id = :id AND v.removed IS NULL AND v.used_bytes > 0 AND NOT EXISTS "
    "(SELECT 1 FROM stores s WHERE s.vault = v.id AND s.deleted IS NULL)";
constexpr const char* kUpdateUsed = "UPDATE vaults SET used_bytes = :bytes WHERE id = :id";
constexpr const char* kSumUsed =
    "SELECT CAST(COALESCE(SUM(used_bytes), 0) AS BIGINT) FROM vaults WHERE computer = :computer AND removed IS NULL";
constexpr const char* kMarkRemoved =
    "UPDATE vaults SET removed = :now, wrapped_key = NULL, used_bytes = 0 WHERE id = :id";

SealedRecordPlace place_of(const Site& site, const std::string& vault) { return {site.info().id, "vault " + vault}; }

std::string wrap_new_key(const Site& site, const std::string& vault) {
  Secret key(kVaultKeySize);
  site.random().fill(key.mutable_view());
  return seal_record(site.key(), place_of(site, vault), key.view(), site.random());
}

VaultRecord vault_of(const Row& row) {
  return {.id = row.text(0),
          .computer = row.text(1),
          .folder = row.text(2),
          .folder_path = row.text(3),
          .exposed = row.optional_integer(4).has_value(),
          .removed = row.optional_integer(5).has_value()};
}

}  // namespace

VaultRecord vault_record(Transaction& transaction, const std::string& id) {
  const Rows rows = transaction.query(std::string(kSelect).append(kById), {id});
  if (rows.empty()) throw Error(ErrorCode::not_found, "this site has no vault " + id);
  return vault_of(rows[0]);
}

std::optional<VaultRecord> newest_vault(Transaction& transaction, const Client& client) {
  const Rows rows =
      transaction.query(std::string(kSelect).append(kNewest), {client.computer, client.network_token.value_or("")});
  return rows.empty() ? std::nullopt : std::optional(vault_of(rows[0]));
}

VaultRecord add_vault(const Site& site, Transaction& transaction, const Client& client, const std::string& folder) {
  const std::string id = make_long_id(site.random());
  transaction.execute(kInsert, {id, client.computer, folder, client.computer, wrap_new_key(site, id),
                                optional_value(client.network_token), site.now()});
  return vault_record(transaction, id);
}

bool has_left_over(Transaction& transaction, const std::string& vault) {
  return !transaction.query(kSelectLeftOver, {vault}).empty();
}

void set_used_bytes(Transaction& transaction, const std::string& vault, std::uint64_t bytes) {
  transaction.execute(kUpdateUsed, {static_cast<std::int64_t>(bytes), vault});
}

std::int64_t used_bytes_of(Transaction& transaction, const std::string& computer) {
  return transaction.query(kSumUsed, {computer}).at(0).integer(0);
}

void mark_vault_removed(const Site& site, Transaction& transaction, const std::string& vault) {
  transaction.execute(kMarkRemoved, {site.now(), vault});
}

Secret hand_out_vault_key(const Site& site, Transaction& transaction, const std::string& vault,
                          const KeyHandOut& hand_out) {
  const Rows rows = transaction.query(kSelectKey, {vault});
  const auto wrapped = rows.empty() ? std::nullopt : rows[0].optional_text(0);
  if (!wrapped) throw Error(ErrorCode::not_found, "vault " + vault + " was deleted, and its key with it");
  if (!hand_out.to_source) transaction.execute(kExpose, {site.now(), vault});
  add_audit(site, transaction,
            {.who = hand_out.who, .what = hand_out.what, .subject = hand_out.subject, .why = hand_out.why});
  return open_record(site.key(), place_of(site, vault), *wrapped);
}

std::vector<AccountKey> hand_out_account_keys(const Site& site, Transaction& transaction, const std::string& vault,
                                              const KeyHandOut& hand_out,
                                              const std::vector<CapturedAccount>& accounts) {
  const Secret vault_key = hand_out_vault_key(site, transaction, vault, hand_out);
  std::vector<AccountNumber> numbers;
  for (const CapturedAccount& account : accounts) numbers.push_back(account.number);
  std::vector<AccountKey> keys;
  for (auto& [number, key] : store::account_keys(vault, vault_key, numbers)) keys.push_back({number, std::move(key)});
  return keys;
}

}  // namespace rehome::site
