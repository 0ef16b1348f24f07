// SPDX-License-Identifier: Apache-2.0
#pragma once
// The blocks of tar archives: POSIX ustar and pax (IEEE Std 1003.1, "pax", Extended Description), and the older GNU
// form (GNU tar manual, "Basic Tar Format"). Pure; any thread.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/bytes.h"
#include "base/core/clock.h"
#include "base/machine/node.h"

namespace rehome::archive {

constexpr std::size_t kTarBlock = 512;
using TarBlock = std::array<std::uint8_t, kTarBlock>;

/// The places of a header that are read, by their offset and length.
struct TarField {
  std::size_t offset = 0;
  std::size_t length = 0;
};
inline constexpr TarField kTarName{0, 100}, kTarMode{100, 8}, kTarUid{108, 8}, kTarGid{116, 8}, kTarSize{124, 12},
    kTarModified{136, 12}, kTarChecksum{148, 8}, kTarLink{157, 100}, kTarMagic{257, 6}, kTarMajor{329, 8},
    kTarMinor{337, 8}, kTarPrefix{345, 155};
inline constexpr std::size_t kTarType = 156;
/// Of the old GNU form of a file with holes.
inline constexpr std::size_t kGnuSparseMap = 386, kGnuSparseContinues = 482;
inline constexpr TarField kGnuRealSize{483, 12};
inline constexpr std::size_t kGnuSparseInHeader = 4, kGnuSparseInBlock = 21, kGnuBlockContinues = 504;

/// Up to the first NUL.
std::string tar_text(const TarBlock& block, TarField field);
/// Octal digits, or the binary form of GNU for large and negative ones. nullopt for anything else.
std::optional<std::int64_t> tar_number(const TarBlock& block, TarField field);
bool is_zero(const TarBlock& block);
bool has_right_checksum(const TarBlock& block);
bool is_ustar(const TarBlock& block);  // and not the GNU form, which has other things in place of a prefix

/// Records of a pax header. The numbers of the maps of files with holes come several times, so all are kept in order.
using PaxRecords = std::vector<std::pair<std::string, std::string>>;
/// nullopt where the text is no list of records.
std::optional<PaxRecords> parse_pax(std::string_view text);
/// The last one counts.
const std::string* find_pax(const PaxRecords& records, std::string_view key);

/// Whole digits.
std::optional<std::uint64_t> parse_digits(std::string_view text);
/// "1700000000.123456789", "-1.5".
std::optional<Timestamp> parse_pax_time(std::string_view text);

/// Bytes up to the next block.
constexpr std::uint64_t tar_padding(std::uint64_t size) { return (kTarBlock - size % kTarBlock) % kTarBlock; }

}  // namespace rehome::archive
