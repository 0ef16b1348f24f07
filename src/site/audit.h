// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who did what, when and why: never changed, only added to, each entry chained to the one before by its hash. Written
// in the transaction of what it tells of. Also what an event stream reads.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "site/site.h"

namespace rehome::site {

struct AuditEntry {
  std::int64_t number = 0;  // from 1, without gaps
  std::int64_t time = 0;
  std::string who = {};      // an administrator's name, a computer's id, "site"
  std::string what = {};     // a few fixed words: "key to source", "association created"
  std::string subject = {};  // id of what it was done to
  std::string why = {};      // free text; may be empty
  std::string hash = {};     // SHA-256 over the hash before and the fields
};

/// In order, those with a higher number than `after`, at most kLargestPage.
std::vector<AuditEntry> read_audit(const Site& site, std::int64_t after, std::int64_t limit);
std::int64_t last_audit_number(const Site& site);
/// The number of the first entry that does not fit what went before; nullopt where all do.
std::optional<std::int64_t> first_broken_audit_entry(const Site& site);

}  // namespace rehome::site
