// SPDX-License-Identifier: Apache-2.0
#include "site/internal/schema.h"

#include <array>
#include <string>

#include "base/core/error.h"

namespace rehome::site {

namespace {

constexpr const char* kCreateVersion =
    "CREATE TABLE IF NOT EXISTS schema_version (only_row BIGINT PRIMARY KEY, version BIGINT NOT NULL)";
constexpr const char* kSelectVersion = "SELECT version FROM schema_version";
constexpr const char* kInsertVersion = "INSERT INTO schema_version (only_row, version) VALUES (1, 0)";
constexpr const char* kUpdateVersion = "UPDATE schema_version SET version = :version";

// All moments are seconds since 1970-01-01 UTC, flags 0 or 1; NULL is "not yet".
constexpr const char* kVersion1[] = {
    "CREATE TABLE site (only_row BIGINT PRIMARY KEY, id TEXT NOT NULL, code TEXT NOT NULL, parent TEXT, "
    "recovery_key TEXT NOT NULL, key_check TEXT NOT NULL, created BIGINT NOT NULL, network_access BIGINT NOT NULL, "
    "retry_count BIGINT NOT NULL, retry_delay_seconds BIGINT NOT NULL, heartbeat_seconds BIGINT NOT NULL, "
    "lease_seconds BIGINT NOT NULL, keep_abandoned_seconds BIGINT NOT NULL, keep_deleted_seconds BIGINT NOT NULL)",

    "CREATE TABLE audit (number BIGINT PRIMARY KEY, time BIGINT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, "
    "subject TEXT NOT NULL, why TEXT NOT NULL, hash TEXT NOT NULL)",

    "CREATE TABLE computers (id TEXT PRIMARY KEY, name TEXT NOT NULL, folded_name TEXT NOT NULL, note TEXT NOT NULL, "
    "site_code TEXT NOT NULL, operating_system TEXT NOT NULL, agent_version TEXT NOT NULL, enrolled BIGINT NOT NULL, "
    "fingerprint TEXT, last_seen BIGINT, quota_bytes BIGINT, created BIGINT NOT NULL)",
    "CREATE INDEX computers_by_name ON computers (folded_name)",
    "CREATE INDEX computers_for_search ON computers (id, folded_name)",

    "CREATE TABLE enrolment_tokens (hash TEXT PRIMARY KEY, computer TEXT, created BIGINT NOT NULL, "
    "expires BIGINT NOT NULL, used BIGINT)",
    "CREATE TABLE authorities (number BIGINT PRIMARY KEY, certificate TEXT NOT NULL, fingerprint TEXT NOT NULL, "
    "sealed_key TEXT NOT NULL, created BIGINT NOT NULL)",
    "CREATE TABLE certificates (fingerprint TEXT PRIMARY KEY, serial BIGINT NOT NULL UNIQUE, computer TEXT NOT NULL, "
    "authority BIGINT NOT NULL, "
    "issued BIGINT NOT NULL, expires BIGINT NOT NULL, seen BIGINT, revoked BIGINT)",
    "CREATE INDEX certificates_by_computer ON certificates (computer)",

    "CREATE TABLE associations (id TEXT PRIMARY KEY, source TEXT NOT NULL, destination TEXT NOT NULL, "
    "behaviour TEXT NOT NULL, automatic BIGINT NOT NULL, created BIGINT NOT NULL, deleted BIGINT)",
    "CREATE UNIQUE INDEX associations_by_pair ON associations (source, destination) WHERE deleted IS NULL",
    "CREATE INDEX associations_by_source ON associations (source)",
    "CREATE INDEX associations_by_destination ON associations (destination)",
    "CREATE INDEX associations_deleted ON associations (deleted) WHERE deleted IS NOT NULL",
    "CREATE TABLE association_accounts (association TEXT NOT NULL, position BIGINT NOT NULL, account TEXT NOT NULL, "
    "PRIMARY KEY (association, position))",

    "CREATE TABLE servers (name TEXT PRIMARY KEY, created BIGINT NOT NULL)",
    "CREATE TABLE points (id TEXT PRIMARY KEY, serial BIGINT NOT NULL UNIQUE, server TEXT NOT NULL, "
    "restore_only BIGINT NOT NULL, deletion_delay_minutes BIGINT NOT NULL, deletion_cycle_minutes BIGINT NOT NULL, "
    "fallback BIGINT NOT NULL, last_cycle BIGINT, created BIGINT NOT NULL, removed BIGINT)",
    "CREATE UNIQUE INDEX points_by_server ON points (server) WHERE removed IS NULL",
    "CREATE TABLE point_networks (point TEXT NOT NULL, position BIGINT NOT NULL, network TEXT NOT NULL, "
    "PRIMARY KEY (point, position))",
    "CREATE TABLE folders (id TEXT PRIMARY KEY, serial BIGINT NOT NULL UNIQUE, point TEXT NOT NULL REFERENCES points, "
    "path TEXT NOT NULL, most_clients BIGINT NOT NULL, minimum_free BIGINT NOT NULL, minimum_free_unit TEXT NOT NULL, "
    "removed BIGINT)",
    "CREATE UNIQUE INDEX folders_by_path ON folders (point, path) WHERE removed IS NULL",

    "CREATE TABLE vaults (id TEXT PRIMARY KEY, computer TEXT NOT NULL, folder TEXT NOT NULL REFERENCES folders, "
    "epoch BIGINT NOT NULL, wrapped_key TEXT, network_token TEXT, used_bytes BIGINT NOT NULL, "
    "created BIGINT NOT NULL, exposed BIGINT, removed BIGINT)",
    "CREATE UNIQUE INDEX vaults_by_computer ON vaults (computer, epoch)",

    "CREATE TABLE stores (id TEXT PRIMARY KEY, serial BIGINT NOT NULL UNIQUE, state TEXT NOT NULL, "
    "source TEXT NOT NULL, vault TEXT NOT NULL REFERENCES vaults, folder TEXT NOT NULL REFERENCES folders, "
    "capture TEXT, estimated_bytes BIGINT NOT NULL, objects BIGINT NOT NULL, bytes BIGINT NOT NULL, "
    "errors BIGINT NOT NULL, losses BIGINT NOT NULL, message TEXT NOT NULL, requested BIGINT NOT NULL, "
    "captured BIGINT, abandoned BIGINT, released BIGINT, deleted BIGINT)",
    "CREATE INDEX stores_by_source ON stores (source, serial)",
    "CREATE INDEX stores_by_vault ON stores (vault)",
    "CREATE INDEX stores_in_folder ON stores (folder, source) WHERE deleted IS NULL",
    "CREATE INDEX stores_by_state ON stores (state, folder) WHERE deleted IS NULL",
    "CREATE TABLE store_accounts (store TEXT NOT NULL REFERENCES stores, number BIGINT NOT NULL, name TEXT NOT NULL, "
    "uid BIGINT, sid TEXT, PRIMARY KEY (store, number))",

    "CREATE TABLE claims (store TEXT NOT NULL REFERENCES stores, association TEXT NOT NULL, "
    "destination TEXT NOT NULL, state TEXT NOT NULL, changed BIGINT NOT NULL, PRIMARY KEY (store, association))",
    "CREATE INDEX claims_by_destination ON claims (destination)",
    "CREATE INDEX claims_by_association ON claims (association)",

    "CREATE TABLE leases (id TEXT PRIMARY KEY, store TEXT NOT NULL REFERENCES stores, computer TEXT NOT NULL, "
    "association TEXT, network_token TEXT, created BIGINT NOT NULL, expires BIGINT NOT NULL, closed BIGINT, "
    "outcome TEXT, phase TEXT NOT NULL, objects BIGINT NOT NULL, bytes BIGINT NOT NULL, "
    "expected_bytes BIGINT NOT NULL, reserved_bytes BIGINT NOT NULL)",
    "CREATE INDEX leases_open_by_computer ON leases (computer) WHERE closed IS NULL",
    "CREATE INDEX leases_open_by_store ON leases (store) WHERE closed IS NULL",
    "CREATE INDEX leases_by_expiry ON leases (expires) WHERE closed IS NULL",

    "CREATE TABLE users (name TEXT PRIMARY KEY, role TEXT NOT NULL, may_recover BIGINT NOT NULL, "
    "password_salt TEXT NOT NULL, password_hash TEXT NOT NULL, passes BIGINT NOT NULL, memory_kib BIGINT NOT NULL, "
    "failures BIGINT NOT NULL, wait_until BIGINT NOT NULL, created BIGINT NOT NULL)",
    "CREATE TABLE tokens (hash TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, user_name TEXT, "
    "role TEXT NOT NULL, may_recover BIGINT NOT NULL, note TEXT NOT NULL, created BIGINT NOT NULL, "
    "expires BIGINT NOT NULL)",
    "CREATE INDEX tokens_by_user ON tokens (user_name)",

    "CREATE TABLE work (id TEXT PRIMARY KEY, serial BIGINT NOT NULL UNIQUE, computer TEXT NOT NULL, "
    "steps TEXT NOT NULL, state TEXT NOT NULL, step TEXT NOT NULL, message TEXT NOT NULL, created BIGINT NOT NULL, "
    "changed BIGINT NOT NULL)",
    "CREATE INDEX work_by_computer ON work (computer, serial)",
    "CREATE TABLE work_variables (work TEXT NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL, "
    "PRIMARY KEY (work, name))",
};

constexpr const char* kCreateCycles =
    "CREATE TABLE cycles (number BIGINT PRIMARY KEY, point TEXT NOT NULL REFERENCES points, begun BIGINT NOT NULL, "
    "ended BIGINT NOT NULL, is_empty BIGINT NOT NULL, held_back BIGINT NOT NULL, expired_leases BIGINT NOT NULL, "
    "purged_associations BIGINT NOT NULL)";
constexpr const char* kCreateCyclesByPoint = "CREATE INDEX cycles_by_point ON cycles (point, number)";
constexpr const char* kCreateCycleResults =
    "CREATE TABLE cycle_results (cycle BIGINT NOT NULL REFERENCES cycles, position BIGINT NOT NULL, "
    "outcome TEXT NOT NULL, subject TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (cycle, position))";
constexpr const char* kVersion2[] = {kCreateCycles, kCreateCyclesByPoint, kCreateCycleResults};

// "group" is a word of SQL. The text of a deployment stays as it was signed.
constexpr const char* kVersion3[] = {
    "CREATE TABLE computer_groups (id TEXT PRIMARY KEY, name TEXT NOT NULL, folded_name TEXT NOT NULL UNIQUE, "
    "created BIGINT NOT NULL)",
    "CREATE TABLE group_members (computer_group TEXT NOT NULL REFERENCES computer_groups, computer TEXT NOT NULL, "
    "PRIMARY KEY (computer_group, computer))",
    "CREATE INDEX group_members_by_computer ON group_members (computer)",

    "CREATE TABLE deployments (id TEXT PRIMARY KEY, serial BIGINT NOT NULL UNIQUE, name TEXT NOT NULL, "
    "file TEXT NOT NULL, text TEXT NOT NULL, begins BIGINT NOT NULL, ends BIGINT NOT NULL, signature TEXT NOT NULL, "
    "signer TEXT NOT NULL, who TEXT NOT NULL, created BIGINT NOT NULL)",
    "CREATE TABLE deployment_variables (deployment TEXT NOT NULL REFERENCES deployments, name TEXT NOT NULL, "
    "content TEXT NOT NULL, PRIMARY KEY (deployment, name))",
    "CREATE TABLE deployment_computers (deployment TEXT NOT NULL REFERENCES deployments, computer TEXT NOT NULL, "
    "serial BIGINT NOT NULL, state TEXT NOT NULL, step TEXT NOT NULL, message TEXT NOT NULL, changed BIGINT NOT NULL, "
    "PRIMARY KEY (deployment, computer))",
    "CREATE INDEX deployments_open ON deployment_computers (computer, serial) WHERE state IN ('waiting', 'running')",
    "CREATE TABLE deployment_steps (deployment TEXT NOT NULL, computer TEXT NOT NULL, position BIGINT NOT NULL, "
    "step BIGINT NOT NULL, name TEXT NOT NULL, outcome TEXT NOT NULL, code BIGINT NOT NULL, attempts BIGINT NOT NULL, "
    "started BIGINT NOT NULL, ended BIGINT NOT NULL, message TEXT NOT NULL, "
    "PRIMARY KEY (deployment, computer, position))",
    "CREATE TABLE deployment_log (deployment TEXT NOT NULL, computer TEXT NOT NULL, number BIGINT NOT NULL, "
    "time TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (deployment, computer, number))",
};

constexpr std::array<SchemaStep, 3> kSteps = {SchemaStep(kVersion1), SchemaStep(kVersion2), SchemaStep(kVersion3)};

}  // namespace

std::span<const SchemaStep> schema_steps() { return kSteps; }

std::int64_t schema_version(Transaction& transaction) {
  transaction.execute(kCreateVersion);
  const Rows rows = transaction.query(kSelectVersion);
  return rows.empty() ? 0 : rows[0].integer(0);
}

void migrate(Transaction& transaction, std::span<const SchemaStep> steps) {
  const std::int64_t found = schema_version(transaction);
  const auto newest = static_cast<std::int64_t>(steps.size());
  if (found > newest) {
    throw Error(ErrorCode::unsupported_version, "the records are of version " + std::to_string(found) +
                                                    ", this program knows none after " + std::to_string(newest) +
                                                    ": use the newer program");
  }
  if (found == newest) return;
  if (found == 0) transaction.execute(kInsertVersion);
  for (const SchemaStep& step : steps.subspan(static_cast<std::size_t>(found))) {
    for (const char* statement : step) transaction.execute(statement);
  }
  transaction.execute(kUpdateVersion, {newest});
}

}  // namespace rehome::site
