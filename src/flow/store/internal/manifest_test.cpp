// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/manifest.h"

#include <gtest/gtest.h>

#include "base/core/error.h"
#include "flow/store/internal/framed_blob.h"
#include "tests/support/map_blob_store.h"
#include "tests/support/vault_world.h"

namespace rehome::store {
namespace {

using rehome::testing::code_of;

const CaptureId kCapture{{7}};

Manifest sample() {
  Manifest manifest{{kCapture, 3, {-5, 6}}, {7, 8}, {}};
  manifest.accounts.push_back({0, {{100, {1}}}, {}});
  manifest.accounts.push_back({4, {{1, {2}}, {2, {3}}}, {{{9}}, {{10}}}});
  return manifest;
}

TEST(Manifest, ComesBack) { EXPECT_EQ(decode_manifest(encode_manifest(sample()), kCapture), sample()); }

TEST(Manifest, OfAnotherCaptureIsRefused) {
  EXPECT_THROW(decode_manifest(encode_manifest(sample()), CaptureId{{8}}), Error);
  EXPECT_THROW(decode_start(encode_start(sample().start), CaptureId{{8}}), Error);
}

TEST(Manifest, AStartComesBack) { EXPECT_EQ(decode_start(encode_start(sample().start), kCapture), sample().start); }

TEST(Manifest, HostileCountsAskForNoMemory) {
  Bytes body;
  ByteWriter out(body);
  out.bytes(kCapture.bytes);
  out.bytes(Bytes(8 + 12 + 12));
  const auto refused = [](const Bytes& bytes) {
    EXPECT_THROW(decode_manifest(frame_blob("RHMANIF\n", bytes), kCapture), Error);
  };
  Bytes many_accounts = body;
  ByteWriter(many_accounts).u32(UINT32_MAX);
  refused(many_accounts);
  Bytes many_segments = body;
  ByteWriter segments(many_segments);
  segments.u32(1);
  segments.u32(0);
  segments.u32(UINT32_MAX);
  segments.u32(0);
  refused(many_segments);
  Bytes many_packs = body;
  ByteWriter packs(many_packs);
  packs.u32(1);
  packs.u32(0);
  packs.u32(0);
  packs.u32(UINT32_MAX);
  refused(many_packs);
}

TEST(Manifest, AccountsOutOfOrderAreRefused) {
  Manifest manifest = sample();
  std::swap(manifest.accounts[0], manifest.accounts[1]);
  EXPECT_THROW(decode_manifest(encode_manifest(manifest), kCapture), Error);
}

TEST(Manifest, EitherCopyIsEnough) {
  for (const auto& [whole, other] : {std::pair(Copy::first, Copy::second), std::pair(Copy::second, Copy::first)}) {
    rehome::testing::MapBlobStore blobs;
    blobs.put(started_name(kCapture), encode_start(sample().start));
    EXPECT_EQ(code_of([&] { read_manifest(blobs, kCapture); }), ErrorCode::incomplete);
    blobs.put(complete_name(kCapture, whole), encode_manifest(sample()));
    EXPECT_EQ(read_manifest(blobs, kCapture), sample()) << "the other is gone";
    blobs.put(complete_name(kCapture, other), Bytes(10));
    EXPECT_EQ(read_manifest(blobs, kCapture), sample()) << "the other is damaged";
    blobs.replace(complete_name(kCapture, whole), Bytes(10));
    EXPECT_EQ(code_of([&] { read_manifest(blobs, kCapture); }), ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace rehome::store
