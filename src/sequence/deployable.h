// SPDX-License-Identifier: Apache-2.0
#pragma once
// A sequence as it is deployed: nobody stands by who could still give a variable. In: its text, as a person wrote it or
// a site sent it, and the variables that go with it. Out: as read_sequence(). Pure; any thread.

#include <string>
#include <string_view>

#include "sequence/read.h"
#include "sequence/run_state.h"

namespace rehome::sequence {

/// Besides what read_sequence() says: variables that it needs and that are not given, and a text that is too long.
ReadSequence read_deployed(const std::string& file, std::string_view text, const Values& variables);

/// The errors, one "file:line:column: message" a line.
std::string errors_in(const Diagnostics& diagnostics);

}  // namespace rehome::sequence
