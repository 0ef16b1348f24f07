// SPDX-License-Identifier: Apache-2.0
#pragma once
// That a folder has its mark is in the audit log, so that one whose mark is not there is known to be another.

#include "base/database/database.h"
#include "site/site.h"

namespace rehome::site {

void mark_folder(const Site& site, Transaction& transaction, const FolderPlace& folder);
bool was_marked(Transaction& transaction, const std::string& folder);

}  // namespace rehome::site
