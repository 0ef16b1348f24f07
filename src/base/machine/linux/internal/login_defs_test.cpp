// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/login_defs.h"

#include <gtest/gtest.h>

namespace rehome::linux_etc {
namespace {

TEST(LoginDefs, ReadsLimitsAndPasswordAges) {
  LoginDefs defs = parse_login_defs(
      "# UID_MIN 1\nUID_MIN\t\t\t  500\nUID_MAX 0xEA60\nGID_MIN 01750\nPASS_MAX_DAYS 90\nPASS_MIN_DAYS 0\nUMASK 022\n");
  EXPECT_EQ(defs.limits.uid_min, 500U);
  EXPECT_EQ(defs.limits.uid_max, 60000U);
  EXPECT_EQ(defs.limits.gid_min, 1000U);
  EXPECT_EQ(defs.limits.gid_max, 60000U);
  EXPECT_EQ(defs.password_max_days, 90U);
  EXPECT_EQ(defs.password_min_days, 0U);
  EXPECT_EQ(defs.password_warn_days, std::nullopt);
}

TEST(LoginDefs, KeepsTheDefaultsWhereItSaysNonsense) {
  for (std::string_view text : {"", "UID_MIN\n", "UID_MIN many\nUID_MAX -1\n", "UID_MIN 0\n", "UID_MIN 70000\n",
                                "UID_MIN 99999999999\n", "PASS_MAX_DAYS -1\n", "UID_MIN 0x\n"}) {
    LoginDefs defs = parse_login_defs(text);
    EXPECT_EQ(defs.limits.uid_min, 1000U) << text;
    EXPECT_EQ(defs.limits.uid_max, 60000U) << text;
    EXPECT_EQ(defs.password_max_days, std::nullopt) << text;
  }
}

TEST(AccountKind, PeopleOfTheComputerAreWithinItsLimitsOrLogIn) {
  AccountLimits limits;
  EXPECT_EQ(kind_of_local(0, "/bin/bash", limits), AccountKind::service);
  EXPECT_EQ(kind_of_local(999, "/bin/bash", limits), AccountKind::service);
  EXPECT_EQ(kind_of_local(1000, "/bin/bash", limits), AccountKind::local);
  EXPECT_EQ(kind_of_local(60000, "/bin/bash", limits), AccountKind::local);
  EXPECT_EQ(kind_of_local(60001, "/bin/bash", limits), AccountKind::local) << "systemd-homed";
  EXPECT_EQ(kind_of_local(60513, "/bin/bash", limits), AccountKind::local) << "systemd-homed";
  EXPECT_EQ(kind_of_local(60514, "/usr/sbin/nologin", limits), AccountKind::service);
  EXPECT_EQ(kind_of_local(62000, "/bin/bash", limits), AccountKind::service) << "exists only while a service runs";
  EXPECT_EQ(kind_of_local(65534, "/bin/bash", limits), AccountKind::service);
  EXPECT_EQ(kind_of_local(1'000'000, "/bin/bash", limits), AccountKind::local) << "numbered by a company";
  EXPECT_EQ(kind_of_local(1'000'000, "", limits), AccountKind::local) << "no shell is /bin/sh";
  EXPECT_EQ(kind_of_local(584'788, "/usr/bin/false", limits), AccountKind::service) << "snap_daemon";
}

TEST(AccountKind, PeopleOfADirectoryMayBeAboveTheLimits) {
  AccountLimits limits;
  EXPECT_EQ(kind_of_domain(1'234'567'890, limits), AccountKind::domain);
  EXPECT_EQ(kind_of_domain(60001, limits), AccountKind::domain);
  EXPECT_EQ(kind_of_domain(1000, limits), AccountKind::domain);
  EXPECT_EQ(kind_of_domain(999, limits), AccountKind::service);
  EXPECT_EQ(kind_of_domain(61184, limits), AccountKind::service) << "exists while a service runs";
  EXPECT_EQ(kind_of_domain(65534, limits), AccountKind::service);
}

TEST(AccountKind, NobodyIsServiceWhateverTheLimitsSay) {
  EXPECT_EQ(kind_of_local(65534, "/bin/sh", {.uid_min = 1, .uid_max = 70000, .gid_min = 1, .gid_max = 1}),
            AccountKind::service);
  EXPECT_EQ(kind_of_local(0, "/bin/sh", {.uid_min = 0, .uid_max = 70000, .gid_min = 1, .gid_max = 1}),
            AccountKind::service);
}

}  // namespace
}  // namespace rehome::linux_etc
