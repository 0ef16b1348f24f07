// SPDX-License-Identifier: Apache-2.0
#pragma once
// Adds to the audit log, inside the transaction of what is told.

#include <string>
#include <string_view>

#include "base/database/database.h"
#include "site/site.h"

namespace rehome::site {

struct AuditNote {
  std::string_view who;
  std::string_view what;
  std::string_view subject;
  std::string why = {};
};

void add_audit(const Site& site, Transaction& transaction, const AuditNote& note);

}  // namespace rehome::site
