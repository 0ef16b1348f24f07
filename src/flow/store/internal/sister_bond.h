// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which main tree a sister belongs to. Its name does not tell: a copy of a store has the same vault id. So a sister
// notes a token that its main tree made, and the inodes of that tree and of the token, which no copy has.

#include "base/core/random.h"
#include "base/machine/file_tree.h"

namespace rehome::store {

enum class Bond {
  ours,
  unsaid,    // it holds captures and says nothing: written before sisters were bound
  anothers,  // another main tree's, of which this one may be a copy
};

Bond bond_of(Folder& sister, Folder& main);

/// Durable before anything is put into the sister, which must be ours.
void bind_sister(WritableFolder& sister, WritableFolder& main, Random& random);

}  // namespace rehome::store
