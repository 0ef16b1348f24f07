// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/parallel_hash.h"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace rehome::server {
namespace {

/// As an upload does it: memory is filled anew as soon as it is lent again.
void put(ParallelHash& hash, const Bytes& content) {
  for (std::size_t at = 0; at < content.size();) {
    const auto room = hash.room();
    const std::size_t count = std::min(room.size(), content.size() - at);
    std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(at), count, room.begin());
    hash.update(room.first(count));
    at += count;
  }
}

Digest hash_of(HashHelpers& helpers, const Bytes& content) {
  ParallelHash hash(helpers, content.size());
  put(hash, content);
  return hash.finish();
}

Bytes some_content(std::size_t size) {
  Bytes content(size);
  for (std::size_t at = 0; at < size; ++at) content[at] = static_cast<std::uint8_t>(at * 31 + at / 251);
  return content;
}

TEST(ParallelHashTest, IsTheDigestOfAllPieces) {
  for (const std::size_t size : {0, 1, 200'000, 1 << 20, 4 << 20, 9'000'003}) {
    const Bytes content = some_content(size);
    for (const std::size_t threads : {0, 1, 3}) {
      HashHelpers helpers(threads);
      EXPECT_EQ(hash_of(helpers, content), sha256(content)) << size << " bytes, helpers " << threads;
    }
  }
}

TEST(ParallelHashTest, ManyShareFewHelpers) {
  const Bytes content = some_content(6'000'000);
  const Digest digest = sha256(content);
  HashHelpers helpers(2);
  std::vector<std::jthread> uploads;
  for (int number = 0; number < 8; ++number) {
    uploads.emplace_back([&] {
      for (int round = 0; round < 3; ++round) EXPECT_EQ(hash_of(helpers, content), digest);
    });
  }
}

TEST(ParallelHashTest, AnUploadThatBreaksOffGivesItsHelperBack) {
  HashHelpers helpers(1);
  const Bytes content = some_content(5'000'000);
  for (int number = 0; number < 50; ++number) {
    ParallelHash broken(helpers, 64 << 20);
    put(broken, content);
    broken.room();
  }
  std::atomic<bool> ran = false;
  for (int wait = 0; wait < 1000 && !helpers.try_run([&] { ran = true; }); ++wait) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  for (int wait = 0; wait < 1000 && !ran; ++wait) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace rehome::server
