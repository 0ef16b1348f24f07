// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/catalog_records.h"

#include <algorithm>
#include <new>
#include <utility>

#include "base/core/check.h"
#include "base/core/error.h"
#include "flow/store/catalog.pb.h"
#include "flow/store/internal/capture_record.h"
#include "flow/store/internal/record_wire.h"

namespace rehome::store {

namespace {

using catalog::ObjectRecord;
using catalog::Record;

constexpr std::uint32_t kNanosecondsPerSecond = 1'000'000'000;
constexpr int kPermissionBits = 07777;

void require(bool condition, std::string_view what) {
  if (!condition) throw Error(ErrorCode::corrupt, "the catalog holds " + std::string(what) + " that cannot be");
}

void append(Bytes& out, const Record& record) {
  const std::string bytes = record.SerializeAsString();
  check_record_wire(as_bytes(bytes));  // never write what no reader takes
  for (std::uint64_t rest = bytes.size();; rest >>= 7) {
    out.push_back(static_cast<std::uint8_t>((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0)));
    if (rest <= 0x7f) break;
  }
  ByteWriter(out).bytes(as_bytes(bytes));
}

void put_metadata(ObjectRecord& record, const Metadata& metadata) {
  record.set_mode(metadata.mode);
  record.set_uid(metadata.uid);
  record.set_gid(metadata.gid);
  record.set_modified(metadata.modified.seconds);
  record.set_modified_ns(metadata.modified.nanoseconds);
  record.set_accessed(metadata.accessed.seconds);
  record.set_accessed_ns(metadata.accessed.nanoseconds);
  record.set_changed(metadata.changed.seconds);
  record.set_changed_ns(metadata.changed.nanoseconds);
  record.set_flags(metadata.flags);
  record.set_dos_attributes(metadata.dos_attributes);
  for (const ExtendedAttribute& attribute : metadata.attributes) {
    catalog::Attribute* put = record.add_attributes();
    put->set_name(attribute.name);
    put->set_value(attribute.value.data(), attribute.value.size());
  }
}

Timestamp take_time(std::int64_t seconds, std::uint32_t nanoseconds) {
  require(nanoseconds < kNanosecondsPerSecond, "a time");
  return {seconds, nanoseconds};
}

Metadata take_metadata(const ObjectRecord& record) {
  Metadata metadata;
  require((record.mode() & ~static_cast<std::uint32_t>(kPermissionBits)) == 0, "a file mode");
  metadata.mode = record.mode();
  metadata.uid = record.uid();
  metadata.gid = record.gid();
  metadata.modified = take_time(record.modified(), record.modified_ns());
  metadata.accessed = take_time(record.accessed(), record.accessed_ns());
  metadata.changed = take_time(record.changed(), record.changed_ns());
  metadata.flags = record.flags();
  metadata.dos_attributes = record.dos_attributes();
  for (const catalog::Attribute& attribute : record.attributes()) {
    const ByteView value = as_bytes(attribute.value());
    metadata.attributes.push_back({attribute.name(), Bytes(value.begin(), value.end())});
  }
  return metadata;
}

void put_content(ObjectRecord& record, const Object& object) {
  record.set_size(object.size);
  for (const Extent& extent : object.extents) {
    record.add_extents(extent.offset);
    record.add_extents(extent.length);
  }
  for (const ChunkRef& chunk : object.chunks) {
    record.add_chunks(chunk.pack);
    record.add_chunks(chunk.frame);
    record.add_chunks(chunk.offset);
    record.add_chunks(chunk.length);
  }
  record.set_piece_hashes(object.piece_hashes.data(), object.piece_hashes.size());
}

void take_content(const ObjectRecord& record, Object& object) {
  require(record.extents_size() % 2 == 0, "a range of data");
  require(record.chunks_size() % 4 == 0, "a chunk reference");
  object.size = record.size();
  const ByteView hashes = as_bytes(record.piece_hashes());
  object.piece_hashes.assign(hashes.begin(), hashes.end());
  object.extents.reserve(static_cast<std::size_t>(record.extents_size() / 2));
  object.chunks.reserve(static_cast<std::size_t>(record.chunks_size() / 4));
  for (int i = 0; i < record.extents_size(); i += 2)
    object.extents.push_back({record.extents(i), record.extents(i + 1)});
  for (int i = 0; i < record.chunks_size(); i += 4) {
    object.chunks.push_back({record.chunks(i), record.chunks(i + 1), record.chunks(i + 2), record.chunks(i + 3)});
  }
}

Object take_object(const ObjectRecord& record, AccountNumber account) {
  Object object;
  require(record.anchor() <= UINT8_MAX, "a known folder");
  object.location = {account, static_cast<KnownFolder>(record.anchor()), record.rest()};
  require(record.kind() >= static_cast<std::uint32_t>(NodeKind::file) &&
              record.kind() <= static_cast<std::uint32_t>(NodeKind::block_device),
          "a kind of object");
  object.kind = static_cast<NodeKind>(record.kind());
  object.metadata = take_metadata(record);
  take_content(record, object);
  object.link_target = record.link_target();
  object.device_number = record.device_number();
  object.link_group = record.link_group();
  object.leads_link_group = record.leads_link_group();
  object.source_device = record.source_device();
  object.source_inode = record.source_inode();
  return object;
}

Finding take_finding(const catalog::FindingRecord& record, AccountNumber account) {
  require(record.kind() <= UINT8_MAX, "a finding");
  return {static_cast<FindingKind>(record.kind()), account, record.path(), record.message()};
}

NumberedPack take_pack(const catalog::PackRecord& record) {
  NumberedPack pack{record.number(), {}};
  require(record.pack().size() == kIdSize, "a pack id");
  std::ranges::copy(as_bytes(record.pack()), pack.pack.bytes.begin());
  return pack;
}

CatalogRecord take_record(ByteView bytes, AccountNumber account) {
  check_record_wire(bytes);
  Record record;
  const bool parsed = record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  require(parsed, "a record");
  switch (record.record_case()) {
    case Record::kObject:
      return take_object(record.object(), account);
    case Record::kFinding:
      return take_finding(record.finding(), account);
    case Record::kPack:
      return take_pack(record.pack());
    case Record::kKnownAccount:
      return KnownAccount{record.known_account().number(), record.known_account().name(), record.known_account().sid()};
    case Record::kCapture:
      return take_capture(record.capture());
    case Record::RECORD_NOT_SET:
      break;
  }
  return std::monostate();
}

}  // namespace

void append_record(Bytes& out, const Object& object) {
  Record record;
  ObjectRecord& put = *record.mutable_object();
  put.set_anchor(static_cast<std::uint32_t>(object.location.anchor));
  put.set_rest(object.location.rest);
  put.set_kind(static_cast<std::uint32_t>(object.kind));
  put_metadata(put, object.metadata);
  put_content(put, object);
  put.set_link_target(object.link_target);
  put.set_device_number(object.device_number);
  put.set_link_group(object.link_group);
  put.set_leads_link_group(object.leads_link_group);
  put.set_source_device(object.source_device);
  put.set_source_inode(object.source_inode);
  append(out, record);
}

void append_record(Bytes& out, const Finding& finding) {
  Record record;
  record.mutable_finding()->set_kind(static_cast<std::uint32_t>(finding.kind));
  record.mutable_finding()->set_path(finding.path);
  record.mutable_finding()->set_message(finding.message);
  append(out, record);
}

void append_record(Bytes& out, const NumberedPack& pack) {
  Record record;
  record.mutable_pack()->set_number(pack.number);
  record.mutable_pack()->set_pack(pack.pack.bytes.data(), pack.pack.bytes.size());
  append(out, record);
}

void append_record(Bytes& out, const KnownAccount& account) {
  Record record;
  record.mutable_known_account()->set_number(account.number);
  record.mutable_known_account()->set_name(account.name);
  record.mutable_known_account()->set_sid(account.sid);
  append(out, record);
}

void append_record(Bytes& out, const CaptureInfo& info) {
  Record record;
  put_capture(*record.mutable_capture(), info);
  append(out, record);
}

std::uint64_t RecordReader::read_length() {
  std::uint64_t length = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    require(position_ < raw_.size(), "a record");
    const std::uint8_t byte = raw_[position_++];
    length |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return length;
  }
  require(false, "a record length");
  return 0;
}

std::optional<CatalogRecord> RecordReader::next() {
  if (position_ == raw_.size()) return std::nullopt;
  const std::uint64_t length = read_length();
  require(length <= raw_.size() - position_, "a record length");
  const ByteView bytes = raw_.subspan(position_, length);
  position_ += length;
  try {
    return take_record(bytes, account_);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::limit_exceeded, "a record of the catalog takes more memory than there is");
  }
}

CaptureInfo part_of_account(const CaptureInfo& info, AccountNumber account) {
  CaptureInfo part = info;
  part.rules.reset();
  std::erase_if(part.accounts, [&](const CapturedAccount& captured) { return captured.number != account; });
  part.groups.clear();
  for (const CapturedAccount& captured : part.accounts) {
    for (const Group& group : info.groups) {
      const bool is_member = std::ranges::count(captured.account.groups, group.name) > 0;
      if (!is_member && group.gid != captured.account.gid) continue;
      Group own{group.name, group.gid, {}};
      if (is_member) own.members.push_back(captured.account.name);
      part.groups.push_back(std::move(own));
    }
  }
  return part;
}

}  // namespace rehome::store
