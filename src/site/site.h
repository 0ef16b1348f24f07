// SPDX-License-Identifier: Apache-2.0
#pragma once
// One site: its records, its key, its settings. Everything in this room takes a Site and works on it; each function is
// one transaction unless it says otherwise, throws Error, and may be called from any thread.
//
// Codes mean the same everywhere here: not_found (no such record), invalid_argument (makes no sense), already_exists,
// refused (a rule forbids it; the message says which and what to do), busy (ask again), no_space.

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/codec/sealed_box.h"
#include "base/codec/secret.h"
#include "base/core/clock.h"
#include "base/core/locked.h"
#include "base/core/random.h"
#include "base/database/database.h"
#include "site/vault_folders.h"

namespace rehome::site {

/// What a site is made of and does not own; all of it outlives the site.
struct SiteParts {
  Database& database;
  const Clock& clock;
  Random& random;
  const Secret& key;  // 32 bytes: wraps vault keys and the authority's key in the database
  VaultFolders& folders;
};

struct SiteInfo {
  std::string id = {};    // 32 hexadecimal digits
  std::string code = {};  // three letters or digits
  std::optional<std::string> parent = {};
  PublicKey recovery_key{};
  std::int64_t created = 0;  // all moments are seconds since 1970-01-01 UTC
};

struct Settings {
  bool network_access = false;                      // the weaker credential of administrators.h
  std::int64_t retry_count = 3;                     // 0 to 30
  std::int64_t retry_delay_seconds = 60;            // 0 to 600
  std::int64_t heartbeat_seconds = 60;              // 1 to 3600
  std::int64_t lease_seconds = 900;                 // more than twice a heartbeat, 86,400 at most
  std::int64_t keep_abandoned_seconds = 7 * 86400;  // how long a capture that nobody resumes may pin its vault
  std::int64_t keep_deleted_seconds = 30 * 86400;   // how long a deleted association can be brought back
};

struct NewSite {
  std::string code = {};
  std::optional<std::string> parent = {};
  PublicKey recovery_key{};
};

/// Ids of leases whose release is being worked on.
using LeasesBeingReleased = Locked<std::set<std::string>>;

class Site {
 public:
  /// Error(already_exists) where the database holds a site.
  static Site create(SiteParts parts, const NewSite& wanted);
  /// Brings older records up to date. Error(not_found): no site there; Error(unsupported_version): its records are of
  /// a newer program; Error(wrong_key): it was made with another key.
  static Site open(SiteParts parts);

  const SiteInfo& info() const { return info_; }
  Settings settings() const;
  static Settings settings_in(Transaction& transaction);
  /// Error(invalid_argument) for a value out of its range. Takes effect at once.
  void change_settings(const Settings& settings, std::string_view who) const;

  Database& database() const { return parts_.database; }
  const Clock& clock() const { return parts_.clock; }
  Random& random() const { return parts_.random; }
  const Secret& key() const { return parts_.key; }
  VaultFolders& folders() const { return parts_.folders; }
  std::int64_t now() const { return parts_.clock.now().seconds; }
  LeasesBeingReleased& leases_being_released() const { return *leases_being_released_; }

 private:
  Site(SiteParts parts, SiteInfo info) : parts_(parts), info_(std::move(info)) {}
  SiteParts parts_;
  SiteInfo info_;
  std::unique_ptr<LeasesBeingReleased> leases_being_released_ = std::make_unique<LeasesBeingReleased>();
};

}  // namespace rehome::site
