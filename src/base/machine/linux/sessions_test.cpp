// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/sessions.h"

#include <cstring>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <utmp.h>

#include "tests/support/scratch_folder.h"

namespace rehome {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string entry(short type, pid_t process, const char* user) {
  utmp record{};
  record.ut_type = type;
  record.ut_pid = process;
  std::strncpy(record.ut_user, user, sizeof record.ut_user);
  return {reinterpret_cast<const char*>(&record), sizeof record};
}

TEST(Sessions, LoggedInIsWhoHasALivingSession) {
  const testing::ScratchFolder scratch;
  const pid_t self = ::getpid();
  constexpr pid_t kNobody = 0x3fffffff;
  const std::string longest(UT_NAMESIZE, 'n');
  scratch.write("utmp", entry(USER_PROCESS, self, "ben") + entry(USER_PROCESS, self, "ann") +
                            entry(USER_PROCESS, self, "ann") + entry(DEAD_PROCESS, self, "carl") +
                            entry(USER_PROCESS, kNobody, "dora") + entry(LOGIN_PROCESS, self, "LOGIN") +
                            entry(USER_PROCESS, self, longest.c_str()) +
                            entry(USER_PROCESS, self, "cut").substr(0, 90));
  EXPECT_THAT(logged_in_users(scratch.path_of("utmp")), ElementsAre("ann", "ben", longest));
  EXPECT_THAT(logged_in_users(scratch.path_of("none")), IsEmpty());
}

TEST(Sessions, OpenIsAlsoWhatOnlyLogindKnows) {
  const testing::ScratchFolder scratch;
  scratch.write("utmp", entry(USER_PROCESS, ::getpid(), "ben"));
  std::filesystem::create_directory(scratch.path_of("sessions"));
  scratch.write("sessions/1", "# private\nUID=1000\nUSER=ann\nACTIVE=1\nSTATE=online\nCLASS=user\n");
  scratch.write("sessions/2", "USER=gdm\nSTATE=active\nCLASS=greeter\n");
  scratch.write("sessions/3", "USER=carl\nSTATE=closing\nCLASS=user\n");
  scratch.write("sessions/4", "USER=dora\nCLASS=user-early");
  scratch.write("sessions/5", "USER=dora\nCLASS=manager\nSTATE=active");
  scratch.write("sessions/6", "");
  EXPECT_THAT(open_sessions(scratch.path_of("utmp"), scratch.path_of("sessions")), ElementsAre("ann", "ben", "dora"));
  EXPECT_THAT(open_sessions(scratch.path_of("none"), scratch.path_of("none")), IsEmpty());
}

TEST(Sessions, OpenFilesAreNamedWithWhoHasThem) {
  const testing::ScratchFolder scratch;
  scratch.write("letter", "dear reader");
  std::ifstream reading(scratch.path_of("letter"));
  std::ofstream writing(scratch.path_of("draft"));
  const std::vector<OpenFile> files = open_files_below({scratch.path().string()}, 10);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].path, scratch.path_of("draft"));
  EXPECT_EQ(files[0].process, static_cast<std::uint64_t>(::getpid()));
  EXPECT_TRUE(files[0].for_writing);
  EXPECT_FALSE(files[1].for_writing);
  EXPECT_THAT(open_files_below({scratch.path().string()}, 1), ::testing::SizeIs(1));
  EXPECT_THAT(open_files_below({scratch.path().string() + "x"}, 10), IsEmpty());
}

}  // namespace
}  // namespace rehome
