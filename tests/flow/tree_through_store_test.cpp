// SPDX-License-Identifier: Apache-2.0
// Tree in = tree out, with the store that users have in between: generated homes go through scan, a vault of each kind
// in a folder of the fake computer, and load. A second capture after more changes gives the later tree.

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <rapidcheck.h>
#include <string>

#include "base/codec/secret.h"
#include "base/machine/memory/memory_machine.h"
#include "flow/load/load.h"
#include "flow/scan/scan.h"
#include "flow/store/vault.h"
#include "flow/transport/folder_blob_store.h"
#include "tests/flow/any_home.h"
#include "tests/flow/fake_state.h"
#include "tests/support/counting_random.h"
#include "tests/support/folder_plan.h"

namespace rehome {
namespace {

using Ids = std::map<std::uint32_t, std::uint32_t>;

struct Kind {
  std::string name;
  StoreKind kind = StoreKind::compressed;
  bool encrypted = false;
};

/// A computer with the account ann and a vault in its folder /store.
class Source {
 public:
  explicit Source(const Kind& kind) {
    machine.add_account("ann", 1000);
    machine.accounts().create_group({"project", 1500, {}});
    files.add_folder("/store");
    files.edit("/store", [](Metadata& metadata) { metadata.mode = 0700; });
    blobs_ = transport::open_folder_blob_store(files.open_for_writing("/store"), "/store");
    if (kind.encrypted) keys_.key_file = Secret(as_bytes("a key file of some length, long enough"));
    store::VaultOptions options;
    options.kind = kind.kind;
    vault_ = store::create_vault({*blobs_, &files, "/store"}, keys_, options, random_, clock);
  }

  /// Time passes before it, so that what was written is settled.
  void capture() {
    clock.advance(std::chrono::hours(1));
    const auto before = testing::describe(files);
    const auto session = vault_->begin_capture();
    const Account ann = machine.accounts().list().at(0);
    CaptureInfo info;
    info.accounts = {{session->number_of(ann), ann, ann.home}};
    info.groups = machine.accounts().groups();
    LocationTable table(machine);
    table.add(info.accounts[0].number, ann);
    const testing::FolderPlan plan({testing::kHome});
    Progress progress;
    scan::scan({machine, plan, table, info.accounts, {.threads = 2}}, *session, progress);
    info = session->finish(std::move(info));
    RC_ASSERT(info.findings.errors + info.findings.losses + info.findings.notes == 0U);
    RC_ASSERT(testing::describe(files) == before);
  }

  load::LoadReport restore(Machine& destination) {
    const auto state = vault_->open_capture("");
    load::LoadOptions options;
    options.accounts = {state->info().accounts.at(0).number};
    options.threads = 2;
    Progress progress;
    testing::FindingList findings;
    return load::load(*state, destination, nullptr, options, findings, progress);
  }

  void verify() {
    Progress progress;
    RC_ASSERT(vault_->verify("", true, progress).damages.empty());
  }

  ManualClock clock;
  MemoryMachine machine{MachineFlavour::linux, clock};
  MemoryFileTree& files = machine.files();

 private:
  testing::CountingRandom random_;
  std::unique_ptr<OwnedBlobStore> blobs_;
  store::Keys keys_;
  std::unique_ptr<store::Vault> vault_;
};

/// `wanted` is what lies at the destination in the end, and a second restore changes nothing.
void expect_restored(Source& source, MemoryMachine& destination, const std::map<MachinePath, std::string>& wanted) {
  const load::LoadReport first = source.restore(destination);
  RC_ASSERT(testing::describe(destination.files()) == wanted);
  RC_ASSERT(first.findings.errors == 0U);
  RC_ASSERT(first.findings.losses == 0U);
  RC_ASSERT(first.objects == wanted.size());
  source.clock.advance(std::chrono::hours(1));
  const load::LoadReport second = source.restore(destination);
  RC_ASSERT(testing::describe(destination.files()) == wanted);
  RC_ASSERT(second.written == 0U);
}

class TreeThroughStore : public ::testing::TestWithParam<Kind> {};

INSTANTIATE_TEST_SUITE_P(Every, TreeThroughStore,
                         ::testing::Values(Kind{"compressed"}, Kind{"encrypted", StoreKind::compressed, true},
                                           Kind{"uncompressed", StoreKind::uncompressed},
                                           Kind{"linked", StoreKind::hard_link}),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(TreeThroughStore, AnyHomeReachesAnotherComputer) {
  const bool holds = rc::check([] {
    Source source(GetParam());
    MemoryMachine destination(MachineFlavour::linux, source.clock);
    destination.accounts().create_group({"project", 1700, {}});
    const bool is_uid_taken = *rc::gen::arbitrary<bool>();
    if (is_uid_taken) destination.add_account("bob", 1000);
    testing::take(source.files, testing::generate_steps(30));
    source.capture();
    testing::take(source.files, testing::generate_steps(10));
    source.capture();
    source.verify();
    const Ids ids = {{1000, is_uid_taken ? 1001 : 1000}, {1500, 1700}};
    expect_restored(source, destination, testing::describe(source.files, ids));
  });
  EXPECT_TRUE(holds);
}

TEST_P(TreeThroughStore, AnyHomeSurvivesARefreshOfItsComputer) {
  const bool holds = rc::check([] {
    Source source(GetParam());
    testing::take(source.files, testing::generate_steps(30));
    source.capture();
    testing::take(source.files, testing::generate_steps(10));
    source.capture();
    const auto wanted = testing::describe(source.files);
    source.files.remove(testing::kHome);
    source.machine.accounts().remove("ann");
    source.verify();
    expect_restored(source, source.machine, wanted);
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace rehome
