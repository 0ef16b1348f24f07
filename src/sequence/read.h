// SPDX-License-Identifier: Apache-2.0
#pragma once
// From a file to a sequence that can be run. In: a text that a person wrote, or a site sent: hostile. Out: the
// sequence, and what is to be said about it before its first step: mistakes with their places, and the traps that cost
// people their data (rows C-T9, C-T15, C-T16, C-T22, C-T25, P-21 to P-24, P-39). Pure; any thread.

#include <cstddef>
#include <string>
#include <string_view>

#include "model/diagnostic.h"
#include "sequence/sequence.h"

namespace rehome::sequence {

constexpr std::size_t kLargestFile = std::size_t{1} << 20;  // bytes

struct ReadSequence {
  Sequence sequence;        // only to be run where no diagnostic is an error
  Diagnostics diagnostics;  // in the order of the file
};

/// `file` is for messages.
ReadSequence read_sequence(const std::string& file, std::string_view text);

}  // namespace rehome::sequence
