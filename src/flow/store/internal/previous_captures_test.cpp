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

Reuse after(void (*change)(Object&)) {
  Object now = sample();
  change(now);
  return compare(now, sample(), kStarted);
}

TEST(Compare, AnUntouchedFileIsReusedWhole) {
  EXPECT_EQ(after([](Object&) {}), Reuse::everything);
  EXPECT_EQ(after([](Object& o) { o.source_device = 9; }), Reuse::everything) << "device numbers change";
  EXPECT_EQ(after([](Object& o) { o.location.rest = "b"; }), Reuse::everything) << "a folder above was renamed";
  EXPECT_EQ(after([](Object& o) { o.metadata.accessed = {1, 1}; }), Reuse::everything);
}

TEST(Compare, WithAnotherCtimeTheContentIsReused) {
  EXPECT_EQ(after([](Object& o) { o.metadata.changed = {950, 1}; }), Reuse::content);
}

TEST(Compare, AChangedFileIsRead) {
  EXPECT_EQ(after([](Object& o) { o.size = 11; }), Reuse::nothing);
  EXPECT_EQ(after([](Object& o) { o.metadata.modified = {900, 2}; }), Reuse::nothing);
  EXPECT_EQ(after([](Object& o) { o.source_inode = 4; }), Reuse::nothing);
  EXPECT_EQ(after([](Object& o) { o.location.account = 2; }), Reuse::nothing);
  EXPECT_EQ(after([](Object& o) { o.kind = NodeKind::fifo; }), Reuse::nothing);
  EXPECT_EQ(after([](Object& o) {
              o.location.rest = "b";
              o.source_device = 9;
            }),
            Reuse::nothing);
  EXPECT_EQ(after([](Object& o) {
              o.location.rest = "b";
              o.metadata.changed = {950, 1};
            }),
            Reuse::nothing);
}

Reuse at(Timestamp modified, Timestamp changed_before, Timestamp changed_now) {
  Object before = sample();
  before.metadata.modified = modified;
  before.metadata.changed = changed_before;
  Object now = before;
  now.metadata.changed = changed_now;
  return compare(now, before, kStarted);
}

TEST(Compare, ATimeNotOlderThanTheCaptureProvesNothing) {
  constexpr Timestamp kOld{900, 1};
  EXPECT_EQ(at(kOld, {1000, 490'000'000}, {1000, 490'000'000}), Reuse::content) << "within a tick of the start";
  EXPECT_EQ(at(kOld, {1000, 470'000'000}, {1000, 470'000'000}), Reuse::everything);
  EXPECT_EQ(at(kOld, {998, 0}, {998, 0}), Reuse::content) << "the volume may count in pairs of seconds";
  EXPECT_EQ(at(kOld, {997, 0}, {997, 0}), Reuse::everything);
  EXPECT_EQ(at({1000, 490'000'000}, {1001, 0}, {1002, 0}), Reuse::nothing);
  EXPECT_EQ(at({1000, 490'000'000}, {1001, 0}, {1001, 0}), Reuse::nothing);
  EXPECT_EQ(at({999, 999'999'999}, {1001, 0}, {1002, 0}), Reuse::content) << "nanoseconds carry over";
}

}  // namespace
}  // namespace rehome::store
