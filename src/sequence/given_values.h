// SPDX-License-Identifier: Apache-2.0
#pragma once
// Values that are given beside a sequence, or a step of one: by a command line, where no secret may stand, and by a
// file. In: what a person wrote, hostile. Out: names and values. Pure; any thread.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/codec/json.h"
#include "sequence/run_state.h"

namespace rehome::sequence {

constexpr std::size_t kLongestGivenValue = 64 * 1024;

/// "NAME=VALUE". Throws Error(invalid_argument) for what is not, and Error(refused) for a variable that is a secret:
/// everybody can read command lines.
std::pair<std::string, std::string> parse_assignment(std::string_view text);

/// Of a JSON object of names and texts; `what` is for messages. Throws Error(invalid_argument).
Values values_of(std::string_view text, const std::string& what);

/// First those of the file, whose text is "" where there is none; then the assignments, which count more. None may be a
/// variable that this program sets by itself.
Values given_values(std::string_view file_text, const std::string& file, const std::vector<std::string>& assignments);

}  // namespace rehome::sequence
