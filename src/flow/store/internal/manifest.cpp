// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/manifest.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/core/error.h"
#include "flow/store/internal/damage.h"
#include "flow/store/internal/framed_blob.h"
#include "flow/store/internal/limits.h"

namespace rehome::store {

namespace {

constexpr std::string_view kStartMagic = "RHSTART\n";
constexpr std::string_view kManifestMagic = "RHMANIF\n";
constexpr std::string_view kStart = "the start mark of a capture";
constexpr std::string_view kManifest = "the manifest of a capture";
constexpr std::uint32_t kNanosecondsPerSecond = 1'000'000'000;

void require(bool condition, std::string_view what) {
  if (!condition) throw Error(ErrorCode::corrupt, std::string(what) + " is damaged");
}

void put_time(ByteWriter& out, Timestamp time) {
  out.u64(static_cast<std::uint64_t>(time.seconds));
  out.u32(time.nanoseconds);
}

Timestamp take_time(ByteReader& in, std::string_view what) {
  Timestamp time;
  time.seconds = static_cast<std::int64_t>(in.u64());
  time.nanoseconds = in.u32();
  require(time.nanoseconds < kNanosecondsPerSecond, what);
  return time;
}

void put_start(ByteWriter& out, const CaptureStart& start) {
  out.bytes(start.capture.bytes);
  out.u64(start.sequence);
  put_time(out, start.started);
}

CaptureStart take_start(ByteReader& in, const CaptureId& capture, std::string_view what) {
  CaptureStart start;
  start.capture = read_id<CaptureId>(in);
  require(start.capture == capture, what);
  start.sequence = in.u64();
  start.started = take_time(in, what);
  return start;
}

/// A count of items that take at least `item_size` bytes each: one that cannot be is caught before room is made for it.
std::uint32_t take_count(ByteReader& in, std::size_t item_size) {
  const std::uint32_t count = in.u32();
  require(count <= in.remaining() / item_size, kManifest);
  return count;
}

ManifestAccount take_account(ByteReader& in) {
  ManifestAccount account;
  account.account = in.u32();
  account.segments.resize(take_count(in, sizeof(std::uint32_t) + sizeof(Digest)));
  for (StoredSegment& segment : account.segments) {
    segment.size = in.u32();
    std::ranges::copy(in.bytes(segment.digest.size()), segment.digest.begin());
  }
  account.packs.resize(take_count(in, kIdSize));
  for (PackId& pack : account.packs) pack = read_id<PackId>(in);
  return account;
}

Manifest read_copy(BlobStore& blobs, const CaptureId& capture, Copy copy) {
  return decode_manifest(blobs.get(complete_name(capture, copy), kLargestManifest), capture);
}

/// The first blob of a capture tells whether there is one at all.
[[noreturn]] void throw_not_complete(BlobStore& blobs, const CaptureId& capture) {
  if (!blobs.size_of(started_name(capture))) {
    throw Error(ErrorCode::not_found, "there is no capture " + to_hex(capture) + " in " + blobs.display_name());
  }
  throw Error(ErrorCode::incomplete,
              "capture " + to_hex(capture) + " was never finished: run the capture again to complete it");
}

}  // namespace

Bytes encode_start(const CaptureStart& start) {
  Bytes body;
  ByteWriter out(body);
  put_start(out, start);
  return frame_blob(kStartMagic, body);
}

CaptureStart decode_start(ByteView blob, const CaptureId& capture) {
  ByteReader in(unframe_blob(blob, kStartMagic, kStart), kStart);
  const CaptureStart start = take_start(in, capture, kStart);
  require(in.remaining() == 0, kStart);
  return start;
}

const ManifestAccount* Manifest::find(AccountNumber account) const {
  const auto found = std::ranges::find(accounts, account, &ManifestAccount::account);
  return found == accounts.end() ? nullptr : &*found;
}

Bytes encode_manifest(const Manifest& manifest) {
  Bytes body;
  ByteWriter out(body);
  put_start(out, manifest.start);
  put_time(out, manifest.finished);
  out.u32(static_cast<std::uint32_t>(manifest.accounts.size()));
  for (const ManifestAccount& account : manifest.accounts) {
    out.u32(account.account);
    out.u32(static_cast<std::uint32_t>(account.segments.size()));
    for (const StoredSegment& segment : account.segments) {
      out.u32(segment.size);
      out.bytes(segment.digest);
    }
    out.u32(static_cast<std::uint32_t>(account.packs.size()));
    for (const PackId& pack : account.packs) out.bytes(pack.bytes);
  }
  return frame_blob(kManifestMagic, body);
}

Manifest decode_manifest(ByteView blob, const CaptureId& capture) {
  ByteReader in(unframe_blob(blob, kManifestMagic, kManifest), kManifest);
  Manifest manifest;
  manifest.start = take_start(in, capture, kManifest);
  manifest.finished = take_time(in, kManifest);
  const std::uint32_t count = take_count(in, 3 * sizeof(std::uint32_t));
  require(count <= kMostAccounts, kManifest);
  for (std::uint32_t i = 0; i < count; ++i) {
    manifest.accounts.push_back(take_account(in));
    require(i == 0 || manifest.accounts[i - 1].account < manifest.accounts[i].account, kManifest);
  }
  require(in.remaining() == 0, kManifest);
  return manifest;
}

Manifest read_manifest(BlobStore& blobs, const CaptureId& capture) {
  std::optional<Error> problem;
  bool is_there = false;
  for (const Copy copy : {Copy::first, Copy::second}) {
    try {
      return read_copy(blobs, capture, copy);
    } catch (const Error& error) {
      if (!is_damage(error)) throw;
      is_there |= error.code() != ErrorCode::not_found;
      if (!problem || problem->code() == ErrorCode::not_found) problem = error;
    }
  }
  if (!is_there) throw_not_complete(blobs, capture);
  if (problem->code() != ErrorCode::corrupt) throw Error(*problem);
  throw Error(ErrorCode::corrupt, "the manifest of the capture " + to_hex(capture) +
                                      " is damaged, and no copy of it is whole: use another capture (--capture), or "
                                      "bring one of them back from a copy of the store");
}

}  // namespace rehome::store
