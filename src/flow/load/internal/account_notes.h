// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a report says of one account of a plan: "the account ann: …". For all who choose something of it.

#include <string>

#include "flow/load/internal/account_mapping.h"
#include "flow/load/internal/findings.h"

namespace rehome::load {

/// Good to know.
void note(Findings& findings, const RestoredAccount& account, const std::string& message);
/// Something of it is lost.
void note_loss(Findings& findings, const RestoredAccount& account, const std::string& message);

}  // namespace rehome::load
