// SPDX-License-Identifier: Apache-2.0
#pragma once
// Variables, known folders and the operating system of one computer, as migration rules ask for them.

#include <optional>
#include <string>
#include <vector>

#include "base/machine/accounts.h"
#include "base/machine/file_tree.h"
#include "base/machine/known_folder.h"

namespace rehome {

struct OperatingSystem {
  std::string name;     // "Debian GNU/Linux 12 (bookworm)"
  std::string id;       // "debian", "windows"
  std::string version;  // "12"; on Windows "10.0.19045"
  bool is_64_bit = true;
};

/// A folder that somebody says a known folder is, and that it is not.
struct UnusedFolder {
  MachinePath place;
  std::string reason;  // the rest of a sentence about it: "it does not exist"
  bool operator==(const UnusedFolder&) const = default;
};

/// `account` null means the system context. All methods throw Error; they may be called from several threads.
class Environment {
 public:
  virtual ~Environment() = default;
  virtual OperatingSystem operating_system() = 0;
  virtual std::string computer_name() = 0;
  /// The folder's place on this computer for this account, links resolved; nullopt where it has none.
  virtual std::optional<MachinePath> known_folder(KnownFolder folder, const Account* account) = 0;
  /// What the account's user wanted as this known folder, in settings or with a link, and is not taken for it.
  virtual std::optional<UnusedFolder> unused_folder(KnownFolder folder, const Account* account) = 0;
  /// Whether it is another folder of the home, reached by a link that the user set (Documents -> Dropbox). Then the
  /// link is one object and the other folder another: neither moves to where Documents is on another computer.
  virtual bool is_linked_in_home(KnownFolder folder, const Account* account) = 0;
  /// The value of a rule variable (name without percent signs, compared without case); nullopt where unknown.
  virtual std::optional<std::string> variable(std::string_view name, const Account* account) = 0;
};

}  // namespace rehome
