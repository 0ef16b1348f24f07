// SPDX-License-Identifier: Apache-2.0
#include "site/site.h"

#include <algorithm>

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/authorities.h"
#include "site/internal/ids.h"
#include "site/internal/range.h"
#include "site/internal/schema.h"
#include "site/internal/sealed_record.h"

namespace rehome::site {

namespace {

constexpr const char* kInsertSite =
    "INSERT INTO site (only_row, id, code, parent, recovery_key, key_check, created, network_access, retry_count, "
    "retry_delay_seconds, heartbeat_seconds, lease_seconds, keep_abandoned_seconds, keep_deleted_seconds) VALUES "
    "(1, :id, :code, :parent, :recovery_key, :key_check, :created, 0, 0, 0, 0, 0, 0, 0)";
constexpr const char* kSelectSite = "SELECT id, code, parent, recovery_key, created, key_check FROM site";
constexpr const char* kSelectSettings =
    "SELECT network_access, retry_count, retry_delay_seconds, heartbeat_seconds, lease_seconds, "
    "keep_abandoned_seconds, keep_deleted_seconds FROM site";
constexpr const char* kUpdateSettings =
    "UPDATE site SET network_access = :network_access, retry_count = :retry_count, "
    "retry_delay_seconds = :retry_delay_seconds, heartbeat_seconds = :heartbeat_seconds, "
    "lease_seconds = :lease_seconds, keep_abandoned_seconds = :keep_abandoned_seconds, "
    "keep_deleted_seconds = :keep_deleted_seconds";

constexpr std::int64_t kLongestKeep = std::int64_t{3650} * 86400;

void check_key(const Secret& key) {
  if (key.size() != 32) throw Error(ErrorCode::invalid_argument, "a site key has 32 bytes");
}

void check_code(std::string_view code) {
  const bool fits = code.size() == 3 && std::ranges::all_of(code, [](char letter) {
                      return (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
                    });
  if (!fits) {
    throw Error(ErrorCode::invalid_argument,
                "a site code has three letters from A to Z or digits, not \"" + std::string(code) + '"');
  }
}

void check(const Settings& settings) {
  check_range(settings.retry_count, 0, 30, "the number of retries");
  check_range(settings.retry_delay_seconds, 0, 600, "the delay between retries in seconds");
  check_range(settings.heartbeat_seconds, 1, 3600, "the time between heartbeats in seconds");
  check_range(settings.lease_seconds, 2 * settings.heartbeat_seconds + 1, 86400, "the life of a lease in seconds");
  check_range(settings.keep_abandoned_seconds, 0, kLongestKeep, "how long abandoned captures are kept, in seconds");
  check_range(settings.keep_deleted_seconds, 0, kLongestKeep, "how long deleted associations are kept, in seconds");
}

void write_settings(Transaction& transaction, const Settings& settings) {
  transaction.execute(kUpdateSettings,
                      {std::int64_t{settings.network_access}, settings.retry_count, settings.retry_delay_seconds,
                       settings.heartbeat_seconds, settings.lease_seconds, settings.keep_abandoned_seconds,
                       settings.keep_deleted_seconds});
}

SealedRecordPlace key_check_place(const SiteInfo& info) { return {info.id, "site"}; }

SiteInfo info_of(const Row& row) {
  SiteInfo info{.id = row.text(0), .code = row.text(1), .parent = row.optional_text(2), .created = row.integer(4)};
  const Bytes key = from_hex(row.text(3));
  if (key.size() != info.recovery_key.size()) {
    throw Error(ErrorCode::corrupt, "the recovery key in the records has not 32 bytes");
  }
  std::ranges::copy(key, info.recovery_key.begin());
  return info;
}

}  // namespace

Site Site::create(SiteParts parts, const NewSite& wanted) {
  check_key(parts.key);
  check_code(wanted.code);
  if (wanted.parent) check_code(*wanted.parent);
  Site site(parts, {.id = make_long_id(parts.random),
                    .code = wanted.code,
                    .parent = wanted.parent,
                    .recovery_key = wanted.recovery_key,
                    .created = parts.clock.now().seconds});
  parts.database.write([&](Transaction& transaction) {
    if (schema_version(transaction) != 0) {
      throw Error(ErrorCode::already_exists, "there is a site in " + parts.database.display_name());
    }
    migrate(transaction, schema_steps());
    const SiteInfo& info = site.info();
    transaction.execute(kInsertSite, {info.id, info.code, optional_value(info.parent), to_hex(info.recovery_key),
                                      seal_record(parts.key, key_check_place(info), {}, parts.random), info.created});
    write_settings(transaction, {});
    add_authority(site, transaction);
    add_audit(site, transaction, {.who = "site", .what = "site created", .subject = info.code});
  });
  return site;
}

Site Site::open(SiteParts parts) {
  check_key(parts.key);
  const Row row = parts.database.write([&](Transaction& transaction) {
    if (schema_version(transaction) == 0) {
      throw Error(ErrorCode::not_found, "there is no site in " + parts.database.display_name());
    }
    migrate(transaction, schema_steps());
    return transaction.query(kSelectSite).at(0);
  });
  SiteInfo info = info_of(row);
  open_record(parts.key, key_check_place(info), row.text(5));
  return {parts, std::move(info)};
}

Settings Site::settings() const {
  return database().read([](Transaction& transaction) { return settings_in(transaction); });
}

Settings Site::settings_in(Transaction& transaction) {
  const Row row = transaction.query(kSelectSettings).at(0);
  return {.network_access = row.flag(0),
          .retry_count = row.integer(1),
          .retry_delay_seconds = row.integer(2),
          .heartbeat_seconds = row.integer(3),
          .lease_seconds = row.integer(4),
          .keep_abandoned_seconds = row.integer(5),
          .keep_deleted_seconds = row.integer(6)};
}

void Site::change_settings(const Settings& settings, std::string_view who) const {
  check(settings);
  database().write([&](Transaction& transaction) {
    write_settings(transaction, settings);
    add_audit(*this, transaction, {.who = who, .what = "settings changed", .subject = info_.code});
  });
}

}  // namespace rehome::site
