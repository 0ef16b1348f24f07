// SPDX-License-Identifier: Apache-2.0
#pragma once
// Finds in a catalog the file that ~/.config/user-dirs.dirs of each account is: itself, or what links of the catalog
// lead to (dotfiles managers put it elsewhere), as long as that lies in the home. In: every object, in as many passes
// as links make necessary; one where there are none. One thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flow/load/internal/account_mapping.h"
#include "model/object.h"

namespace rehome::load {

class UserDirsSearch {
 public:
  explicit UserDirsSearch(const AccountMapping& mapping);

  void look_at(const Object& object);
  /// After each pass: the accounts whose objects have to be seen once more. Empty: it has ended.
  std::vector<AccountNumber> start_again();
  /// Files with a content of their own, at most one for each account.
  std::vector<Object> found() const;

 private:
  struct Trail {
    MachinePath home;                                   // at the destination, where the links will be read
    std::string path;                                   // of the file, beneath the home
    std::optional<std::uint64_t> group = std::nullopt;  // it is a further name of this group's leader
    std::optional<Object> file = std::nullopt;
    bool has_moved = false;  // since the pass began
    int links = 0;
  };
  static void follow(Trail& trail, const std::string& link, const std::string& target);

  std::map<AccountNumber, Trail> trails_;
};

}  // namespace rehome::load
