// SPDX-License-Identifier: Apache-2.0
#pragma once
// Looks at a whole sequence for what would go wrong when it runs. Each check names the row of the trap it stands for.

#include "sequence/internal/source_text.h"
#include "sequence/sequence.h"

namespace rehome::sequence {

/// Names that nothing sets, names that only this program sets, secrets in the file.
void check_variables(const Sequence& sequence, SourceText& source);
/// The order of the steps, and what they do together.
void check_steps(const Sequence& sequence, SourceText& source);

}  // namespace rehome::sequence
