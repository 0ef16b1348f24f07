// SPDX-License-Identifier: Apache-2.0
#pragma once
// Marks of the folders for user state, when a site is served: folders of earlier versions get theirs where they prove
// to be what the records say. Nothing is written to any other, nor deleted from it: what is under its path may be the
// empty place where a volume is to be mounted.

#include <optional>
#include <string>
#include <vector>

#include "site/site.h"

namespace rehome::site {

/// A folder proves itself by the vaults that the records say are in it; one that has none yet and never had a mark, or
/// that is `just_made` (its path), is taken as it is. What is wrong with the others: a sentence each, with paths.
std::vector<std::string> settle_folder_marks(const Site& site, const std::optional<std::string>& just_made = {});

}  // namespace rehome::site
