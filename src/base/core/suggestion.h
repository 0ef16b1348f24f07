// SPDX-License-Identifier: Apache-2.0
#pragma once
// "Did you mean": the word closest to a misspelt one. Any thread.

#include <span>
#include <string>
#include <string_view>

namespace rehome {

/// The nearest of `words` if it is near: one wrong, missing, extra or swapped letter, in words of five letters and
/// more two. Compared without case. Empty where none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> words);

/// "; did you mean X?" with the nearest word, or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> words);

}  // namespace rehome
