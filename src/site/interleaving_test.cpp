// SPDX-License-Identifier: Apache-2.0
// Every step of a capture, and of a restore, against every step of a deletion cycle: whatever order they come in, no
// capture that was released ever misses a pack, and nothing goes while somebody reads it. A step is a transaction or
// one call into the folder; steps of one side never run at the same time as steps of the other, and every order of them
// is tried.
#include <condition_variable>
#include <thread>

#include "base/core/locked.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;

enum class Side { computer, cycle };

/// Lets two threads make their steps in a given order. Who has no step left in the order goes on freely, after the
/// other has ended.
class Baton {
 public:
  explicit Baton(std::vector<Side> order) : order_(std::move(order)) {}

  /// Waits for the side's turn. The step lasts until the same side asks for the next one or ends.
  void step(Side side) {
    auto state = state_.lock();
    release(*state, side);
    state.wait(changed_, [&](const State& now) { return !now.running && is_turn_of(now, side); });
    state->running = side;
  }
  void end(Side side) {
    auto state = state_.lock();
    release(*state, side);
    state->ended.insert(side);
    changed_.notify_all();
  }

 private:
  struct State {
    std::size_t at = 0;
    std::optional<Side> running;
    std::set<Side> ended;
  };

  void release(State& state, Side side) {
    if (state.running != side) return;
    state.running.reset();
    if (state.at < order_.size()) ++state.at;
    changed_.notify_all();
  }
  bool is_turn_of(const State& state, Side side) const {
    const Side other = side == Side::computer ? Side::cycle : Side::computer;
    if (state.ended.contains(other)) return true;
    return state.at < order_.size() ? order_[state.at] == side : side == Side::computer;
  }

  std::vector<Side> order_;
  Locked<State> state_;
  std::condition_variable changed_;
};

/// A database for one side: each transaction is a step once it is armed.
class SteppedDatabase final : public Database {
 public:
  SteppedDatabase(Database& real, Baton& baton, Side side) : real_(real), baton_(baton), side_(side) {}
  void arm() { armed_ = true; }
  void run_write(const std::function<void(Transaction&)>& work) override {
    if (armed_) baton_.step(side_);
    real_.run_write(work);
  }
  void run_read(const std::function<void(Transaction&)>& work) override {
    if (armed_) baton_.step(side_);
    real_.run_read(work);
  }
  std::string display_name() const override { return real_.display_name(); }

 private:
  Database& real_;
  Baton& baton_;
  Side side_;
  bool armed_ = false;
};

/// The same folders for one side: each call is a step.
class SteppedFolders final : public VaultFolders {
 public:
  SteppedFolders(VaultFolders& real, Baton& baton, Side side) : real_(real), baton_(baton), side_(side) {}
  FolderSpace space(const FolderPlace& folder) override { return real_.space(folder); }
  void check_writable(const FolderPlace& folder) override { real_.check_writable(folder); }
  std::optional<std::string> mark_of(const FolderPlace& folder) override { return real_.mark_of(folder); }
  void mark(const FolderPlace& folder) override { real_.mark(folder); }
  std::vector<VaultCapture> captures(const VaultPlace& place) override { return next().captures(place); }
  std::optional<std::string> first_missing(const VaultPlace& place, const std::string& capture) override {
    return next().first_missing(place, capture);
  }
  void tidy_after_capture(const VaultPlace& place, const std::string& capture) override {
    next().tidy_after_capture(place, capture);
  }
  void remove_capture(const VaultPlace& place, const std::string& capture) override {
    next().remove_capture(place, capture);
  }
  void remove_vault(const VaultPlace& place) override { next().remove_vault(place); }
  std::uint64_t used_bytes(const VaultPlace& place) override { return real_.used_bytes(place); }

 private:
  VaultFolders& next() {
    baton_.step(side_);
    return real_;
  }
  VaultFolders& real_;
  Baton& baton_;
  Side side_;
};

/// The computer's side and the cycle's, each with the site as it sees it.
class Stage {
 public:
  Stage(SiteWorld& world, std::vector<Side> order)
      : world_(world),
        baton_(std::move(order)),
        computer_database_(world_.database(), baton_, Side::computer),
        cycle_database_(world_.database(), baton_, Side::cycle),
        computer_folders_(world_.folders, baton_, Side::computer),
        cycle_folders_(world_.folders, baton_, Side::cycle) {}

  using Action = std::function<void(const Site&)>;
  void run(const Action& computer, const Action& cycle) {
    const Site computer_site = Site::open(parts_of(computer_database_, computer_folders_));
    const Site cycle_site = Site::open(parts_of(cycle_database_, cycle_folders_));
    computer_database_.arm();
    cycle_database_.arm();
    const std::jthread first([&] { go(Side::computer, computer, computer_site); });
    const std::jthread second([&] { go(Side::cycle, cycle, cycle_site); });
  }
  /// A step of the computer that goes past the site, straight into the folder.
  void step() { baton_.step(Side::computer); }

 private:
  SiteParts parts_of(Database& database, VaultFolders& folders) {
    return {database, world_.clock, world_.random, world_.key, folders};
  }
  void go(Side side, const Action& action, const Site& site) {
    try {
      action(site);
    } catch (const Error& error) {
      EXPECT_THAT(error.code(), ::testing::AnyOf(ErrorCode::busy, ErrorCode::not_found)) << error.what();
    }
    baton_.end(side);
  }

  SiteWorld& world_;
  Baton baton_;
  SteppedDatabase computer_database_, cycle_database_;
  SteppedFolders computer_folders_, cycle_folders_;
};

/// What is in the vault when a computer captures again and the cycle comes.
enum class Before {
  due_capture,        // which goes
  newer_capture,      // beside a due one, with which it shares packs
  forgotten_capture,  // abandoned, and nobody resumed it in time
};

/// One run: a computer captures again while the cycle removes its older capture.
class Race {
 public:
  Race(SiteWorld& world, const MigrationPoint& point, Before before, std::vector<Side> order)
      : world_(world),
        point_(point),
        may_resume_(before == Before::forgotten_capture),
        stage_(world, std::move(order)),
        computer_(import_computer(world_.site(), {.name = "PC"}, kAdmin)),
        old_(may_resume_ ? abandon() : world_.capture(computer_)) {
    if (before == Before::newer_capture) world_.capture(computer_);
    if (!may_resume_) discard_store(world_.site(), old_, true, kAdmin);
  }

  void run() {
    stage_.run([&](const Site& site) { capture_again(site); },
               [&](const Site& site) { run_deletion_cycle(site, point_.id); });
    check_captures();
    run_deletion_cycle(world_.site(), point_.id);
    check_captures();
    // One that was about to be forgotten may have been resumed before.
    const bool resumed = may_resume_ && world_.state(old_) == StoreState::captured;
    EXPECT_TRUE(resumed || world_.state(old_) == StoreState::deleted);
  }

 private:
  std::string abandon() {
    const Lease lease = world_.request_capture(computer_).lease;
    world_.write_capture(computer_, lease, false);
    world_.release(computer_, lease.id, Outcome::failed);
    return lease.store;
  }

  /// As an agent does: what is in the vault already is listed and not sent again.
  void capture_again(const Site& site) {
    const Client client = SiteWorld::client(computer_);
    const Lease lease = request_capture(site, client, 1000).lease;
    const VaultPlace place = SiteWorld::place_of(lease);
    const std::string capture(32, 'e');
    auto grant = blob_grant(site, client, lease.id, lease.vault);
    note_put(site, *grant, "captures/" + capture + "/started");
    stage_.step();
    world_.folders.start(place, capture);
    std::set<std::string> listed = world_.folders.packs(place);
    stage_.step();
    world_.folders.put_pack(place, "new");
    listed.insert("new");
    stage_.step();
    world_.folders.complete(place, capture, listed);
    EXPECT_EQ(release_lease(site, client, lease.id, {.outcome = Outcome::captured, .capture = capture}).state,
              StoreState::captured);
  }

  void check_captures() {
    for (const Store& one : list_stores(world_.site(), {}, {.source = computer_.id}).items) {
      if (one.state != StoreState::captured) continue;
      EXPECT_EQ(world_.folders.first_missing({one.folder_path, one.vault}, one.capture), std::nullopt) << one.id;
    }
  }

  SiteWorld& world_;
  MigrationPoint point_;
  bool may_resume_;
  Stage stage_;
  Computer computer_;
  std::string old_;
};

/// One run: a computer restores once more while the cycle removes what it was restored from.
class RestoreRace {
 public:
  RestoreRace(SiteWorld& world, const MigrationPoint& point, std::vector<Side> order)
      : world_(world),
        point_(point),
        stage_(world, std::move(order)),
        computer_(import_computer(world_.site(), {.name = "PC"}, kAdmin)),
        store_(world_.capture(computer_)) {
    world_.restore(computer_);
  }

  /// Whether the computer came before the cycle.
  bool run() {
    bool restored = false;
    stage_.run([&](const Site& site) { restored = restore_again(site); },
               [&](const Site& site) { run_deletion_cycle(site, point_.id); });
    run_deletion_cycle(world_.site(), point_.id);
    EXPECT_EQ(world_.state(store_), StoreState::deleted);
    return restored;
  }

 private:
  bool restore_again(const Site& site) {
    const Client client = SiteWorld::client(computer_);
    const RestoreLease granted = request_restore(site, client);
    for (int looks = 0; looks < 2; ++looks) {
      stage_.step();
      EXPECT_EQ(world_.folders.first_missing(SiteWorld::place_of(granted.lease), granted.capture), std::nullopt);
    }
    release_lease(site, client, granted.lease.id, {.outcome = Outcome::restored});
    return true;
  }

  SiteWorld& world_;
  MigrationPoint point_;
  Stage stage_;
  Computer computer_;
  std::string store_;
};

/// Orders in which the cycle makes its steps in at most this many goes: each step of one side meets each place between
/// two steps of the other, before and after. All 6188 orders would take minutes.
constexpr int kMostGoes = 2;

struct Rest {
  int computers = 0;
  int cycles = 0;
  int goes = kMostGoes;
};

void each_order(Rest rest, std::vector<Side>& order, const std::function<void()>& use) {
  if (rest.computers == 0 && rest.cycles == 0) return use();
  if (rest.computers > 0) {
    order.push_back(Side::computer);
    each_order({rest.computers - 1, rest.cycles, rest.goes}, order, use);
    order.pop_back();
  }
  const bool goes_on = !order.empty() && order.back() == Side::cycle;
  if (rest.cycles > 0 && (goes_on || rest.goes > 0)) {
    order.push_back(Side::cycle);
    each_order({rest.computers, rest.cycles - 1, goes_on ? rest.goes : rest.goes - 1}, order, use);
    order.pop_back();
  }
}

// A capture has twelve steps (two transactions of its request, its grant, its note, three in the folder, two
// transactions of the release, two looks at the folder, the last transaction), a cycle five.
class InterleavingTest : public ::testing::TestWithParam<Before> {};

TEST_P(InterleavingTest, NoListedPackIsEverLost) {
  SiteWorld world("SQLite");
  const MigrationPoint point = world.add_point("smp1", {.deletion_delay_minutes = 0});
  world.add_folder(point, "/smp", 99999);
  if (GetParam() == Before::forgotten_capture) {
    Settings settings = world.site().settings();
    settings.keep_abandoned_seconds = 0;
    world.site().change_settings(settings, kAdmin);
  }
  std::vector<Side> order;
  int runs = 0;
  each_order({.computers = 12, .cycles = 5}, order, [&] {
    Race(world, point, GetParam(), order).run();
    ++runs;
  });
  EXPECT_EQ(runs, 325);
}

INSTANTIATE_TEST_SUITE_P(Vault, InterleavingTest,
                         ::testing::Values(Before::due_capture, Before::newer_capture, Before::forgotten_capture),
                         [](const auto& parameter) {
                           switch (parameter.param) {
                             case Before::due_capture:
                               return "HadOnlyTheOldCapture";
                             case Before::newer_capture:
                               return "KeepsANewerCapture";
                             case Before::forgotten_capture:
                               return "HadACaptureThatNobodyResumed";
                           }
                           return "";
                         });

// A restore has five steps: its request, two looks into the folder, the two transactions of its release.
TEST(RestoreInterleavingTest, NothingThatIsReadIsRemoved) {
  SiteWorld world("SQLite");
  const MigrationPoint point = world.add_point("smp1", {.deletion_delay_minutes = 0});
  world.add_folder(point, "/smp", 99999);
  std::vector<Side> order;
  std::set<bool> ends;
  each_order({.computers = 5, .cycles = 5}, order, [&] { ends.insert(RestoreRace(world, point, order).run()); });
  EXPECT_EQ(ends, (std::set<bool>{false, true}));
}

}  // namespace
}  // namespace rehome::site
