// SPDX-License-Identifier: Apache-2.0
#pragma once
// Records of computers inside a transaction.

#include <string>
#include <string_view>

#include "base/database/database.h"
#include "site/computers.h"

namespace rehome::site {

/// Error(not_found).
Computer computer_in(Transaction& transaction, const std::string& id);
/// As find_computer().
Computer find_computer_in(Transaction& transaction, const std::string& name_or_id);
/// A new record without anything but a name; not enrolled.
Computer add_computer(const Site& site, Transaction& transaction, const NewComputer& wanted);

}  // namespace rehome::site
