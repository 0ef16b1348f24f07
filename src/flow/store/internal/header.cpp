// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/header.h"

#include <bit>
#include <optional>
#include <string>

#include "base/core/error.h"
#include "flow/store/internal/damage.h"
#include "flow/store/internal/framed_blob.h"
#include "flow/store/internal/key_slots.h"
#include "flow/store/internal/limits.h"

namespace rehome::store {

namespace {

constexpr std::string_view kMagic = "RHVAULT\n";
constexpr std::string_view kWhat = "the header of the store";
constexpr std::size_t kLeastChunk = 4096;

// Written into headers: never renumber, never reuse.
enum class Encryption : std::uint8_t { none_sha256 = 0, aes_256_gcm = 1 };
constexpr std::uint8_t kZstd = 1;
constexpr std::uint8_t kGearChunks = 1;

[[noreturn]] void throw_unknown(std::string_view what) {
  throw Error(ErrorCode::unsupported_version,
              "the store uses " + std::string(what) + " that this program does not know: use a newer one");
}

void require(bool condition, std::string_view what) {
  if (!condition) {
    throw Error(ErrorCode::corrupt, "the header of the store is damaged: " + std::string(what) + " is out of range");
  }
}

StoreKind read_kind(ByteReader& in) {
  const std::uint8_t kind = in.u8();
  if (kind < 1 || kind > 3) throw_unknown("a kind");
  return static_cast<StoreKind>(kind);
}

bool read_encryption(ByteReader& in) {
  const std::uint8_t encryption = in.u8();
  if (encryption > static_cast<std::uint8_t>(Encryption::aes_256_gcm)) throw_unknown("an encryption");
  return encryption == static_cast<std::uint8_t>(Encryption::aes_256_gcm);
}

ChunkSizes read_chunk_sizes(ByteReader& in) {
  ChunkSizes sizes;
  sizes.smallest = in.u32();
  sizes.average = in.u32();
  sizes.largest = in.u32();
  require(sizes.smallest >= kLeastChunk && sizes.smallest <= sizes.average && sizes.average <= sizes.largest &&
              sizes.largest <= kLargestFrame && std::has_single_bit(sizes.average),
          "a chunk size");
  return sizes;
}

std::vector<KeySlot> read_slots(ByteReader& in) {
  const std::uint16_t count = in.u16();
  if (count > kMostKeySlots) throw Error(ErrorCode::limit_exceeded, "the header of the store has too many key slots");
  std::vector<KeySlot> slots;
  for (std::uint16_t i = 0; i < count; ++i) {
    KeySlot slot;
    slot.type = static_cast<SlotType>(in.u8());
    const ByteView payload = in.bytes(in.u16());
    slot.payload.assign(payload.begin(), payload.end());
    slots.push_back(std::move(slot));
  }
  return slots;
}

/// Puts `whole` in the place of every copy that is not good or cannot be read.
template <typename IsGood>
void replace_copies(OwnedBlobStore& blobs, const Bytes& whole, const IsGood& is_good) {
  for (const Copy copy : {Copy::first, Copy::second}) {
    try {
      if (is_good(blobs.get(header_name(copy), kLargestHeader))) continue;
    } catch (const Error& error) {
      if (!is_damage(error)) throw;
    }
    blobs.remove(header_name(copy));
    blobs.put(header_name(copy), whole);
  }
}

}  // namespace

Bytes header_parameters(const Header& header) {
  Bytes body;
  ByteWriter out(body);
  out.bytes(header.vault.bytes);
  out.u8(static_cast<std::uint8_t>(header.kind));
  out.u8(static_cast<std::uint8_t>(header.encrypted ? Encryption::aes_256_gcm : Encryption::none_sha256));
  out.u8(kZstd);
  out.u8(static_cast<std::uint8_t>(header.compression_level));
  out.u8(kGearChunks);
  out.u32(static_cast<std::uint32_t>(header.chunk_sizes.smallest));
  out.u32(static_cast<std::uint32_t>(header.chunk_sizes.average));
  out.u32(static_cast<std::uint32_t>(header.chunk_sizes.largest));
  out.u16(static_cast<std::uint16_t>(header.slots.size()));
  for (const KeySlot& slot : header.slots) {
    out.u8(static_cast<std::uint8_t>(slot.type));
    out.u16(static_cast<std::uint16_t>(slot.payload.size()));
    out.bytes(slot.payload);
  }
  return body;
}

Bytes encode_header(const Header& header) {
  Bytes body = header_parameters(header);
  ByteWriter(body).bytes(header.key_check);
  return frame_blob(kMagic, body);
}

Header decode_header(ByteView blob) {
  ByteReader in(unframe_blob(blob, kMagic, kWhat), kWhat);
  Header header;
  header.vault = read_id<VaultId>(in);
  header.kind = read_kind(in);
  header.encrypted = read_encryption(in);
  if (in.u8() != kZstd) throw_unknown("a compression");
  header.compression_level = in.u8();
  require(header.compression_level >= 1 && header.compression_level <= 19, "the compression level");
  if (in.u8() != kGearChunks) throw_unknown("a way to cut chunks");
  header.chunk_sizes = read_chunk_sizes(in);
  header.slots = read_slots(in);
  const ByteView digest = in.bytes(header.key_check.size());
  std::copy(digest.begin(), digest.end(), header.key_check.begin());
  require(in.remaining() == 0, "its length");
  return header;
}

Header read_header(BlobStore& blobs) {
  std::optional<Error> problem;
  for (const Copy copy : {Copy::first, Copy::second}) {
    try {
      return decode_header(blobs.get(header_name(copy), kLargestHeader));
    } catch (const Error& error) {
      if (!problem || problem->code() == ErrorCode::not_found) problem = error;
    }
  }
  if (problem->code() != ErrorCode::not_found) throw Error(*problem);
  throw Error(ErrorCode::not_found, "there is no store at " + blobs.display_name());
}

void heal_header(OwnedBlobStore& blobs, const Header& header) {
  const Bytes whole = encode_header(header);
  replace_copies(blobs, whole, [&](const Bytes& blob) { return blob == whole; });
}

void heal_header(OwnedBlobStore& blobs) {
  const Bytes whole = encode_header(read_header(blobs));
  replace_copies(blobs, whole, [](const Bytes& blob) {
    decode_header(blob);
    return true;
  });
}

Header sealed_part(const Header& header) {
  Header part;
  part.vault = header.vault;
  part.kind = header.kind;
  part.encrypted = true;
  return part;
}

VaultInfo describe(const Header& header) {
  VaultInfo info;
  info.vault_id = to_hex(header.vault);
  info.kind = header.kind;
  info.format_version = kFormatVersion;
  info.encrypted = header.encrypted;
  for (const KeySlot& slot : header.slots) info.slots.push_back(describe(slot));
  return info;
}

}  // namespace rehome::store
