// SPDX-License-Identifier: Apache-2.0
#pragma once
// Computer associations: whose state goes to which computer, and which accounts of it. Rows S35–S45 and C-A1…C-A14.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "site/administrators.h"
#include "site/page.h"
#include "site/site.h"

namespace rehome::site {

enum class AssociationKind { side_by_side, in_place };
enum class Behaviour {
  all,                // capture and restore all accounts
  restore_specified,  // capture all, restore those named
  specified,          // capture and restore those named; the source may have this one association only
};
std::string_view name_of(AssociationKind kind);  // "side-by-side", "in-place"
std::string_view name_of(Behaviour behaviour);   // "all", "restore-specified", "specified"
Behaviour behaviour_of(std::string_view name);   // Error(invalid_argument)

/// C-A10.
enum class AssociationStatus { not_started, in_progress, completed };
std::string_view name_of(AssociationStatus status);  // "not-started", "in-progress", "completed"

struct Association {
  std::string id = {};  // "a-" and 16 hexadecimal digits
  AssociationKind kind = AssociationKind::side_by_side;
  Behaviour behaviour = Behaviour::all;
  std::string site_code = {};
  std::string source = {}, source_name = {};
  std::string destination = {}, destination_name = {};
  std::vector<std::string> accounts = {};
  bool automatic = false;  // made by the first capture without one (C-A5)
  AssociationStatus status = AssociationStatus::not_started;
  std::optional<std::string> store = {};  // the newest it has a claim on
  std::optional<std::int64_t> captured = {}, restored = {}, store_deleted = {};
  std::int64_t created = 0;
  std::optional<std::int64_t> deleted = {};
};

struct NewAssociation {
  std::string source = {};  // id or name; the same as destination: in-place
  std::string destination = {};
  Behaviour behaviour = Behaviour::all;
  std::vector<std::string> accounts = {};  // name, DOMAIN\name, SID or uid; none for `all`, at least one otherwise
};

Association create_association(const Site& site, const NewAssociation& wanted, std::string_view who);
Association association(const Site& site, const std::string& id);

struct AssociationFilter {
  std::optional<std::string> source = {}, destination = {};  // ids
  bool with_deleted = false;
};
Page<Association> list_associations(const Site& site, const PageRequest& page, const AssociationFilter& filter = {});

struct AssociationChange {
  std::optional<Behaviour> behaviour = {};
  std::optional<std::vector<std::string>> accounts = {};
};
/// Error(refused) where its destination would get accounts of a store that is there already and that were not its
/// before, unless `by` may see recovery information.
Association change_association(const Site& site, const std::string& id, const AssociationChange& change,
                               const Account& by);

/// Error(refused) while a store of its is not restored, unless `forced`: the message says what would be lost. It can
/// be brought back for Settings::keep_deleted_seconds; only then are its claims given up. No key is touched. A restore
/// through it that runs is ended, and so is a capture that no other association has a claim on.
void delete_association(const Site& site, const std::string& id, bool forced, std::string_view who);
/// Error(already_exists) where the pair has a new one meanwhile.
Association undelete_association(const Site& site, const std::string& id, std::string_view who);

struct BadLine {
  std::int64_t line = 0;  // from 1
  std::string message = {};
};
struct ImportReport {
  std::vector<std::string> associations = {};  // ids; in a dry run those that would have been
  std::vector<BadLine> bad_lines = {};         // any: nothing was made
};
constexpr std::int64_t kMostImportedLines = 10000;

/// CSV (RFC 4180) with a header line that names its columns: source, destination, behaviour, accounts (separated by
/// ';'; may be left out). All or nothing.
ImportReport import_associations(const Site& site, std::string_view csv, bool dry_run, std::string_view who);

}  // namespace rehome::site
