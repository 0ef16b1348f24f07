// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/record_wire.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/core/error.h"
#include "flow/store/catalog.pb.h"
#include "flow/store/internal/limits.h"

namespace rehome::store {

namespace {

using catalog::CaptureRecord;
using catalog::ObjectRecord;
using catalog::Record;

constexpr std::uint64_t kNumbersPerExtent = 2;
constexpr std::uint64_t kNumbersPerChunk = 4;

enum class Wire : std::uint8_t { varint = 0, eight_bytes = 1, bytes = 2, four_bytes = 5 };

/// The messages whose fields may be repeated. What lies in any other costs no more than its bytes.
enum class Message : std::uint8_t { record, object, capture, part_of_capture, other };

Message message_in(Message outer, std::uint64_t field) {
  if (outer == Message::record && field == Record::kObjectFieldNumber) return Message::object;
  if (outer == Message::record && field == Record::kCaptureFieldNumber) return Message::capture;
  if (outer != Message::capture) return Message::other;
  const bool has_lists = field == CaptureRecord::kAccountsFieldNumber || field == CaptureRecord::kGroupsFieldNumber ||
                         field == CaptureRecord::kRulesFieldNumber;
  return has_lists ? Message::part_of_capture : Message::other;
}

[[noreturn]] void refuse() { throw Error(ErrorCode::corrupt, "the catalog holds a record that cannot be"); }

class Count {
 public:
  void walk(ByteView message, Message type);

 private:
  static std::uint64_t take_varint(ByteView& rest);
  static ByteView take_bytes(ByteView& rest, std::uint64_t length);
  void take_field(ByteView& rest, Message type);
  void add_part();
  void add_numbers(Message type, std::uint64_t field, std::uint64_t count);

  std::uint64_t parts_ = 0;
  std::uint64_t extent_numbers_ = 0;
  std::uint64_t chunk_numbers_ = 0;
};

std::uint64_t Count::take_varint(ByteView& rest) {
  constexpr int kBits = 64;
  std::uint64_t value = 0;
  for (int shift = 0; shift < kBits && !rest.empty(); shift += 7) {
    const std::uint8_t byte = rest.front();
    rest = rest.subspan(1);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
  refuse();
}

ByteView Count::take_bytes(ByteView& rest, std::uint64_t length) {
  if (length > rest.size()) refuse();
  const ByteView taken = rest.first(length);
  rest = rest.subspan(length);
  return taken;
}

void Count::walk(ByteView message, Message type) {
  while (!message.empty()) take_field(message, type);
}

void Count::take_field(ByteView& rest, Message type) {
  const std::uint64_t tag = take_varint(rest);
  const std::uint64_t field = tag >> 3;
  switch (static_cast<Wire>(tag & 7)) {
    case Wire::varint:
      take_varint(rest);
      add_numbers(type, field, 1);
      return;
    case Wire::eight_bytes:
      take_bytes(rest, 8);
      return;
    case Wire::four_bytes:
      take_bytes(rest, 4);
      return;
    case Wire::bytes:
      break;
  }
  if ((tag & 7) != static_cast<std::uint64_t>(Wire::bytes)) refuse();  // groups, which proto3 does not know
  const ByteView content = take_bytes(rest, take_varint(rest));
  add_part();
  const auto ends = [](std::uint8_t byte) { return byte < 0x80; };
  if (type == Message::object) {
    add_numbers(type, field, static_cast<std::uint64_t>(std::ranges::count_if(content, ends)));
  } else if (const Message inner = message_in(type, field); inner != Message::other) {
    walk(content, inner);
  }
}

void Count::add_part() {
  if (++parts_ <= kMostRecordParts) return;
  throw Error(ErrorCode::limit_exceeded, "a record of the catalog has more parts than any has");
}

void Count::add_numbers(Message type, std::uint64_t field, std::uint64_t count) {
  if (type != Message::object) return;
  if (field == ObjectRecord::kExtentsFieldNumber) extent_numbers_ += count;
  if (field == ObjectRecord::kChunksFieldNumber) chunk_numbers_ += count;
  if (extent_numbers_ <= kNumbersPerExtent * kMostFileExtents && chunk_numbers_ <= kNumbersPerChunk * kMostFileChunks) {
    return;
  }
  throw Error(ErrorCode::limit_exceeded, "a file in the catalog has more pieces than any has");
}

}  // namespace

void check_record_wire(ByteView record) { Count().walk(record, Message::record); }

}  // namespace rehome::store
