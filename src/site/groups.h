// SPDX-License-Identifier: Apache-2.0
#pragma once
// Groups of computers, by which people say what is deployed where. A group is a name and its members, and means nothing
// else: what is deployed names computers, not groups.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "site/page.h"
#include "site/site.h"

namespace rehome::site {

struct GroupMember {
  std::string id = {}, name = {};
};

struct Group {
  std::string id = {};  // "g-" and 16 hexadecimal digits
  std::string name = {};
  std::vector<GroupMember> computers = {};
  std::int64_t created = 0;
};

/// Error(already_exists) where another has the name, in either case; Error(not_found) for a computer that is none.
Group add_group(const Site& site, const std::string& name, const std::vector<std::string>& computers,
                std::string_view who);
Group group(const Site& site, const std::string& id);
/// Without their members.
Page<Group> list_groups(const Site& site, const PageRequest& page);
/// One that is a member already stays one.
Group add_to_group(const Site& site, const std::string& id, const std::vector<std::string>& computers,
                   std::string_view who);
/// Error(not_found) where it is no member.
Group remove_from_group(const Site& site, const std::string& id, const std::string& computer, std::string_view who);
void remove_group(const Site& site, const std::string& id, std::string_view who);

}  // namespace rehome::site
