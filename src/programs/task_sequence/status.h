// SPDX-License-Identifier: Apache-2.0
#pragma once
// A run as people and programs are shown it: without its text and without secrets. Pure; any thread.

#include <ostream>

#include "base/codec/json.h"
#include "sequence/run_state.h"

namespace rehome::task_sequence {

Json status_json(const sequence::RunState& state);
void print_status(const sequence::RunState& state, std::ostream& out);

}  // namespace rehome::task_sequence
