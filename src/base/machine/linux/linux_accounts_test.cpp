// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/linux_accounts.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/error.h"
#include "base/machine/linux/internal/test_root.h"
#include "base/machine/linux/linux_file_tree.h"
#include "base/machine/memory/manual_clock.h"

namespace rehome {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kDay19700 = 19700LL * 86400 + 5000;

/// A directory service with one user that it lists and one that it does not.
class FakeNames final : public linux_etc::NameService {
 public:
  std::vector<linux_etc::PasswdEntry> users() override { return {listed_}; }
  std::optional<linux_etc::PasswdEntry> user_of(std::uint32_t uid) override {
    for (const auto& entry : {listed_, hidden_}) {
      if (entry.uid == uid) return entry;
    }
    return std::nullopt;
  }
  std::optional<linux_etc::PasswdEntry> user_named(const std::string& name) override {
    for (const auto& entry : {listed_, hidden_}) {
      if (entry.name == name) return entry;
    }
    return std::nullopt;
  }
  std::vector<Group> groups() override { return {group_}; }
  std::optional<Group> group_of(std::uint32_t gid) override {
    return gid == group_.gid ? std::optional(group_) : std::nullopt;
  }
  std::optional<Group> group_named(const std::string& name) override {
    return name == group_.name ? std::optional(group_) : std::nullopt;
  }
  std::vector<std::uint32_t> gids_of(const linux_etc::PasswdEntry& user) override { return {user.gid, group_.gid}; }

 private:
  linux_etc::PasswdEntry listed_{"zoe@corp", "*", 700001, 700000, "Zoe", "/home/zoe", "/bin/sh"};
  linux_etc::PasswdEntry hidden_{"yan@corp", "*", 700002, 700000, "Yan", "/home/corp/yan", "/bin/sh"};
  Group group_{"sales@corp", 700009, {}};
};

class LinuxAccountFiles : public testing::Test {
 protected:
  LinuxAccountFiles() {
    clock_.set({kDay19700, 0});
    root_.file("/etc/passwd",
               "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/usr/sbin:/bin/sh\n"
               "ann:x:1001:1001:Ann:/home/ann:/bin/sh\n");
    root_.file("/etc/shadow",
               "root:*:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\nann:$6$s$h:19000:0:99999:7:::\n");
    root_.file("/etc/group", "root:x:0:\ndaemon:x:1:\naudio:x:29:ann\nstaff:x:50:\nann:x:1001:\n");
    root_.file("/etc/gshadow", "root:*::\ndaemon:*::\naudio:*::ann\nstaff:*::\nann:!::\n");
    root_.file("/etc/subuid", "ann:100000:65536\n");
    root_.file("/etc/subgid", "1001:100000:65536\n");
    root_.file("/etc/login.defs",
               "UID_MIN 1000\nUID_MAX 60000\nPASS_MAX_DAYS 99999\nPASS_MIN_DAYS 0\nPASS_WARN_AGE 7\n");
    std::filesystem::permissions(root_.at("/etc/shadow"), std::filesystem::perms(0640));
    std::filesystem::permissions(root_.at("/etc/gshadow"), std::filesystem::perms(0640));
    files_ = open_linux_file_tree(root_.path());
  }

  LinuxAccounts accounts(bool with_directory = false) {
    return LinuxAccounts(root_.path(), *files_, clock_, with_directory ? std::make_unique<FakeNames>() : nullptr);
  }
  Account account_named(const std::string& name, bool with_directory = false) {
    for (const Account& account : accounts(with_directory).list()) {
      if (account.name == name) return account;
    }
    ADD_FAILURE() << "no account " << name;
    return {};
  }
  static Account ben() {
    Account account;
    account.name = "ben";
    account.uid = 1002;
    account.gid = 1001;
    account.comment = "Ben O'Neil";
    account.home = "/home/ben";
    account.shell = "/bin/sh";
    account.subuids = {{165536, 65536}};
    account.subgids = {{165536, 65536}, {231072, 1000}};
    return account;
  }
  std::optional<ErrorCode> failure(const std::function<void(LinuxAccounts&)>& attempt, bool with_directory = false) {
    LinuxAccounts all = accounts(with_directory);
    try {
      attempt(all);
    } catch (const Error& error) {
      return error.code();
    }
    return std::nullopt;
  }
  std::optional<ErrorCode> failure_to_create(const std::function<void(Account&)>& change, bool with_directory = false) {
    Account account = ben();
    change(account);
    return failure([&](LinuxAccounts& all) { all.create_account(account); }, with_directory);
  }
  std::string all_files() {
    std::string all;
    for (const std::string_view name : {"passwd", "shadow", "group", "gshadow", "subuid", "subgid"}) {
      all += root_.content("/etc/" + std::string(name));
    }
    return all;
  }

  linux_etc::TestRoot root_;
  ManualClock clock_;
  std::unique_ptr<FileTree> files_;
};

TEST_F(LinuxAccountFiles, ReadsAnAccountFromAllOfThem) {
  const Account ann = account_named("ann");
  EXPECT_EQ(ann.kind, AccountKind::local);
  EXPECT_EQ(ann.uid, 1001U);
  EXPECT_EQ(ann.home, "/home/ann");
  EXPECT_FALSE(ann.locked);
  EXPECT_EQ(ann.password_hash, "$6$s$h");
  EXPECT_THAT(ann.groups, ElementsAre("audio")) << "without the primary group";
  EXPECT_THAT(ann.subuids, ElementsAre(IdRange{100000, 65536}));
  EXPECT_THAT(ann.subgids, ElementsAre(IdRange{100000, 65536})) << "given to the uid";
  EXPECT_EQ(account_named("daemon").kind, AccountKind::service);
}

TEST_F(LinuxAccountFiles, KnowsWhichPasswordsLockAnAccount) {
  root_.file(
      "/etc/passwd",
      "a:x:1001:1::/a:\nb:x:1002:1::/b:\nc:x:1003:1::/c:\nd:x:1004:1::/d:\ne:x:1005:1::/e:\nf:OldHash:1006:1::/f:\n");
  root_.file("/etc/shadow", "a:!$6$s$h:::::::\nb:*:::::::\nc::::::::\nd:!!:::::::\n");
  EXPECT_TRUE(account_named("a").locked);
  EXPECT_EQ(account_named("a").password_hash, "$6$s$h") << "locked with passwd -l";
  EXPECT_TRUE(account_named("b").locked);
  EXPECT_EQ(account_named("b").password_hash, std::nullopt);
  EXPECT_FALSE(account_named("c").locked);
  EXPECT_EQ(account_named("c").password_hash, std::nullopt) << "no password is no hash to hand on";
  EXPECT_TRUE(account_named("d").locked);
  EXPECT_EQ(account_named("d").password_hash, std::nullopt);
  EXPECT_TRUE(account_named("e").locked) << "no line in shadow";
  EXPECT_EQ(account_named("f").password_hash, "OldHash");
}

TEST_F(LinuxAccountFiles, ReadsARootWithNothingInIt) {
  const linux_etc::TestRoot empty;
  auto files = open_linux_file_tree(empty.path());
  LinuxAccounts all(empty.path(), *files, clock_, nullptr);
  EXPECT_THAT(all.list(), IsEmpty());
  EXPECT_THAT(all.groups(), IsEmpty());
  EXPECT_EQ(all.limits().uid_min, 1000U);
}

TEST_F(LinuxAccountFiles, ReadsTheVendorsLimitsWhereEtcHasNone) {
  std::filesystem::remove(root_.at("/etc/login.defs"));
  root_.file("/usr/etc/login.defs", "UID_MIN 500\n");
  EXPECT_EQ(accounts().limits().uid_min, 500U);
}

TEST_F(LinuxAccountFiles, FollowsALinkBeneathTheRootOnly) {
  root_.link("/etc/real", "/etc/passwd");
  root_.file("/conf/passwd", "cleo:x:1003:1003::/home/cleo:\n");
  std::filesystem::remove(root_.at("/etc/passwd"));
  root_.link("/etc/passwd", "/conf/passwd");
  EXPECT_EQ(account_named("cleo").uid, 1003U);
  EXPECT_EQ(failure_to_create([](Account& account) { account.gid = 50; }), ErrorCode::unsupported)
      << "a link is not replaced by a file";
}

TEST_F(LinuxAccountFiles, ListsDomainAccountsLastAlsoThoseOnlyKnownAsOwnersOfHomes) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  for (auto [path, owner] :
       {std::pair{"/home/ann", 1001U}, {"/home/corp", 0U}, {"/home/corp/yan", 700002U}, {"/home/gone", 4444U}}) {
    root_.folder(path);
    ASSERT_EQ(::chown(root_.at(path).c_str(), owner, owner), 0);
  }
  std::vector<std::string> names;
  for (const Account& account : accounts(true).list()) names.push_back(account.name);
  EXPECT_THAT(names, ElementsAre("root", "daemon", "ann", "yan@corp", "zoe@corp"));
  const Account yan = account_named("yan@corp", true);
  EXPECT_EQ(yan.kind, AccountKind::domain);
  EXPECT_THAT(yan.groups, ElementsAre("sales@corp"));
  EXPECT_EQ(yan.password_hash, std::nullopt);
  EXPECT_EQ(accounts(true).groups().back().name, "sales@corp");
  EXPECT_EQ(accounts().list().size(), 3U) << "a foreign root has none";
}

TEST_F(LinuxAccountFiles, MakesAnAccountAsGiven) {
  accounts().create_account(ben());
  EXPECT_TRUE(root_.content("/etc/passwd").ends_with("\nben:x:1002:1001:Ben O'Neil:/home/ben:/bin/sh\n"));
  EXPECT_TRUE(root_.content("/etc/shadow").ends_with("\nben:!:19700:0:99999:7:::\n"));
  EXPECT_TRUE(root_.content("/etc/subuid").ends_with("\nben:165536:65536\n"));
  EXPECT_TRUE(root_.content("/etc/subgid").ends_with("\nben:165536:65536\nben:231072:1000\n"));
  const Account made = account_named("ben");
  EXPECT_TRUE(made.locked);
  EXPECT_EQ(made.uid, 1002U);
  EXPECT_EQ(made.subgids, ben().subgids);
  EXPECT_FALSE(root_.exists("/home/ben")) << "no folder is made";
}

TEST_F(LinuxAccountFiles, AnAgedAccountStaysAged) {
  root_.file("/etc/shadow", root_.content("/etc/shadow") + "old:$6$s$h:18000:1:30:5:10:18500:\n");
  root_.file("/etc/passwd", root_.content("/etc/passwd") + "old:x:1003:1001::/home/old:/bin/sh\n");
  const Account old = account_named("old");
  EXPECT_TRUE(old.expired);
  EXPECT_FALSE(account_named("ann").expired);
  EXPECT_EQ(old.aging,
            (PasswordAging{.changed = 18000, .min = 1, .max = 30, .warn = 5, .inactive = 10, .expires = 18500}));
  Account made = ben();
  made.aging = old.aging;
  made.password_hash = old.password_hash;
  accounts().create_account(made);
  EXPECT_TRUE(root_.content("/etc/shadow").ends_with("\nben:$6$s$h:18000:1:30:5:10:18500:\n"));
  EXPECT_TRUE(account_named("ben").expired);
}

TEST_F(LinuxAccountFiles, TheDayOfAPasswordIsThatOfTheOneItHas) {
  Account made = ben();
  made.aging = PasswordAging{.changed = 18000, .max = 30};
  accounts().create_account(made);
  EXPECT_TRUE(root_.content("/etc/shadow").ends_with("\nben:!:19700::30::::\n")) << "the hash did not come along";
}

TEST_F(LinuxAccountFiles, KeepsAPasswordOnlyWhereItIsGivenAndTheLockOnIt) {
  Account open = ben();
  open.password_hash = "$y$j9T$s$h";
  accounts().create_account(open);
  EXPECT_EQ(account_named("ben").password_hash, "$y$j9T$s$h");
  EXPECT_FALSE(account_named("ben").locked);
  Account locked = open;
  locked.name = "cleo";
  locked.uid = 1003;
  locked.locked = true;
  locked.subuids.clear();
  locked.subgids.clear();
  accounts().create_account(locked);
  EXPECT_NE(root_.content("/etc/shadow").find("\ncleo:!$y$j9T$s$h:"), std::string::npos);
}

TEST_F(LinuxAccountFiles, KeepsOwnerAndModeOfTheFilesAndMakesMissingOnes) {
  std::filesystem::remove(root_.at("/etc/subuid"));
  const bool is_root = ::geteuid() == 0;
  ASSERT_TRUE(!is_root || ::chown(root_.at("/etc/shadow").c_str(), 0, 42) == 0);
  accounts().create_account(ben());
  struct stat shadow = {};
  struct stat subuid = {};
  ASSERT_EQ(::stat(root_.at("/etc/shadow").c_str(), &shadow), 0);
  ASSERT_EQ(::stat(root_.at("/etc/subuid").c_str(), &subuid), 0);
  EXPECT_EQ(shadow.st_mode & 07777U, 0640U);
  EXPECT_TRUE(!is_root || shadow.st_gid == 42U);
  EXPECT_EQ(subuid.st_mode & 07777U, 0644U);
  std::size_t names = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(root_.at("/etc"))) ++names;
  EXPECT_EQ(names, 8U) << "seven files and the lock: nothing temporary is left";
}

TEST_F(LinuxAccountFiles, RefusesWhatIsTaken) {
  const std::string before = all_files();
  EXPECT_EQ(failure_to_create([](Account& account) { account.name = "ann"; }), ErrorCode::already_exists);
  EXPECT_EQ(failure_to_create([](Account& account) { account.uid = 1001; }), ErrorCode::already_exists);
  EXPECT_EQ(failure_to_create([](Account& account) { account.uid = 100005; }), ErrorCode::already_exists)
      << "a number of ann's containers";
  EXPECT_EQ(failure_to_create([](Account& account) { account.subuids = {{165535, 10}}; }), ErrorCode::already_exists);
  EXPECT_EQ(failure_to_create([](Account& account) { account.subgids = {{90000, 10001}}; }), ErrorCode::already_exists);
  EXPECT_EQ(failure_to_create([](Account& account) { account.gid = 4711; }), ErrorCode::not_found);
  EXPECT_EQ(failure_to_create([](Account& account) { account.name = "yan@corp"; }, true), ErrorCode::already_exists);
  EXPECT_EQ(failure_to_create([](Account& account) { account.uid = 700002; }, true), ErrorCode::already_exists);
  EXPECT_EQ(all_files(), before);
}

TEST_F(LinuxAccountFiles, RefusesHostileValuesAndChangesNothing) {
  const std::string before = all_files();
  EXPECT_EQ(failure_to_create([](Account& account) { account.comment = "x\nroot2:x:0:0::/:/bin/sh"; }),
            ErrorCode::invalid_argument);
  EXPECT_EQ(failure_to_create([](Account& account) { account.name = "../x"; }), ErrorCode::invalid_argument);
  EXPECT_EQ(failure_to_create([](Account& account) { account.uid = 0; }), ErrorCode::refused);
  EXPECT_EQ(failure_to_create([](Account& account) { account.subuids = {{0, 65536}}; }), ErrorCode::refused);
  EXPECT_EQ(failure([](LinuxAccounts& all) { all.create_group({"wheel\nroot:x:0:ben", 1500, {}}); }),
            ErrorCode::invalid_argument);
  EXPECT_EQ(failure([](LinuxAccounts& all) { all.create_group({"wheel", 0, {}}); }), ErrorCode::refused);
  EXPECT_EQ(all_files(), before);
}

TEST_F(LinuxAccountFiles, NothingIsInheritedFromAnAccountThatIsGone) {
  root_.file("/etc/shadow", root_.content("/etc/shadow") + "ben:$6$old$hash:1:0:99999:7:::\n");
  root_.file("/etc/subuid", root_.content("/etc/subuid") + "ben:300000:65536\n1002:400000:65536\n");
  accounts().create_account(ben());
  EXPECT_EQ(account_named("ben").password_hash, std::nullopt);
  EXPECT_THAT(account_named("ben").subuids, ElementsAre(IdRange{165536, 65536}));
}

TEST_F(LinuxAccountFiles, NewLinesGoBeforeThoseOfNis) {
  root_.file("/etc/passwd", root_.content("/etc/passwd") + "+::::::\n");
  accounts().create_account(ben());
  EXPECT_TRUE(root_.content("/etc/passwd").ends_with("ben:x:1002:1001:Ben O'Neil:/home/ben:/bin/sh\n+::::::\n"));
}

TEST_F(LinuxAccountFiles, WithoutShadowAnAccountIsLockedAndAHashIsRefused) {
  std::filesystem::remove(root_.at("/etc/shadow"));
  const std::string before = all_files();
  EXPECT_EQ(failure_to_create([](Account& account) { account.password_hash = "$6$s$h"; }), ErrorCode::unsupported);
  EXPECT_EQ(all_files(), before);
  accounts().create_account(ben());
  EXPECT_TRUE(account_named("ben").locked);
}

TEST_F(LinuxAccountFiles, WithoutPasswdThereIsNoComputerToMakeOneOn) {
  std::filesystem::remove(root_.at("/etc/passwd"));
  EXPECT_EQ(failure_to_create([](Account&) {}), ErrorCode::not_found);
}

TEST_F(LinuxAccountFiles, MakesGroupsAndMembers) {
  LinuxAccounts all = accounts();
  all.create_group({"devs", 1500, {"ann"}});
  Account account = ben();
  account.groups = {"devs", "staff"};
  all.create_account(account);
  EXPECT_EQ(root_.content("/etc/group"),
            "root:x:0:\ndaemon:x:1:\naudio:x:29:ann\nstaff:x:50:ben\nann:x:1001:\ndevs:x:1500:ann,ben\n");
  EXPECT_EQ(root_.content("/etc/gshadow"),
            "root:*::\ndaemon:*::\naudio:*::ann\nstaff:*::ben\nann:!::\ndevs:!::ann,ben\n");
  EXPECT_THAT(account_named("ann").groups, ElementsAre("audio", "devs"));
  EXPECT_THAT(account_named("ben").groups, ElementsAre("devs", "staff"));
  EXPECT_EQ(failure([](LinuxAccounts& a) { a.create_group({"devs", 1501, {}}); }), ErrorCode::already_exists);
  EXPECT_EQ(failure([](LinuxAccounts& a) { a.create_group({"more", 1500, {}}); }), ErrorCode::already_exists);
  EXPECT_EQ(failure([](LinuxAccounts& a) { a.create_group({"sales@corp", 1502, {}}); }, true),
            ErrorCode::already_exists);
}

TEST_F(LinuxAccountFiles, AGroupThatIsMissingOrOfTheDirectoryIsJoinedByNobody) {
  const std::string before = all_files();
  EXPECT_EQ(failure_to_create([](Account& account) { account.groups = {"nothing"}; }), ErrorCode::not_found);
  EXPECT_EQ(failure_to_create([](Account& account) { account.groups = {"staff", "sales@corp"}; }, true),
            ErrorCode::not_found);
  EXPECT_EQ(all_files(), before);
  EXPECT_FALSE(accounts(true).groups().back().is_local);
}

TEST_F(LinuxAccountFiles, AnAccountJoinsGroupsAndNothingElseChanges) {
  LinuxAccounts all = accounts(true);
  const std::string passwd = root_.content("/etc/passwd");
  const std::string shadow = root_.content("/etc/shadow");
  root_.file("/etc/group", root_.content("/etc/group") + "big:x:500:daemon\nbig:x:500:ann\n");
  all.join_groups("ann", {"audio", "big", "staff"});
  all.join_groups("yan@corp", {"staff"});
  EXPECT_EQ(root_.content("/etc/group"),
            "root:x:0:\ndaemon:x:1:\naudio:x:29:ann\nstaff:x:50:ann,yan@corp\nann:x:1001:\nbig:x:500:daemon\n"
            "big:x:500:ann\n");
  EXPECT_EQ(root_.content("/etc/gshadow"), "root:*::\ndaemon:*::\naudio:*::ann\nstaff:*::ann,yan@corp\nann:!::\n");
  EXPECT_EQ(root_.content("/etc/passwd") + root_.content("/etc/shadow"), passwd + shadow);
  EXPECT_THAT(account_named("ann").groups, ElementsAre("audio", "big", "staff"));
}

TEST_F(LinuxAccountFiles, WhoCannotJoinOneGroupJoinsNone) {
  const std::string before = all_files();
  EXPECT_EQ(failure([](LinuxAccounts& all) { all.join_groups("ann", {"staff", "nothing"}); }), ErrorCode::not_found);
  EXPECT_EQ(failure([](LinuxAccounts& all) { all.join_groups("ann", {"staff", "sales@corp"}); }, true),
            ErrorCode::not_found);
  EXPECT_EQ(failure([](LinuxAccounts& all) { all.join_groups("cleo", {"staff"}); }), ErrorCode::not_found);
  EXPECT_EQ(failure([](LinuxAccounts& all) { all.join_groups("x:y", {"staff"}); }), ErrorCode::invalid_argument);
  EXPECT_EQ(all_files(), before);
}

TEST_F(LinuxAccountFiles, OneRestoreAtATimeHasTheLockAndAccountsCanBeMadeMeanwhile) {
  LinuxAccounts one = accounts();
  const auto restore = [](LinuxAccounts& all) { all.lock_for_restore(); };
  {
    const auto held = one.lock_for_restore();
    EXPECT_EQ(failure(restore), ErrorCode::busy);
    EXPECT_EQ(failure_to_create([](Account&) {}), std::nullopt);
  }
  EXPECT_EQ(failure(restore), std::nullopt) << "released";
  std::filesystem::remove(root_.at("/etc/.rehome.lock"));
  root_.link("/etc/.rehome.lock", "/elsewhere");
  EXPECT_NE(failure(restore), std::nullopt);
  EXPECT_FALSE(root_.exists("/elsewhere"));
}

TEST_F(LinuxAccountFiles, ARootWithoutEtcNeedsNoLock) {
  linux_etc::TestRoot empty;
  auto files = open_linux_file_tree(empty.path());
  LinuxAccounts all(empty.path(), *files, clock_, nullptr);
  const auto held = all.lock_for_restore();
  EXPECT_NO_THROW(all.lock_for_restore());
}

/// The file that says that there is an account is the last: an account that can be found has everything.
TEST_F(LinuxAccountFiles, AnAccountThatIsThereIsInItsGroups) {
  Account account = ben();
  account.groups = {"staff"};
  accounts().create_account(account);
  for (const std::string_view name : {"group", "gshadow", "shadow", "subuid", "subgid"}) {
    EXPECT_LE(std::filesystem::last_write_time(root_.at("/etc/" + std::string(name))),
              std::filesystem::last_write_time(root_.at("/etc/passwd")))
        << name;
  }
}

TEST_F(LinuxAccountFiles, KnowsWhomTheDirectoryDoesNotList) {
  LinuxAccounts all = accounts(true);
  EXPECT_EQ(all.account_named("yan@corp")->uid, 700002U);
  EXPECT_EQ(all.account_of(700002)->kind, AccountKind::domain);
  EXPECT_EQ(all.group_of(700009)->name, "sales@corp");
  EXPECT_FALSE(all.group_named("sales@corp")->is_local);
  EXPECT_EQ(all.account_named("ann")->kind, AccountKind::local);
  EXPECT_EQ(accounts().account_of(700002).has_value(), false);
}

TEST_F(LinuxAccountFiles, KnowsRangesOfWhomIsNoAccount) {
  root_.file("/etc/subuid", "ann:100000:65536\ncontainers:2147483647:65536\n");
  const SubordinateRanges ranges = accounts().subordinate_ranges();
  ASSERT_EQ(ranges.uids.size(), 2U);
  EXPECT_EQ(ranges.uids[1].owner, "containers");
  EXPECT_EQ(ranges.uids[1].range, (IdRange{2147483647, 65536}));
  EXPECT_EQ(ranges.gids.size(), 1U);
}

TEST_F(LinuxAccountFiles, SubordinateGidsStandAgainstGroupsAndNotAgainstAccounts) {
  root_.file("/etc/passwd", root_.content("/etc/passwd") + "far:x:200000:1001::/home/far:/bin/sh\n");
  root_.file("/etc/group", root_.content("/etc/group") + "farther:x:300000:\n");
  EXPECT_EQ(failure_to_create([](Account& account) { account.subgids = {{290000, 20000}}; }),
            ErrorCode::already_exists);
  EXPECT_EQ(failure([](LinuxAccounts& all) { all.create_group({"devs", 100005, {}}); }), ErrorCode::already_exists)
      << "a number of ann's containers";
  EXPECT_EQ(failure_to_create([](Account& account) {
              account.subuids = {{290000, 20000}};
              account.subgids = {{190000, 20000}};
            }),
            std::nullopt);
}

/// The checkers of shadow-utils, which know the files better than any test of ours.
TEST_F(LinuxAccountFiles, PassTheCheckersOfTheSystem) {
  if (::geteuid() != 0) GTEST_SKIP() << "pwck -R needs root";
  for (const char* program : {"/usr/sbin/pwck", "/usr/sbin/grpck"}) {
    if (!std::filesystem::exists(program)) GTEST_SKIP() << program << " is not installed";
  }
  for (const std::string_view folder : {"/root", "/usr/sbin", "/home/ann", "/home/ben"}) root_.folder(folder);
  root_.file("/bin/sh", "");
  std::filesystem::permissions(root_.at("/bin/sh"), std::filesystem::perms(0755));
  Account with_hash = ben();
  with_hash.password_hash = "$y$j9T$salt$hash";
  LinuxAccounts all = accounts();
  all.create_group({"devs", 1500, {"ann"}});
  with_hash.groups = {"devs"};
  all.create_account(with_hash);
  auto status = [&](const std::string& program) {
    return std::system((program + " -r -R " + root_.path() + " >" + root_.path() + "/said 2>&1").c_str());
  };
  EXPECT_EQ(status("/usr/sbin/pwck"), 0) << root_.content("/said");
  EXPECT_EQ(status("/usr/sbin/grpck"), 0) << root_.content("/said");
}

}  // namespace
}  // namespace rehome
