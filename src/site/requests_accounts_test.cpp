// SPDX-License-Identifier: Apache-2.0
// Which accounts an association brings to whom.
#include "base/codec/derive.h"
#include "site/requests.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AccountsTest : public TwoComputersTest {};

// S43
TEST_P(AccountsTest, AllAccountsArriveOnBothDestinations) {
  world().add_usual_point();
  const Computer c = world().enrol("C");
  world().associate(a_, b_);
  world().associate(a_, c);
  const std::string store = world().capture(a_);
  for (const Computer& destination : {b_, c}) {
    const RestoreLease restore = world().request_restore(destination);
    EXPECT_EQ(restore.lease.store, store);
    EXPECT_TRUE(restore.lease.accounts.empty());
    EXPECT_EQ(restore.keys.size(), 4U);  // three accounts and the system
  }
}

// S44: everything is captured, each destination gets the keys of its accounts and no others.
TEST_P(AccountsTest, EachDestinationGetsItsAccountsOnly) {
  world().add_usual_point();
  const Computer c = world().enrol("C");
  world().associate(a_, b_, Behaviour::restore_specified, {"anna", "nobody"});
  world().associate(a_, c, Behaviour::restore_specified, {"1001", "lab\\carl"});
  const CaptureLease granted = world().request_capture(a_);
  EXPECT_EQ(granted.lease.behaviour, Behaviour::all);
  EXPECT_TRUE(granted.lease.accounts.empty());
  world().release(a_, granted.lease.id, Outcome::captured, world().write_capture(a_, granted.lease));
  const RestoreLease at_b = world().request_restore(b_);
  const RestoreLease at_c = world().request_restore(c);
  ASSERT_EQ(at_b.keys.size(), 1U);
  EXPECT_EQ(at_b.keys[0].number, 1U);
  EXPECT_EQ(at_b.known_accounts.at(0).name, "anna");
  ASSERT_EQ(at_c.keys.size(), 2U);
  EXPECT_EQ(at_c.keys[0].number, 2U);
  EXPECT_EQ(at_c.keys[1].number, 3U);
  Bytes info;
  ByteWriter out(info);
  out.bytes(as_bytes("rehome account"));
  out.u32(1);
  const Secret expected = derive_key(granted.vault_key, from_hex(granted.lease.vault), info);
  EXPECT_TRUE(equal_in_constant_time(at_b.keys[0].key.view(), expected.view()));
  EXPECT_EQ(blob_grant(site(), SiteWorld::client(b_), at_b.lease.id, at_b.lease.vault)->accounts,
            std::set<std::uint32_t>{1});
}

TEST_P(AccountsTest, ADestinationOfAccountsThatAreNotThereIsTold) {
  world().add_usual_point();
  world().associate(a_, b_, Behaviour::restore_specified, {"zoe"});
  world().capture(a_);
  EXPECT_THAT(message_of([&] { world().request_restore(b_); }), HasSubstr("zoe"));
}

// S45
TEST_P(AccountsTest, ASpecifiedCaptureNamesItsAccounts) {
  world().add_usual_point();
  world().associate(a_, b_, Behaviour::specified, {"anna"});
  const CaptureLease granted = world().request_capture(a_);
  EXPECT_EQ(granted.lease.behaviour, Behaviour::specified);
  EXPECT_THAT(granted.lease.accounts, ElementsAre("anna"));
  EXPECT_FALSE(granted.lease.in_place);
}

REHOME_OVER_BOTH_DATABASES(AccountsTest);

}  // namespace
}  // namespace rehome::site
