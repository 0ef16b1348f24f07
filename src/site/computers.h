// SPDX-License-Identifier: Apache-2.0
#pragma once
// The computers of a site. A record comes from an import (planned: it has no certificate yet) or from an enrolment.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "site/page.h"
#include "site/site.h"

namespace rehome::site {

struct Computer {
  std::string id = {};  // "c-" and 16 hexadecimal digits
  std::string name = {};
  std::string note = {};
  std::string site_code = {};  // another site's for a computer that is only known to belong there
  std::string operating_system = {};
  std::string agent_version = {};
  bool enrolled = false;
  std::optional<std::string> fingerprint = {};  // of the newest certificate
  std::optional<std::int64_t> last_seen = {};
  std::optional<std::int64_t> quota_bytes = {};
  std::int64_t created = 0;
};

struct NewComputer {
  std::string name = {};
  std::string note = {};
  std::optional<std::string> site_code = {};  // this site's where none is given
  std::optional<std::int64_t> quota_bytes = {};
  std::optional<std::string> source_computer = {};  // name or id: makes the association source → this one, all accounts
};

/// C-A13. What import of one computer would refuse leaves no record behind.
Computer import_computer(const Site& site, const NewComputer& wanted, std::string_view who);

Computer computer(const Site& site, const std::string& id);
/// By id, or by name in either case. Error(not_found); Error(refused) where several have the name.
Computer find_computer(const Site& site, const std::string& name_or_id);
Page<Computer> list_computers(const Site& site, const PageRequest& page);

struct ComputerChange {
  std::optional<std::string> name = {};
  std::optional<std::string> note = {};
  std::optional<std::int64_t> quota_bytes = {};  // 0 takes the quota away
};
Computer change_computer(const Site& site, const std::string& id, const ComputerChange& change, std::string_view who);

/// Its certificates end. Error(refused) while it has an association or a store that is not deleted.
void remove_computer(const Site& site, const std::string& id, std::string_view who);

/// What an agent says of itself each time it asks.
void note_seen(const Site& site, const std::string& id, const std::string& name, const std::string& agent_version);

}  // namespace rehome::site
