// SPDX-License-Identifier: Apache-2.0
#include "site/audit.h"

#include <algorithm>

#include "base/codec/hash.h"
#include "base/core/bytes.h"
#include "site/internal/audit_log.h"
#include "site/internal/text.h"
#include "site/page.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectLast = "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1";
constexpr const char* kInsert =
    "INSERT INTO audit (number, time, who, what, subject, why, hash) "
    "VALUES (:number, :time, :who, :what, :subject, :why, :hash)";
constexpr const char* kSelectAfter =
    "SELECT number, time, who, what, subject, why, hash FROM audit WHERE number > :after ORDER BY number LIMIT :limit";

/// Each field with its length, so that no two entries are the same bytes.
std::string hash_of(const std::string& before, const AuditEntry& entry) {
  Bytes bytes;
  ByteWriter out(bytes);
  out.u64(static_cast<std::uint64_t>(entry.number));
  out.u64(static_cast<std::uint64_t>(entry.time));
  for (const std::string* text : {&before, &entry.who, &entry.what, &entry.subject, &entry.why}) {
    out.u64(text->size());
    out.bytes(as_bytes(*text));
  }
  return to_hex(sha256(bytes));
}

AuditEntry entry_of(const Row& row) {
  return {row.integer(0), row.integer(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6)};
}

}  // namespace

void add_audit(const Site& site, Transaction& transaction, const AuditNote& note) {
  const Rows last = transaction.query(kSelectLast);
  AuditEntry entry{.number = last.empty() ? 1 : last[0].integer(0) + 1,
                   .time = site.now(),
                   .who = std::string(note.who),
                   .what = std::string(note.what),
                   .subject = std::string(note.subject),
                   .why = tidy_text(note.why, 4096)};
  entry.hash = hash_of(last.empty() ? "" : last[0].text(1), entry);
  transaction.execute(kInsert, {entry.number, entry.time, entry.who, entry.what, entry.subject, entry.why, entry.hash});
}

std::vector<AuditEntry> read_audit(const Site& site, std::int64_t after, std::int64_t limit) {
  return site.database().read([&](Transaction& transaction) {
    std::vector<AuditEntry> entries;
    for (const Row& row : transaction.query(kSelectAfter, {after, std::clamp<std::int64_t>(limit, 1, kLargestPage)})) {
      entries.push_back(entry_of(row));
    }
    return entries;
  });
}

std::int64_t last_audit_number(const Site& site) {
  return site.database().read([](Transaction& transaction) {
    const Rows last = transaction.query(kSelectLast);
    return last.empty() ? std::int64_t{0} : last[0].integer(0);
  });
}

std::optional<std::int64_t> first_broken_audit_entry(const Site& site) {
  std::string before;
  std::int64_t number = 0;
  for (;;) {
    const std::vector<AuditEntry> entries = read_audit(site, number, kLargestPage);
    if (entries.empty()) return std::nullopt;
    for (const AuditEntry& entry : entries) {
      if (entry.number != number + 1 || entry.hash != hash_of(before, entry)) return entry.number;
      number = entry.number;
      before = entry.hash;
    }
  }
}

}  // namespace rehome::site
