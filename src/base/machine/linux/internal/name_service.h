// SPDX-License-Identifier: Apache-2.0
#pragma once
// Accounts as the running system's name service knows them: its own files and every directory it was joined to. A
// foreign root has none: asking this system's directory about another computer's numbers would give strangers' names.
// One thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/machine/linux/internal/account_lines.h"

namespace rehome::linux_etc {

class NameService {
 public:
  virtual ~NameService() = default;
  /// Those it is willing to list; a large directory often lists none.
  virtual std::vector<PasswdEntry> users() = 0;
  virtual std::optional<PasswdEntry> user_of(std::uint32_t uid) = 0;
  virtual std::optional<PasswdEntry> user_named(const std::string& name) = 0;
  virtual std::vector<Group> groups() = 0;
  virtual std::optional<Group> group_of(std::uint32_t gid) = 0;
  virtual std::optional<Group> group_named(const std::string& name) = 0;
  /// Gids of all groups of a user, the primary one included.
  virtual std::vector<std::uint32_t> gids_of(const PasswdEntry& user) = 0;
};

std::unique_ptr<NameService> open_name_service();

}  // namespace rehome::linux_etc
