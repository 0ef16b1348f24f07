// SPDX-License-Identifier: Apache-2.0
#pragma once
// The user accounts and groups of one computer, and making new ones on a destination.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/machine/file_tree.h"

namespace rehome {

enum class AccountKind {
  local,    // in the computer's own account files
  domain,   // known to the computer only through a directory service (NSS, Active Directory)
  service,  // below UID_MIN, or nobody, or a Windows service: never migrated
};

struct IdRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  bool operator==(const IdRange&) const = default;
};

struct Account {
  std::string name;  // Windows: "DOMAIN\\name" or "COMPUTER\\name"
  AccountKind kind = AccountKind::local;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;  // primary group
  std::string sid;        // Windows
  std::string comment;    // GECOS
  MachinePath home;       // as the account file says it
  std::string shell;
  bool locked = false;
  std::optional<std::string> password_hash;  // only where shadow could be read; handled as a secret
  std::vector<std::string> groups;           // names, without the primary one, sorted
  std::vector<IdRange> subuids;
  std::vector<IdRange> subgids;
};

struct Group {
  std::string name;
  std::uint32_t gid = 0;
  std::vector<std::string> members;
};

/// Limits of /etc/login.defs.
struct AccountLimits {
  std::uint32_t uid_min = 1000, uid_max = 60000;
  std::uint32_t gid_min = 1000, gid_max = 60000;
};

/// Throws Error from every method that reads or writes. Not for use from several threads.
class Accounts {
 public:
  virtual ~Accounts() = default;
  /// Every account, in the order of the account file, domain accounts last.
  virtual std::vector<Account> list() = 0;
  virtual std::vector<Group> groups() = 0;
  virtual AccountLimits limits() = 0;

  /// Makes a local account exactly as given: uid, gid, home (path only: no folder is made, no skeleton copied), shell,
  /// comment, id ranges; locked unless a password hash is given. The primary group must exist. Throws
  /// Error(already_exists) if name or uid is taken, Error(unsupported) on machines that are only read.
  virtual void create_account(const Account& account) = 0;
  virtual void create_group(const Group& group) = 0;
  virtual void add_to_group(const std::string& group, const std::string& account) = 0;
};

}  // namespace rehome
