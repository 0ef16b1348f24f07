// SPDX-License-Identifier: Apache-2.0
#pragma once
// What lies in a site's folder besides its records, as files: read by those who open the site and by those who back it
// up while another process serves it. For one thread.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec/secret.h"
#include "base/database/database.h"
#include "base/machine/file_tree.h"
#include "programs/server/site_backup.h"

namespace rehome::server {

constexpr const char* kSiteConfiguration = "site.json";
constexpr const char* kSiteKey = "site.key";
constexpr const char* kServerCertificate = "server.pem";
constexpr const char* kSiteStates = "states";
constexpr std::size_t kSiteKeySize = 32;
constexpr std::uint32_t kModeForOthers = 0077;

std::string read_small_file(Folder& folder, std::string_view name, std::size_t most);

/// Error(not_found) where no site lives there, Error(refused) where other users may enter it. `path` is the folder's.
SiteConfiguration read_configuration(Folder& folder, const std::string& path);
std::string text_of(const SiteConfiguration& configuration);
Secret read_site_key(Folder& folder);
/// What an agent is to be given at its enrolment. After a new authority was made it is still the one before, until the
/// server has a certificate of the new one.
std::string shown_authority_fingerprint(Folder& folder);

/// `address` "" is SQLite in the folder; Error(not_found) where that is gone.
std::unique_ptr<Database> open_database_in(Folder& folder, const std::string& path, const std::string& address);
std::unique_ptr<Database> make_database_in(const std::string& path, const std::string& address);

/// In its folder, whatever their database is; but for the lock.
std::vector<std::string> files_of_a_site();

}  // namespace rehome::server
