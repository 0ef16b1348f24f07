// SPDX-License-Identifier: Apache-2.0
// A capture in a process of its own, on a real volume: as long as it lives nobody else writes to the store, and when it
// is killed the next one does, without anything to be tidied up by hand.
#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/error.h"
#include "tests/support/linux_capture.h"
#include "tests/support/scratch_folder.h"

namespace rehome {
namespace {

using rehome::testing::LinuxCapture;
using rehome::testing::ScratchFolder;
using ::testing::ElementsAre;
using ::testing::Pair;

/// Another process that holds a session of a vault until it is killed.
class OtherCapture {
 public:
  explicit OtherCapture(LinuxCapture& world) {
    int ends[2];
    if (::pipe(ends) != 0) return;
    process_ = ::fork();
    if (process_ == 0) hold(world, ends[1]);
    ::close(ends[1]);
    char letter = 0;
    began_ = ::read(ends[0], &letter, 1) == 1;
    ::close(ends[0]);
  }
  ~OtherCapture() { kill(); }
  OtherCapture(const OtherCapture&) = delete;
  OtherCapture& operator=(const OtherCapture&) = delete;

  bool began() const { return began_; }
  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }

 private:
  [[noreturn]] static void hold(LinuxCapture& world, int began) {
    try {
      world.open();
      const auto session = world.vault->begin_capture();
      if (::write(began, "x", 1) == 1) ::pause();
    } catch (const std::exception&) {
    }
    ::_exit(1);
  }

  pid_t process_ = -1;
  bool began_ = false;
};

TEST(KilledProcess, ItsLockGoesWithIt) {
  const ScratchFolder scratch;
  LinuxCapture world(scratch.path());
  world.write("/home/ann/letter", "Dear Bob");
  world.create(StoreKind::compressed);
  OtherCapture other(world);
  ASSERT_TRUE(other.began());
  try {
    world.capture();
    ADD_FAILURE() << "two captures at once";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::busy);
  }
  other.kill();
  world.capture();
  EXPECT_THAT(world.restored(), ElementsAre(Pair("ann/letter", "Dear Bob")));
  EXPECT_EQ(world.vault->captures().size(), 1U) << "what the other left behind is gone";
}

}  // namespace
}  // namespace rehome
