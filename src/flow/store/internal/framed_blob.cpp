// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/framed_blob.h"

#include <string>

#include "base/codec/hash.h"
#include "base/core/check.h"
#include "base/core/error.h"

namespace rehome::store {

namespace {
constexpr std::size_t kMagicSize = 8;
}

Bytes frame_blob(std::string_view magic, ByteView body, std::uint32_t version) {
  check(magic.size() == kMagicSize, "a magic has eight bytes");
  Bytes blob;
  ByteWriter out(blob);
  out.bytes(as_bytes(magic));
  out.u32(version);
  out.u32(static_cast<std::uint32_t>(body.size()));
  out.bytes(body);
  out.bytes(sha256(blob));
  return blob;
}

ByteView unframe_blob(ByteView blob, std::string_view magic, std::string_view what) {
  const std::string damaged = std::string(what) + " is damaged";
  if (blob.size() < sizeof(Digest)) throw Error(ErrorCode::corrupt, damaged);
  const ByteView covered = blob.first(blob.size() - sizeof(Digest));
  if (!equal_in_constant_time(sha256(covered), blob.last(sizeof(Digest)))) throw Error(ErrorCode::corrupt, damaged);
  ByteReader in(covered, what);
  if (as_text(in.bytes(kMagicSize)) != magic) throw Error(ErrorCode::corrupt, damaged);
  check_version(in.u32(), what);
  const std::uint32_t length = in.u32();
  if (length != in.remaining()) throw Error(ErrorCode::corrupt, damaged);
  return in.bytes(length);
}

void check_version(std::uint32_t version, std::string_view what) {
  if (version == kFormatVersion) return;
  throw Error(ErrorCode::unsupported_version, std::string(what) + " has format version " + std::to_string(version) +
                                                  ", which this program does not know: use a newer one");
}

}  // namespace rehome::store
