// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/base_folder.h"

#include <functional>
#include <gmock/gmock.h>

#include "tests/flow/load_fixture.h"

namespace rehome::load {
namespace {

using ::testing::HasSubstr;

class BaseFolderTest : public LoadTest {
 protected:
  void own(const MachinePath& path, std::uint32_t uid, std::uint32_t mode = 0755) {
    machine_.add_folder(path);
    machine_.files().edit(path, [&](Metadata& m) {
      m.uid = m.gid = uid;
      m.mode = mode;
    });
  }
  BaseFolder open(const MachinePath& path) { return open_base_folder(machine_.files(), path); }
  std::string refusal_of(const MachinePath& path) {
    try {
      open(path);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::refused);
      return error.message();
    }
    ADD_FAILURE() << path << " was opened";
    return {};
  }
};

TEST_F(BaseFolderTest, LinksOfRootsAreFollowed) {
  own("/data/homes/ann", 1000);
  machine_.add_symlink("/data/link", "../data/./homes");
  machine_.files().remove("/home");
  machine_.add_symlink("/home", "/data/link");
  const BaseFolder base = open("/home//ann/");
  EXPECT_EQ(base.path, "/data/homes/ann");
  EXPECT_EQ(base.missing, "");
  EXPECT_EQ(base.node.metadata.uid, 1000U);
  EXPECT_TRUE(base.is_guarded);
}

TEST_F(BaseFolderTest, WhatIsMissingIsMadeOnlyWhereRootAloneGivesNames) {
  EXPECT_EQ(open("/home/x/ann").missing, "x/ann");
  EXPECT_EQ(open("/home/x/ann").path, "/home/x/ann");
  own("/tmp", 0, 01777);
  EXPECT_EQ(open("/tmp/new").missing, "new");
  own("/shared", 0, 0777);
  EXPECT_THAT(refusal_of("/shared/new"), HasSubstr("/shared"));
  own("/group", 0, 0775);
  EXPECT_EQ(open("/group/new").missing, "new") << "root's own group";
  machine_.files().edit("/group", [](Metadata& m) { m.gid = 50; });
  EXPECT_THAT(refusal_of("/group/new"), HasSubstr("/group"));
  own("/home/ann", 1000);
  own("/home/ann/roots", 0);
  EXPECT_THAT(refusal_of("/home/ann/roots/new"), HasSubstr("/home/ann/roots"));
}

TEST_F(BaseFolderTest, BeyondAFolderOfAUsersNoLinkIsFollowed) {
  own("/home/ann", 1000);
  own("/srv/data", 0);
  machine_.add_symlink("/home/ann/link", "/srv/data");
  EXPECT_THAT(refusal_of("/home/ann/link"), HasSubstr("link"));
  machine_.files().edit("/home/ann/link", [](Metadata& m) { m.uid = 0; });
  EXPECT_THAT(refusal_of("/home/ann/link"), HasSubstr("link"));
  own("/tmp", 0, 01777);
  machine_.add_symlink("/tmp/link", "/srv/data");
  machine_.files().edit("/tmp/link", [](Metadata& m) { m.uid = 1000; });
  EXPECT_THAT(refusal_of("/tmp/link"), HasSubstr("link"));
  own("/home/ann/sub", 1001);
  EXPECT_FALSE(open("/home/ann/sub").is_guarded);
}

TEST_F(BaseFolderTest, InAnotherBaseNoLinkIsFollowedWhoeverSetIt) {
  own("/data/outer", 0);
  own("/data/ann", 1000);
  machine_.add_symlink("/data/outer/link", "/data/ann");
  machine_.add_file("/data/outer/file", "x");
  const BaseFolder outer = open("/data/outer");
  for (const char* rest : {"link", "link/x", "file/x"}) {
    try {
      open_base_folder_in(outer, rest);
      ADD_FAILURE() << rest << " was opened";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::refused) << rest;
    }
  }
}

TEST_F(BaseFolderTest, InAnotherBaseWhatIsMissingMayBeMadeWhoeverHasIt) {
  own("/home/gil/users", 1009);
  own("/home/gil/fay", 1008);
  const BaseFolder gil = open("/home/gil");
  EXPECT_EQ(open_base_folder_in(gil, "").path, "/home/gil");
  const BaseFolder there = open_base_folder_in(gil, "fay");
  EXPECT_EQ(there.missing, "");
  EXPECT_EQ(there.node.metadata.uid, 1008U);
  const BaseFolder in_users = open_base_folder_in(gil, "users/fay");
  EXPECT_EQ(in_users.missing, "fay");
  EXPECT_EQ(in_users.path, "/home/gil/users/fay");
  EXPECT_FALSE(in_users.is_guarded);
  EXPECT_EQ(open_base_folder_in(open("/home/eve"), "fay").missing, "eve/fay");
}

TEST_F(BaseFolderTest, PathsThatLeadNowhereAreRefused) {
  machine_.add_file("/home/file", "x");
  machine_.add_symlink("/home/loop", "loop");
  for (const char* path : {"", "home", "/home/file", "/home/file/x", "/home/loop", "/home/none/../ann"}) {
    refusal_of(path);
  }
  EXPECT_EQ(open("/home/../../home").path, "/home");
}

/// A restore while somebody exchanges a folder of his for a link at the worst moment, whichever that is.
class Attempt : public LoadTest {
 public:
  void TestBody() override {}
  MemoryMachine& machine() { return machine_; }
  testing::FakeState& state() { return state_; }
  LoadOptions& options() { return options_; }

  void exchange(const MachinePath& a, const MachinePath& b) {
    machine_.files().rename(a, a + ".aside");
    machine_.files().rename(b, a);
    machine_.files().rename(a + ".aside", b);
  }

  /// False where there was no such moment any more.
  bool run_after(std::uint64_t call, const std::function<void()>& act) {
    options_.threads = 1;
    bool happened = false;
    const auto acting = [&](const MachinePath&) {
      happened = true;
      act();
    };
    machine_.failures().before(Operation::any, "*", acting, call);
    try {
      run();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::refused) << error.what();
    }
    return happened;
  }

  /// The same, and back again some calls later.
  bool run_exchanging(const MachinePath& a, const MachinePath& b, std::uint64_t call, std::uint64_t calls_until_back) {
    const auto swap = [&] { exchange(a, b); };
    if (calls_until_back > 0) {
      machine_.failures().before(Operation::any, "*", [swap](const MachinePath&) { swap(); }, call + calls_until_back);
    }
    return run_after(call, swap);
  }
};

void own(Attempt& attempt, const MachinePath& path, std::uint32_t uid) {
  attempt.machine().add_folder(path);
  attempt.machine().files().edit(path, [&](Metadata& m) { m.uid = m.gid = uid; });
}

void try_every_moment(const std::function<void(Attempt&)>& prepare, const MachinePath& folder,
                      const MachinePath& link) {
  for (const bool begins_as_link : {false, true}) {
    for (const std::uint64_t calls_until_back : {0U, 1U, 2U, 5U}) {
      bool happened = true;
      for (std::uint64_t call = 1; happened; ++call) {
        Attempt attempt;
        prepare(attempt);
        if (begins_as_link) attempt.exchange(folder, link);
        happened = attempt.run_exchanging(folder, link, call, calls_until_back);
        ASSERT_THAT(attempt.machine().files().paths_below("/etc"), ::testing::ElementsAre("/etc/systemd"))
            << "exchanged before call " << call << ", back after " << calls_until_back;
        ASSERT_EQ(attempt.machine().files().inspect("/etc/systemd").metadata.uid, 0U);
      }
    }
  }
}

TEST(ExchangedWayTest, AKnownFolderThatItsUserSaysIsSomewhere) {
  try_every_moment(
      [](Attempt& attempt) {
        own(attempt, "/etc/systemd", 0);
        attempt.machine().add_account("ann", 1000);
        own(attempt, "/tmp/ann", 1000);
        own(attempt, "/tmp/ann/real", 1000);
        own(attempt, "/tmp/ann/real/cron.service.d", 1000);
        attempt.machine().add_symlink("/tmp/ann/lnk", "/etc/systemd");
        attempt.machine().environment().set_known_folder(KnownFolder::documents, "ann", "/tmp/ann/real/cron.service.d");
        Object& object = attempt.state().add_file(kAnn, "override.conf", "evil");
        object.location.anchor = KnownFolder::documents;
        attempt.state().set_content(object.location, "evil");
      },
      "/tmp/ann/real", "/tmp/ann/lnk");
}

TEST(ExchangedWayTest, AHomeInAFolderOfAnotherUser) {
  for (const bool home_exists : {false, true}) {
    try_every_moment(
        [&](Attempt& attempt) {
          own(attempt, "/etc/systemd", 0);
          attempt.machine().add_account("ann", 1000);
          Account ben = attempt.machine().add_account("ben", 1001);
          ben.home = "/home/ann/fam/ben";
          attempt.machine().accounts().set(ben);
          own(attempt, "/home/ann/fam", 1000);
          if (home_exists) own(attempt, ben.home, 1001);
          attempt.machine().add_symlink("/home/ann/lnk", "/etc");
          attempt.options().map_user = {{"ann", "ben"}};
          attempt.state().add_folder(kAnn, "");
          attempt.state().add_file(kAnn, "a", "x");
        },
        "/home/ann/fam", "/home/ann/lnk");
  }
}

/// Whoever has the outer home puts a folder of his own in the place of the inner one before it is made.
TEST(ExchangedWayTest, AFolderOfTheHoldersIsNoHomeOfAnother) {
  bool happened = true;
  for (std::uint64_t call = 1; happened; ++call) {
    Attempt attempt;
    attempt.machine().add_account("ann", 1000);
    Account ben = attempt.machine().add_account("ben", 1001);
    ben.home = "/home/ann/ben";
    attempt.machine().accounts().set(ben);
    attempt.state().add_account(8, "ben", 1001);
    attempt.options().accounts.push_back(8);
    attempt.state().add_folder(8, "");
    attempt.state().add_file(8, "a", "x");
    happened = attempt.run_after(call, [&] {
      if (!attempt.machine().files().exists(ben.home)) own(attempt, ben.home, 1000);
    });
    if (attempt.machine().files().inspect(ben.home).metadata.uid == 1001) continue;
    ASSERT_FALSE(attempt.machine().files().exists("/home/ann/ben/a")) << "before call " << call;
  }
}

TEST(ExchangedWayTest, AHomeInAHomeThatIsRestoredToo) {
  for (const bool home_exists : {false, true}) {
    try_every_moment(
        [&](Attempt& attempt) {
          own(attempt, "/etc/systemd", 0);
          attempt.machine().add_account("ann", 1000);
          Account ben = attempt.machine().add_account("ben", 1001);
          ben.home = "/home/ann/fam/ben";
          attempt.machine().accounts().set(ben);
          own(attempt, "/home/ann/fam", 1000);
          if (home_exists) own(attempt, ben.home, 1001);
          attempt.machine().add_symlink("/home/ann/lnk", "/etc");
          attempt.state().add_account(8, "ben", 1001);
          attempt.options().accounts.push_back(8);
          attempt.state().add_folder(8, "");
          attempt.state().add_file(8, "a", "x");
        },
        "/home/ann/fam", "/home/ann/lnk");
  }
}

}  // namespace
}  // namespace rehome::load
