// SPDX-License-Identifier: Apache-2.0
#pragma once
// The accounts of a Linux computer, from the files in its /etc beneath any root, and of the running system also from
// its name service. New ones are written into those files.
//
// useradd and groupadd are not called: they belong to the destination, which may be another architecture or so broken
// that nothing runs in it; what they do (defaults, skeletons, mail spools, hooks, warnings) differs by distribution;
// and they read arguments that everybody can see in /proc. The files and their lock are the same everywhere.

#include <memory>
#include <string>

#include "base/core/clock.h"
#include "base/machine/accounts.h"
#include "base/machine/linux/internal/etc_files.h"
#include "base/machine/linux/internal/login_defs.h"
#include "base/machine/linux/internal/name_service.h"
#include "base/machine/linux/internal/tree_root.h"

namespace rehome {

class LinuxAccounts final : public Accounts {
 public:
  /// `root` and `files` are of the same computer. `names` is null for a foreign root.
  LinuxAccounts(const std::string& root, FileTree& files, const Clock& clock,
                std::unique_ptr<linux_etc::NameService> names);

  std::vector<Account> list() override;
  /// Those of the group file, then those only the name service lists.
  std::vector<Group> groups() override;
  AccountLimits limits() override;
  SubordinateRanges subordinate_ranges() override;
  std::optional<Account> account_named(const std::string& name) override;
  std::optional<Account> account_of(std::uint32_t uid) override;
  std::optional<Group> group_named(const std::string& name) override;
  std::optional<Group> group_of(std::uint32_t gid) override;

  void create_account(const Account& account) override;
  void create_group(const Group& group) override;
  void join_groups(const std::string& account, const std::vector<std::string>& groups) override;
  std::unique_ptr<RestoreLock> lock_for_restore() override;

 private:
  linux_etc::LoginDefs login_defs();
  std::vector<linux_etc::PasswdEntry> passwd();
  std::vector<Group> local_groups();
  void check_free(const Account& account);
  void check_primary_group(const Account& account, const std::vector<Group>& groups);
  void check_ranges_free(const Account& account, const std::vector<Group>& groups);
  void write_memberships(const std::string& account, const std::vector<std::string>& groups, std::string_view file);
  void write_shadow(const Account& account, const std::string& text);
  void write_ranges(const Account& account, std::string_view file, const std::vector<IdRange>& ranges);

  linux_files::TreeRoot root_;
  FileTree& files_;
  linux_etc::EtcFiles etc_;
  const Clock& clock_;
  std::unique_ptr<linux_etc::NameService> names_;
};

}  // namespace rehome
