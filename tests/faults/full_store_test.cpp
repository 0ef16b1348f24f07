// SPDX-License-Identifier: Apache-2.0
// A volume that fills up while something is captured onto it: what is said, and that the same capture finishes once
// there is room.
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/core/error.h"
#include "flow/transport/folder_blob_store.h"
#include "tests/support/linux_capture.h"
#include "tests/support/real_volumes.h"
#include "tests/support/vault_world.h"

namespace rehome {
namespace {

using rehome::testing::LinuxCapture;
using rehome::testing::noise;
using rehome::testing::RealVolumes;
using rehome::testing::VaultWorld;

store::VaultOptions options_of(StoreKind kind) {
  store::VaultOptions options;
  options.kind = kind;
  return options;
}

class FullStoreTest : public ::testing::TestWithParam<StoreKind> {};

INSTANTIATE_TEST_SUITE_P(Copied, FullStoreTest, ::testing::Values(StoreKind::compressed, StoreKind::uncompressed),
                         [](const auto& kind) { return std::string(name_of(kind.param)); });

template <typename Action>
std::optional<Error> error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

constexpr int kFiles = 8;
constexpr std::uint64_t kFileBytes = 512 << 10;
constexpr std::uint64_t kTooLittle = 3 << 20;  // less than the files, more than one of them

std::string content_of(int number) { return noise(kFileBytes, static_cast<std::uint64_t>(number) + 1); }

TEST_P(FullStoreTest, TheFakeSaysSoAndTheSameCommandFinishesOnceThereIsRoom) {
  VaultWorld world(false);
  for (int number = 0; number < kFiles; ++number) {
    world.machine.add_file("/home/ann/" + std::to_string(number), content_of(number));
  }
  MemoryFileTree& files = world.machine.files();
  files.mount("/store", {.capacity_bytes = 10 << 20});
  files.edit("/store", [](Metadata& metadata) { metadata.mode = 0700; });
  files.add_file("/store/BALLAST", std::string((10 << 20) - kTooLittle, 'b'));
  const auto blobs = transport::open_folder_blob_store(files.open_for_writing("/store"), "/store");
  const store::VaultPlace place{*blobs, &files, "/store"};
  auto vault = store::create_vault(place, {}, options_of(GetParam()), world.random, world.clock);
  const auto failure = error_of([&] { world.capture(*vault); });
  ASSERT_TRUE(failure) << "the volume was to be too small";
  EXPECT_EQ(failure->code(), ErrorCode::no_space) << failure->what();
  EXPECT_TRUE(error_of([&] { vault->open_capture(""); })) << "an incomplete capture is none";

  files.remove("/store/BALLAST");
  vault = store::open_vault(place, {}, world.random, world.clock);
  const auto again = error_of([&] { world.capture(*vault); });
  ASSERT_FALSE(again) << again->what();
  EXPECT_EQ(world.restore(*vault), world.source());
  Progress progress;
  EXPECT_TRUE(vault->verify("", true, progress).damages.empty());
}

TEST_P(FullStoreTest, ARealVolumeSaysSoAndTheSameCommandFinishesOnceThereIsRoom) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can mount";
  RealVolumes volumes;
  if (!volumes.mount("ext4", "/store", 24 << 20, "-m 0 -O ^has_journal")) {
    GTEST_SKIP() << "this system makes or mounts no ext4 from an image";
  }
  LinuxCapture computer(volumes.root());
  for (int number = 0; number < kFiles; ++number) {
    computer.write("/home/ann/" + std::to_string(number), content_of(number));
  }
  const std::uint64_t room = std::filesystem::space(computer.path("/store")).available;
  computer.write("/store/BALLAST", std::string(room - kTooLittle, 'b'));
  computer.create(GetParam());
  const auto failure = error_of([&] { computer.capture(); });
  ASSERT_TRUE(failure) << "the volume was to be too small";
  EXPECT_EQ(failure->code(), ErrorCode::no_space) << failure->what();

  std::filesystem::remove(computer.path("/store/BALLAST"));
  computer.open();
  const auto again = error_of([&] { computer.capture(); });
  ASSERT_FALSE(again) << again->what();
  std::map<std::string, std::string> expected;
  for (int number = 0; number < kFiles; ++number) expected["ann/" + std::to_string(number)] = content_of(number);
  EXPECT_EQ(computer.restored(), expected);
  Progress progress;
  EXPECT_TRUE(computer.vault->verify("", true, progress).damages.empty());
}

}  // namespace
}  // namespace rehome
