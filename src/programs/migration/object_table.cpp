// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/object_table.h"

#include <algorithm>

#include "base/codec/hash.h"
#include "base/core/error.h"

namespace rehome::cli {

namespace {

constexpr std::string_view kMagic = "rehome objects";
constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kHeaderSize = kMagic.size() + 2 + 8;
constexpr std::size_t kRecordSize = 16 + 1 + 1 + 3 * 4 + 2 * 8 + 2 * 12 + 8;
constexpr std::uint32_t kSecond = 1'000'000'000;

std::uint64_t first_bytes(const Digest& digest) { return ByteReader(digest, "a digest").u64(); }

void hash_part(Sha256& hash, ByteView bytes) {
  Bytes length;
  ByteWriter(length).u64(bytes.size());
  hash.update(length);
  hash.update(bytes);
}

void put(ByteWriter& out, const Timestamp& moment) {
  out.u64(static_cast<std::uint64_t>(moment.seconds));
  out.u32(moment.nanoseconds);
}

[[noreturn]] void refuse() {
  throw Error(ErrorCode::corrupt, "the list of captured objects beside the proof is not as it was written");
}

Timestamp take_moment(ByteReader& in) {
  Timestamp moment;
  moment.seconds = static_cast<std::int64_t>(in.u64());
  moment.nanoseconds = in.u32();
  if (moment.nanoseconds >= kSecond) refuse();
  return moment;
}

}  // namespace

ObjectIdentity identity_of(const Object& object, bool is_linked) {
  Sha256 hash;
  for (const ExtendedAttribute& attribute : object.metadata.attributes) {
    hash_part(hash, as_bytes(attribute.name));
    hash_part(hash, attribute.value);
  }
  hash_part(hash, as_bytes(object.link_target));
  return {.kind = object.kind,
          .is_linked = is_linked,
          .mode = object.metadata.mode,
          .uid = object.metadata.uid,
          .gid = object.metadata.gid,
          .inode = object.source_inode,
          .size = object.kind == NodeKind::file ? object.size : object.device_number,
          .modified = object.metadata.modified,
          .changed = object.metadata.changed,
          .attributes = first_bytes(hash.finish())};
}

ObjectTable::Key ObjectTable::key_of(const Location& location) {
  Bytes text;
  ByteWriter writer(text);
  writer.u32(location.account);
  writer.u8(static_cast<std::uint8_t>(location.anchor));
  writer.bytes(as_bytes(location.rest));
  const Digest digest = sha256(text);
  Key key;
  std::copy_n(digest.begin(), key.size(), key.begin());
  return key;
}

void ObjectTable::add(const Object& object, bool is_linked) {
  if (entries_.size() >= kMostObjects) {
    throw Error(ErrorCode::limit_exceeded, "the capture holds more objects than a wipe can be held to");
  }
  entries_.push_back({.key = key_of(object.location), .identity = identity_of(object, is_linked)});
}

void ObjectTable::finish() { std::ranges::sort(entries_, {}, &Entry::key); }

const ObjectIdentity* ObjectTable::find(const Location& location) const {
  const Key key = key_of(location);
  const auto found = std::ranges::lower_bound(entries_, key, {}, &Entry::key);
  return found == entries_.end() || found->key != key ? nullptr : &found->identity;
}

Bytes ObjectTable::to_bytes() const {
  Bytes bytes;
  bytes.reserve(kHeaderSize + kRecordSize * entries_.size());
  ByteWriter out(bytes);
  out.bytes(as_bytes(kMagic));
  out.u16(kVersion);
  out.u64(entries_.size());
  for (const Entry& entry : entries_) {
    const ObjectIdentity& identity = entry.identity;
    out.bytes(entry.key);
    out.u8(static_cast<std::uint8_t>(identity.kind));
    out.u8(identity.is_linked ? 1 : 0);
    for (const std::uint32_t number : {identity.mode, identity.uid, identity.gid}) out.u32(number);
    out.u64(identity.inode);
    out.u64(identity.size);
    put(out, identity.modified);
    put(out, identity.changed);
    out.u64(identity.attributes);
  }
  return bytes;
}

ObjectTable ObjectTable::from_bytes(ByteView bytes) {
  ByteReader in(bytes, "the list of captured objects");
  if (bytes.size() < kHeaderSize || as_text(in.bytes(kMagic.size())) != kMagic) refuse();
  if (in.u16() != kVersion) {
    throw Error(ErrorCode::unsupported_version, "the list of captured objects was written by another version");
  }
  const std::uint64_t count = in.u64();
  if (count > kMostObjects || in.remaining() != count * kRecordSize) refuse();
  ObjectTable table;
  table.entries_.resize(count);
  for (Entry& entry : table.entries_) {
    ObjectIdentity& identity = entry.identity;
    std::ranges::copy(in.bytes(entry.key.size()), entry.key.begin());
    const std::uint8_t kind = in.u8();
    const std::uint8_t linked = in.u8();
    if (kind > static_cast<std::uint8_t>(NodeKind::block_device) || linked > 1) refuse();
    identity.kind = static_cast<NodeKind>(kind);
    identity.is_linked = linked == 1;
    for (std::uint32_t* number : {&identity.mode, &identity.uid, &identity.gid}) *number = in.u32();
    identity.inode = in.u64();
    identity.size = in.u64();
    identity.modified = take_moment(in);
    identity.changed = take_moment(in);
    identity.attributes = in.u64();
  }
  if (!std::ranges::is_sorted(table.entries_, {}, &Entry::key)) refuse();
  return table;
}

}  // namespace rehome::cli
