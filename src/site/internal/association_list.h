// SPDX-License-Identifier: Apache-2.0
#pragma once
// Associations as they are shown, with what became of their newest store.

#include <string>

#include "base/database/database.h"
#include "site/associations.h"

namespace rehome::site {

/// Error(not_found). Deleted ones are found too.
Association association_in(const Site& site, Transaction& transaction, const std::string& id);

}  // namespace rehome::site
