// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/previous_captures.h"

#include <gtest/gtest.h>

namespace rehome::store {
namespace {

constexpr Timestamp kStarted{1000, 500'000'000};

Object sample() {
  Object object;
  object.location = {1, KnownFolder::home, "a"};
  object.size = 10;
  object.source_device = 2;
  object.source_inode = 3;
  object.metadata.modified = {900, 1};
  object.metadata.changed = {901, 1};
  return object;
}

bool after(void (*change)(Object&)) {
  Object now = sample();
  change(now);
  return is_untouched(now, sample(), kStarted);
}

TEST(IsUntouched, AnUntouchedFileIsReusedWhole) {
  EXPECT_TRUE(after([](Object&) {}));
  EXPECT_TRUE(after([](Object& o) { o.source_device = 9; })) << "device numbers change";
  EXPECT_TRUE(after([](Object& o) { o.location.rest = "b"; })) << "a folder above was renamed";
  EXPECT_TRUE(after([](Object& o) { o.metadata.accessed = {1, 1}; }));
}

TEST(IsUntouched, AChangedFileIsRead) {
  EXPECT_FALSE(after([](Object& o) { o.size = 11; }));
  EXPECT_FALSE(after([](Object& o) { o.metadata.modified = {900, 2}; }));
  EXPECT_FALSE(after([](Object& o) { o.metadata.changed = {950, 1}; })) << "mtime can be put back";
  EXPECT_FALSE(after([](Object& o) { o.source_inode = 4; }));
  EXPECT_FALSE(after([](Object& o) { o.location.account = 2; }));
  EXPECT_FALSE(after([](Object& o) { o.kind = NodeKind::fifo; }));
  EXPECT_FALSE(after([](Object& o) {
    o.location.rest = "b";
    o.source_device = 9;
  }));
  EXPECT_FALSE(after([](Object& o) {
    o.location.rest = "b";
    o.metadata.changed = {950, 1};
  }));
}

bool at(Timestamp modified, Timestamp changed_before, Timestamp changed_now) {
  Object before = sample();
  before.metadata.modified = modified;
  before.metadata.changed = changed_before;
  Object now = before;
  now.metadata.changed = changed_now;
  return is_untouched(now, before, kStarted);
}

TEST(IsUntouched, ATimeNotOlderThanTheCaptureProvesNothing) {
  constexpr Timestamp kOld{900, 1};
  EXPECT_FALSE(at(kOld, {1000, 490'000'000}, {1000, 490'000'000})) << "within a tick of the start";
  EXPECT_TRUE(at(kOld, {1000, 470'000'000}, {1000, 470'000'000}));
  EXPECT_FALSE(at(kOld, {998, 0}, {998, 0})) << "the volume may count in pairs of seconds";
  EXPECT_TRUE(at(kOld, {997, 0}, {997, 0}));
  EXPECT_FALSE(at({1000, 490'000'000}, {1001, 0}, {1002, 0}));
  EXPECT_FALSE(at({1000, 490'000'000}, {1001, 0}, {1001, 0}));
  EXPECT_TRUE(at(kOld, {999, 999'999'999}, {999, 999'999'999})) << "nanoseconds carry over";
}

}  // namespace
}  // namespace rehome::store
