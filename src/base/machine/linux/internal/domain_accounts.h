// SPDX-License-Identifier: Apache-2.0
#pragma once
// The accounts of a running system that its own files do not have. In: what the name service lists, and who owns the
// folders where homes are: a directory of a large organisation lists nobody, but knows whoever it is asked about.

#include <vector>

#include "base/machine/file_tree.h"
#include "base/machine/linux/internal/login_defs.h"
#include "base/machine/linux/internal/name_service.h"

namespace rehome::linux_etc {

/// One that was asked for.
Account domain_account(NameService& names, const PasswdEntry& entry, const AccountLimits& limits);

/// `local`: the entries of /etc/passwd. In the order of their names.
std::vector<Account> find_domain_accounts(NameService& names, FileTree& files, const std::vector<PasswdEntry>& local,
                                          const AccountLimits& limits);

}  // namespace rehome::linux_etc
