// SPDX-License-Identifier: Apache-2.0
// How long a list and a request take with 100,000 computers, 100,000 associations and 20,000 stores in SQLite. The
// times are printed, never asserted: what would be slow here shows at a glance.
#include <chrono>
#include <ctime>
#include <fmt/format.h>
#include <iostream>

#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;

constexpr std::int64_t kComputers = 100'000;
constexpr std::int64_t kStores = 20'000;

std::string number_id(char kind, std::int64_t number) { return fmt::format("{}-{:016x}", kind, number); }

/// Rows of the usual kind, straight into the tables: source n has an association to destination n + 1.
class LargeSite {
 public:
  LargeSite() : point_(world_.add_point("smp1")), folder_(world_.add_folder(point_, "/smp", 99999)) {
    world_.folders.folder("/smp").space = {.free_bytes = kGigabyte << 10, .total_bytes = kGigabyte << 11};
    world_.database().write([&](Transaction& transaction) {
      for (std::int64_t number = 0; number < kComputers; ++number) add_computer(transaction, number);
      for (std::int64_t number = 0; number < kStores; ++number) add_store(transaction, number);
    });
  }

  void time(const std::string& what, const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t computing = std::clock();
    work();
    const double computed = 1000.0 * static_cast<double>(std::clock() - computing) / CLOCKS_PER_SEC;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    std::cout << fmt::format("  {:<40} {:8.2f} ms, {:8.2f} ms of them computing\n", what, took.count(), computed);
  }

  SiteWorld& world() { return world_; }
  const MigrationPoint& point() const { return point_; }

 private:
  static void add_computer(Transaction& transaction, std::int64_t number) {
    const std::string name = fmt::format("pc-{:06}", number);
    transaction.execute(
        "INSERT INTO computers (id, name, folded_name, note, site_code, operating_system, agent_version, enrolled, "
        "created) VALUES (:id, :name, :folded, '', 'LAB', 'Debian 12', '1.0', 1, 1)",
        {number_id('c', number), name, name});
    transaction.execute(
        "INSERT INTO associations (id, source, destination, behaviour, automatic, created) VALUES "
        "(:id, :source, :destination, 'all', 0, 1)",
        {number_id('a', number), number_id('c', number), number_id('c', (number + 1) % kComputers)});
  }
  void add_store(Transaction& transaction, std::int64_t number) {
    const std::string vault = fmt::format("{:032x}", number);
    transaction.execute(
        "INSERT INTO vaults (id, computer, folder, epoch, used_bytes, created) VALUES (:id, :computer, :folder, 1, 0, "
        "1)",
        {vault, number_id('c', number), folder_.id});
    transaction.execute(
        "INSERT INTO stores (id, serial, state, source, vault, folder, capture, estimated_bytes, objects, bytes, "
        "errors, "
        "losses, message, requested, captured) VALUES (:id, :serial, 'captured', :source, :vault, :folder, :capture, "
        "0, "
        "0, 0, 0, 0, '', 1, 1)",
        {number_id('s', number), number + 1, number_id('c', number), vault, folder_.id, vault});
    transaction.execute(
        "INSERT INTO claims (store, association, destination, state, changed) VALUES (:store, :association, "
        ":destination, 'waiting', 1)",
        {number_id('s', number), number_id('a', number), number_id('c', number + 1)});
  }

  SiteWorld world_{"SQLite"};
  MigrationPoint point_;
  Folder folder_;
};

TEST(ScaleTest, ListsAndRequestsOfALargeSite) {
  LargeSite large;
  SiteWorld& world = large.world();
  const Site& site = world.site();
  const PageRequest middle{.after = number_id('c', kComputers / 2)};
  large.time("computers: first page", [&] { EXPECT_TRUE(list_computers(site, {}).more); });
  large.time("computers: page from the middle", [&] { EXPECT_TRUE(list_computers(site, middle).more); });
  large.time("computers: search, one found",
             [&] { EXPECT_EQ(list_computers(site, {.search = "PC-099999"}).items.size(), 1U); });
  large.time("computers: search, none found",
             [&] { EXPECT_TRUE(list_computers(site, {.search = "zzz"}).items.empty()); });
  large.time("associations: first page", [&] { EXPECT_TRUE(list_associations(site, {}).more); });
  large.time("associations: 1000 of them",
             [&] { EXPECT_EQ(list_associations(site, {.limit = 1000}).items.size(), 1000U); });
  large.time("associations: of a source",
             [&] { EXPECT_EQ(list_associations(site, {}, {.source = number_id('c', 77'777)}).items.size(), 1U); });
  large.time("associations: search, two found",
             [&] { EXPECT_EQ(list_associations(site, {.search = "pc-099999"}).items.size(), 2U); });
  large.time("associations: search, none found",
             [&] { EXPECT_TRUE(list_associations(site, {.search = "zzz"}).items.empty()); });
  large.time("stores: first page", [&] { EXPECT_TRUE(list_stores(site, {}).more); });
  large.time("stores: abandoned ones",
             [&] { EXPECT_TRUE(list_stores(site, {}, {.state = StoreState::abandoned}).items.empty()); });
  large.time("stores: search", [&] { EXPECT_EQ(list_stores(site, {.search = "pc-019999"}).items.size(), 1U); });
  large.time("migration points", [&] { EXPECT_EQ(list_migration_points(site).at(0).folders.at(0).clients, kStores); });

  const Client source{.computer = number_id('c', 50'000)};
  const Client destination{.computer = number_id('c', 50'001)};
  CaptureLease granted;
  large.time("request a capture", [&] { granted = request_capture(site, source, 1000); });
  std::optional<BlobGrant> grant;
  large.time("blob grant", [&] { grant = blob_grant(site, source, granted.lease.id, granted.lease.vault); });
  const std::string capture = world.next_capture_id();
  large.time("note the first blob", [&] { note_put(site, *grant, "captures/" + capture + "/started"); });
  world.folders.complete(SiteWorld::place_of(granted.lease), capture, {});
  large.time("heartbeat", [&] { keep_lease(site, source, granted.lease.id, {}); });
  large.time("release a capture", [&] {
    release_lease(site, source, granted.lease.id, {.outcome = Outcome::captured, .capture = capture});
  });
  std::string restore;
  large.time("request a restore", [&] { restore = request_restore(site, destination).lease.id; });
  large.time("release a restore", [&] { release_lease(site, destination, restore, {.outcome = Outcome::restored}); });
  large.time("deletion cycle with nothing due", [&] { run_deletion_cycle(site, large.point().id); });
}

}  // namespace
}  // namespace rehome::site
