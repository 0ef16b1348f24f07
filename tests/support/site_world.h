// SPDX-License-Identifier: Apache-2.0
#pragma once
// A site with everything around it: records in SQLite or a real PostgreSQL, a clock that stands still, folders in
// memory, and computers that go through the four steps. For suites that run over both databases.

#include <chrono>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>

#include "base/codec/certificate.h"
#include "base/core/error.h"
#include "base/database/database.h"
#include "base/machine/memory/manual_clock.h"
#include "site/administrators.h"
#include "site/associations.h"
#include "site/blob_access.h"
#include "site/computers.h"
#include "site/deletion.h"
#include "site/enrolment.h"
#include "site/lifecycle.h"
#include "site/migration_points.h"
#include "site/requests.h"
#include "site/site.h"
#include "tests/support/counting_random.h"
#include "tests/support/fake_vault_folders.h"
#include "tests/support/postgresql_server.h"
#include "tests/support/scratch_folder.h"

namespace rehome::testing {

constexpr std::uint64_t kGigabyte = std::uint64_t{1} << 30;
constexpr const char* kAdmin = "alice";
/// The same with all rights, and two who may not see recovery information.
inline const site::Account kAlice{kAdmin, site::Role::administrator, true};
inline const site::Account kBob{"bob", site::Role::administrator};
inline const site::Account kOscar{"oscar", site::Role::site_operator};

inline ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_FALSE(error.message().empty());
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::cancelled;
}

inline std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.message();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

/// One server for the whole program: starting one takes seconds.
inline PostgresqlServer& postgresql_server() {
  static PostgresqlServer instance(memory_folder());
  return instance;
}

class SiteWorld {
 public:
  /// "SQLite" or "PostgreSQL".
  explicit SiteWorld(const std::string& kind) {
    if (kind == "PostgreSQL") address_ = postgresql_server().make_database();
    database_ = open_database();
    site_.emplace(site::Site::create(parts(), {.code = "LAB", .parent = "HQ1", .recovery_key = recovery_key()}));
  }

  std::unique_ptr<Database> open_database() const {
    return address_.empty() ? open_sqlite(scratch_.path_of("site.db")) : open_postgresql(address_);
  }
  /// An empty one.
  std::unique_ptr<Database> open_another_database() const {
    return address_.empty() ? open_sqlite(scratch_.path_of("other.db"))
                            : open_postgresql(postgresql_server().make_database());
  }
  site::SiteParts parts() { return {*database_, clock, random, key, folders}; }
  static PublicKey recovery_key() {
    PublicKey recovery{};
    recovery.fill(7);
    return recovery;
  }

  const site::Site& site() const { return *site_; }
  site::Site& site() { return *site_; }
  Database& database() { return *database_; }
  void pass(std::int64_t seconds) { clock.advance(std::chrono::seconds(seconds)); }

  site::Computer enrol(const std::string& name) {
    const auto token = site::make_enrolment_token(site(), std::nullopt, 3600, kOscar);
    return site::enrol(site(), {token.token, make_certificate_request(name).request, name, "Debian 12", "1.0"})
        .computer;
  }

  site::MigrationPoint add_point(const std::string& server, const site::PointSettings& settings = {}) {
    return site::add_migration_point(site(), server, site::ServerChoice::fresh, settings, kAdmin);
  }
  site::Folder add_folder(const site::MigrationPoint& point, const std::string& path, std::int64_t most_clients = 100) {
    folders.folder(path).space = {.free_bytes = 100 * kGigabyte, .total_bytes = 200 * kGigabyte};
    return site::add_folder(site(), point.id, {.path = path, .most_clients = most_clients}, kAdmin);
  }
  /// A migration point with one folder, "/smp".
  site::MigrationPoint add_usual_point(const site::PointSettings& settings = {}) {
    const site::MigrationPoint point = add_point("smp1", settings);
    add_folder(point, "/smp");
    return site::migration_point(site(), point.id);
  }

  std::string associate(const site::Computer& source, const site::Computer& destination,
                        site::Behaviour behaviour = site::Behaviour::all, std::vector<std::string> accounts = {}) {
    return site::create_association(site(), {source.id, destination.id, behaviour, std::move(accounts)}, kAdmin).id;
  }

  static site::Client client(const site::Computer& computer) {
    return {.computer = computer.id, .address = "10.1.2.3"};
  }
  static site::VaultPlace place_of(const site::Lease& lease) { return {lease.folder_path, lease.vault}; }
  std::string next_capture_id() {
    return site::VaultPlace{.vault = std::string(29, 'c') + std::to_string(++captures_)}.vault;
  }

  site::CaptureLease request_capture(const site::Computer& computer, std::uint64_t bytes = kGigabyte) {
    return site::request_capture(site(), client(computer), bytes);
  }
  /// What the source writes, as the server sees it.
  std::string write_capture(const site::Computer& computer, const site::Lease& lease, bool complete = true) {
    const std::string capture = next_capture_id();
    auto grant = site::blob_grant(site(), client(computer), lease.id, lease.vault);
    EXPECT_TRUE(grant && grant->may_put);
    site::note_put(site(), *grant, "captures/" + capture + "/started");
    const site::VaultPlace place = place_of(lease);
    folders.start(place, capture);
    folders.put_pack(place, "pack-of-" + capture);
    if (complete) folders.complete(place, capture, folders.packs(place));
    return capture;
  }
  site::Released release(const site::Computer& computer, const std::string& lease, site::Outcome outcome,
                         const std::string& capture = "") {
    return site::release_lease(site(), client(computer), lease,
                               {.outcome = outcome, .capture = capture, .accounts = accounts(), .objects = 12});
  }
  static std::vector<site::CapturedAccount> accounts() {
    return {
        {1, "anna", 1000, std::nullopt}, {2, "ben", 1001, std::nullopt}, {3, "LAB\\Carl", std::nullopt, "S-1-5-21-7"}};
  }
  /// Request, capture, release; the store.
  std::string capture(const site::Computer& computer) {
    const auto granted = request_capture(computer);
    const std::string written = write_capture(computer, granted.lease);
    release(computer, granted.lease.id, site::Outcome::captured, written);
    return granted.lease.store;
  }
  site::RestoreLease request_restore(const site::Computer& computer) {
    return site::request_restore(site(), client(computer));
  }
  site::Released restore(const site::Computer& computer, site::Outcome outcome = site::Outcome::restored) {
    return release(computer, request_restore(computer).lease.id, outcome);
  }
  site::StoreState state(const std::string& store) { return site::store(site(), store).state; }

  ManualClock clock;
  CountingRandom random;
  Secret key{Bytes(32, 9)};
  FakeVaultFolders folders;

 private:
  ScratchFolder scratch_{memory_folder()};
  std::string address_;
  std::unique_ptr<Database> database_;
  std::optional<site::Site> site_;
  int captures_ = 100;
};

/// A suite over both databases; `world` is new for each test.
class SiteTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "PostgreSQL" && !PostgresqlServer::is_installed()) {
      GTEST_SKIP() << "SKIPPED: PostgreSQL 15 is not installed";
    }
    world_.emplace(GetParam());
  }
  SiteWorld& world() { return *world_; }
  const site::Site& site() { return world_->site(); }

 private:
  std::optional<SiteWorld> world_;
};

/// With two computers enrolled.
class TwoComputersTest : public SiteTest {
 protected:
  void SetUp() override {
    SiteTest::SetUp();
    if (IsSkipped()) return;
    a_ = world().enrol("A");
    b_ = world().enrol("B");
  }
  site::Computer a_, b_;
};

#define REHOME_OVER_BOTH_DATABASES(suite)                                          \
  INSTANTIATE_TEST_SUITE_P(Both, suite, ::testing::Values("SQLite", "PostgreSQL"), \
                           [](const auto& parameter) { return parameter.param; })

}  // namespace rehome::testing
