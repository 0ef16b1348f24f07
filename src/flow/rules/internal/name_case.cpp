// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/name_case.h"

#include <cstdint>

#include "base/core/words.h"

namespace rehome::rules {

namespace {

/// Blocks in which capital and small letters take turns.
bool alternates(std::uint32_t letter) {
  return (letter >= 0x100 && letter <= 0x137) || (letter >= 0x14A && letter <= 0x177) ||
         (letter >= 0x460 && letter <= 0x481) || (letter >= 0x48A && letter <= 0x4BF) ||
         (letter >= 0x4D0 && letter <= 0x52F) || (letter >= 0x1E00 && letter <= 0x1E95) ||
         (letter >= 0x1EA0 && letter <= 0x1EFF);
}

/// Only letters whose two forms take two bytes, or three, each: folding keeps the length of a name.
std::uint32_t lower_letter(std::uint32_t letter) {
  if ((letter >= 0xC0 && letter <= 0xDE && letter != 0xD7) || (letter >= 0x391 && letter <= 0x3AB)) return letter + 32;
  if (letter >= 0x410 && letter <= 0x42F) return letter + 32;
  if (letter >= 0x400 && letter <= 0x40F) return letter + 80;
  if (letter >= 0x531 && letter <= 0x556) return letter + 48;
  if (letter == 0x130) return letter;
  if (alternates(letter)) return letter | 1U;
  const bool odd_is_capital = (letter >= 0x139 && letter <= 0x148) || (letter >= 0x179 && letter <= 0x17E);
  return odd_is_capital && (letter & 1U) != 0 ? letter + 1 : letter;
}

struct Letter {
  std::uint32_t value = 0;
  std::size_t bytes = 1;  // 1 also for what is no well-formed sequence of two or three bytes
};

Letter letter_at(std::string_view text) {
  auto byte = [&](std::size_t index) { return static_cast<std::uint8_t>(text[index]); };
  auto continues = [&](std::size_t index) { return index < text.size() && (byte(index) & 0xC0U) == 0x80U; };
  if ((byte(0) & 0xE0U) == 0xC0U && continues(1)) return {(byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU), 2};
  if ((byte(0) & 0xF0U) == 0xE0U && continues(1) && continues(2)) {
    return {(byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU), 3};
  }
  return {};
}

void append_letter(std::string& out, Letter letter) {
  if (letter.bytes == 2) {
    out += static_cast<char>(0xC0U | letter.value >> 6U);
  } else {
    out += static_cast<char>(0xE0U | letter.value >> 12U);
    out += static_cast<char>(0x80U | (letter.value >> 6U & 0x3FU));
  }
  out += static_cast<char>(0x80U | (letter.value & 0x3FU));
}

}  // namespace

std::string comparable_name(std::string_view name, MachineFlavour flavour) {
  if (flavour == MachineFlavour::linux) return std::string(name);
  std::string folded;
  folded.reserve(name.size());
  while (!name.empty()) {
    const Letter letter = letter_at(name);
    if (letter.bytes == 1) {
      folded += lower_byte(name.front());
    } else {
      append_letter(folded, {lower_letter(letter.value), letter.bytes});
    }
    name.remove_prefix(letter.bytes);
  }
  return folded;
}

}  // namespace rehome::rules
