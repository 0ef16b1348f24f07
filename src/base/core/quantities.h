// SPDX-License-Identifier: Apache-2.0
#pragma once
// Figures as people read them, in messages of every part.

#include <cstdint>
#include <string>
#include <string_view>

namespace rehome {

/// "1.5 GB", "12 kB": decimal units, as disks are sold.
std::string human_bytes(std::uint64_t bytes);
/// "312 MB/s".
std::string human_rate(std::uint64_t bytes, double seconds);
/// "1 object", "2 objects", "2 losses".
std::string counted(std::uint64_t count, std::string_view noun);
/// "1 h 02 min", "3 min 05 s", "0.8 s".
std::string human_seconds(double seconds);

}  // namespace rehome
