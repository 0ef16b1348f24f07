// SPDX-License-Identifier: Apache-2.0
#pragma once
// Recovery information: where a store is and what opens it, for an administrator with the recovery right (C-C2, C-K5).
// Vault keys lie in the database wrapped by the site key, bound to site and vault; each time one is given out the audit
// log says to whom and why. A vault whose key went to anyone but its source takes no new capture.

#include <optional>
#include <string>
#include <vector>

#include "base/codec/secret.h"
#include "site/administrators.h"
#include "site/lifecycle.h"
#include "site/site.h"

namespace rehome::site {

struct RecoveryInformation {
  Store store = {};
  Secret vault_key = {};
};

/// For the newest store of an association that is not deleted. Error(refused) without the right; Error(not_found)
/// where nothing was captured.
RecoveryInformation recovery_information(const Site& site, const std::string& association, const Account& administrator,
                                         const std::string& why);
RecoveryInformation recovery_information_of_store(const Site& site, const std::string& store,
                                                  const Account& administrator, const std::string& why);

}  // namespace rehome::site
