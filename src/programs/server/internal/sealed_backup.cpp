// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/sealed_backup.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/codec/seal.h"
#include "base/core/error.h"

namespace rehome::server {
namespace {

constexpr std::string_view kAnyVersion = "rehome site backup ";
constexpr std::string_view kMagic = "rehome site backup 1\n";
constexpr std::size_t kBoxSize = Sealer::kKeySize + 48;  // what libsodium's sealed box adds
constexpr std::size_t kLengthSize = 4;
constexpr std::size_t kFrameSize = std::size_t{1} << 20;

void append(Bytes& file, ByteView bytes) { file.insert(file.end(), bytes.begin(), bytes.end()); }

std::array<std::uint8_t, 1> end_mark(bool is_last) { return {static_cast<std::uint8_t>(is_last)}; }

[[noreturn]] void damaged() { throw Error(ErrorCode::corrupt, "the backup is damaged or not all of it is there"); }

ByteView take(ByteView& rest, std::size_t size) {
  if (rest.size() < size) damaged();
  const ByteView taken = rest.first(size);
  rest = rest.subspan(size);
  return taken;
}

ByteView take_frame(ByteView& rest) {
  std::uint32_t size = 0;
  const ByteView length = take(rest, kLengthSize);
  for (std::size_t i = 0; i < kLengthSize; ++i) size |= static_cast<std::uint32_t>(length[i]) << (8 * i);
  return take(rest, size);
}

void check_magic(ByteView& rest) {
  const std::string_view text = as_text(rest);
  if (!text.starts_with(kAnyVersion)) throw Error(ErrorCode::corrupt, "this is no backup of a site");
  if (!text.starts_with(kMagic)) {
    throw Error(ErrorCode::unsupported_version, "the backup is of a version that this program does not know");
  }
  rest = rest.subspan(kMagic.size());
}

}  // namespace

Bytes seal_backup(const PublicKey& recipient, ByteView plain, Random& random) {
  Secret key(Sealer::kKeySize);
  random.fill(key.mutable_view());
  Bytes file(kMagic.begin(), kMagic.end());
  append(file, close_box(recipient, key.view()));
  Sealer sealer(key);
  bool is_last = false;
  for (std::uint64_t number = 0; !is_last; ++number) {
    const ByteView part = plain.first(std::min(plain.size(), kFrameSize));
    plain = plain.subspan(part.size());
    is_last = plain.empty();
    const Bytes sealed = sealer.seal(number, end_mark(is_last), part);
    for (std::size_t i = 0; i < kLengthSize; ++i) file.push_back(static_cast<std::uint8_t>(sealed.size() >> (8 * i)));
    append(file, sealed);
  }
  return file;
}

Secret open_backup(const Secret& recovery_secret, ByteView file) {
  check_magic(file);
  const Secret key = open_box(recovery_secret, take(file, kBoxSize));
  Sealer sealer(key);
  Secret plain(file.size());  // a little more than is needed
  std::size_t size = 0;
  bool is_last = false;
  for (std::uint64_t number = 0; !is_last; ++number) {
    const ByteView sealed = take_frame(file);
    is_last = file.empty();
    Bytes part;
    try {
      part = sealer.open(number, end_mark(is_last), sealed);
    } catch (const Error&) {
      damaged();
    }
    std::ranges::copy(part, plain.mutable_view().begin() + static_cast<std::ptrdiff_t>(size));
    size += part.size();
    wipe(part);
  }
  return Secret(plain.view().first(size));
}

}  // namespace rehome::server
