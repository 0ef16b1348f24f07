// SPDX-License-Identifier: Apache-2.0
#include "site/keys.h"

#include <filesystem>
#include <fstream>

#include "base/codec/hash.h"
#include "site/audit.h"
#include "site/internal/sealed_record.h"
#include "tests/support/site_world.h"
#include "tests/support/source_folder.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::Contains;
using ::testing::HasSubstr;

class KeysTest : public TwoComputersTest {
 protected:
  void SetUp() override {
    TwoComputersTest::SetUp();
    if (IsSkipped()) return;
    world().add_usual_point();
  }
  std::vector<std::string> hand_outs() {
    std::vector<std::string> found;
    for (const AuditEntry& entry : read_audit(site(), 0, 1000)) {
      if (entry.what.starts_with("key")) found.push_back(entry.who + ": " + entry.what + ": " + entry.why);
    }
    return found;
  }
  const Account recoverer_{"rita", Role::viewer, true};
};

// C-C2, C-K5, S46, S47: place and key of a store, for who has the right, with a reason.
TEST_P(KeysTest, RecoveryInformationHasPlaceAndKey) {
  const std::string association = world().associate(a_, b_);
  const CaptureLease granted = world().request_capture(a_);
  world().release(a_, granted.lease.id, Outcome::captured, world().write_capture(a_, granted.lease));
  const RecoveryInformation found = recovery_information(site(), association, recoverer_, "PC broke");
  EXPECT_EQ(found.store.folder_path, "/smp");
  EXPECT_EQ(found.store.vault, granted.lease.vault);
  EXPECT_TRUE(equal_in_constant_time(found.vault_key.view(), granted.vault_key.view()));
  EXPECT_THAT(hand_outs(), Contains("rita: key to administrator: PC broke"));
  EXPECT_EQ(recovery_information_of_store(site(), granted.lease.store, recoverer_, "x").store.id, granted.lease.store);
}

TEST_P(KeysTest, RecoveryNeedsTheRightAndAReason) {
  const std::string association = world().associate(a_, b_);
  EXPECT_EQ(code_of([&] { recovery_information(site(), association, recoverer_, "x"); }), ErrorCode::not_found);
  world().capture(a_);
  const Account boss{"boss", Role::administrator, false};
  EXPECT_EQ(code_of([&] { recovery_information(site(), association, boss, "x"); }), ErrorCode::refused);
  EXPECT_EQ(code_of([&] { recovery_information(site(), association, recoverer_, ""); }), ErrorCode::invalid_argument);
}

// C-K6: every hand-out is told.
TEST_P(KeysTest, EveryHandOutIsInTheAuditLog) {
  world().associate(a_, b_);
  world().capture(a_);
  world().request_restore(b_);
  EXPECT_THAT(hand_outs(), Contains(a_.id + ": key to source: capture"));
  EXPECT_THAT(hand_outs(), Contains(HasSubstr(b_.id + ": keys to destination: restore through a-")));
}

// Key epochs: as long as the source alone has the key, the vault goes on.
TEST_P(KeysTest, AKeyThatWentElsewhereEndsItsVault) {
  world().associate(a_, b_);
  world().associate(a_, a_);
  const std::string first = store(site(), world().capture(a_)).vault;
  world().restore(a_);
  const std::string second = store(site(), world().capture(a_)).vault;
  EXPECT_EQ(second, first);
  const RestoreLease at_b = world().request_restore(b_);
  world().release(b_, at_b.lease.id, Outcome::failed);
  const CaptureLease third = world().request_capture(a_);
  EXPECT_NE(third.lease.vault, first);
  EXPECT_EQ(third.lease.folder_path, "/smp");
}

TEST_P(KeysTest, AnAdministratorsLookEndsTheVaultToo) {
  const std::string store_id = world().capture(a_);
  recovery_information_of_store(site(), store_id, recoverer_, "audit");
  EXPECT_NE(store(site(), world().capture(a_)).vault, store(site(), store_id).vault);
}

TEST_P(KeysTest, KeysAreWrappedForTheirSiteAndVault) {
  const CaptureLease at_a = world().request_capture(a_);
  const CaptureLease at_b = world().request_capture(b_);
  EXPECT_FALSE(equal_in_constant_time(at_a.vault_key.view(), at_b.vault_key.view()));
  world().database().write([&](Transaction& transaction) {
    transaction.execute(
        "UPDATE vaults SET wrapped_key = (SELECT wrapped_key FROM vaults WHERE id = :from) WHERE id = :to",
        {at_b.lease.vault, at_a.lease.vault});
  });
  EXPECT_EQ(code_of([&] { world().request_capture(a_); }), ErrorCode::wrong_key);
}

TEST(SealedRecordTest, OpensOnlyWhereItBelongs) {
  CountingRandom random;
  const Secret key(Bytes(32, 1));
  const Secret secret(as_bytes("something"));
  const std::string sealed = seal_record(key, {"site", "vault 1"}, secret.view(), random);
  EXPECT_EQ(as_text(open_record(key, {"site", "vault 1"}, sealed).view()), "something");
  EXPECT_EQ(code_of([&] { open_record(key, {"site", "vault 2"}, sealed); }), ErrorCode::wrong_key);
  EXPECT_EQ(code_of([&] { open_record(key, {"other", "vault 1"}, sealed); }), ErrorCode::wrong_key);
  EXPECT_EQ(code_of([&] { open_record(Secret(Bytes(32, 2)), {"site", "vault 1"}, sealed); }), ErrorCode::wrong_key);
  EXPECT_EQ(code_of([&] { open_record(key, {"site", "vault 1"}, sealed.substr(0, 20)); }), ErrorCode::wrong_key);
}

// Append-only: no statement of the site changes or removes an entry.
TEST(AuditTest, NoStatementChangesAnEntry) {
  int looked = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source_folder() / "src/site")) {
    if (entry.path().extension() != ".cpp" || entry.path().stem().string().ends_with("_test")) continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (const char* statement : {"UPDATE audit", "DELETE FROM audit", "DROP TABLE audit"}) {
      EXPECT_THAT(text, ::testing::Not(HasSubstr(statement))) << entry.path();
    }
    ++looked;
  }
  EXPECT_GT(looked, 30);
}

TEST_P(KeysTest, AChangedAuditEntryShows) {
  world().capture(a_);
  EXPECT_EQ(first_broken_audit_entry(site()), std::nullopt);
  EXPECT_EQ(last_audit_number(site()), static_cast<std::int64_t>(read_audit(site(), 0, 1000).size()));
  const auto execute = [&](const char* sql) {
    world().database().write([&](Transaction& transaction) { transaction.execute(sql); });
  };
  execute("UPDATE audit SET who = 'nobody' WHERE number = 3");
  EXPECT_EQ(first_broken_audit_entry(site()), 3);
  execute("DELETE FROM audit WHERE number = 2");
  EXPECT_EQ(first_broken_audit_entry(site()), 3);
}

REHOME_OVER_BOTH_DATABASES(KeysTest);

}  // namespace
}  // namespace rehome::site
