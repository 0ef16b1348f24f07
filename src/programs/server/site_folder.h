// SPDX-License-Identifier: Apache-2.0
#pragma once
// The folder in which a site lives: site.json (what cannot be in the database), site.key, server.pem, and by default
// site.db and states/, the first folder for user state. All of it is for its owner alone. In: a path. Out: an open
// site, which no other process can open meanwhile.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec/certificate_authority.h"
#include "base/codec/sealed_box.h"
#include "base/core/clock.h"
#include "base/core/random.h"
#include "base/machine/file_tree.h"
#include "programs/server/server.h"
#include "programs/server/site_backup.h"
#include "site/site.h"

namespace rehome::server {

struct SiteFolderParts {
  FileTree& files;  // of the running system
  const Clock& clock;
  Random& random;
};

struct NewSiteFolder {
  site::NewSite site;
  ServerNames names;
  std::string database;  // "postgresql://…"; empty: SQLite in the folder
  std::string user = "admin";
};

/// What is shown once, and kept nowhere.
struct FirstAccess {
  std::string user;
  std::string password;
  std::string fingerprint;  // of the site's authority, for `agent enrol`
};

class SiteFolder {
 public:
  /// Makes folder and site. Error(already_exists) where a site lives there.
  static FirstAccess create(const std::string& path, const NewSiteFolder& wanted, SiteFolderParts parts);
  /// Error(not_found) where no site lives there, Error(busy) while another process has it open,
  /// Error(refused) where other users may enter it.
  static std::unique_ptr<SiteFolder> open(const std::string& path, const std::optional<std::string>& database,
                                          SiteFolderParts parts);

  /// Makes the folder of a site that was backed up, as read_backup() gives it; only the states may be there already.
  /// Nullopt: the database that it was in, which must hold no site.
  static void restore(const std::string& path, const SiteBackup& backup, const std::optional<std::string>& database,
                      SiteFolderParts parts);

  const site::Site& site() const { return *site_; }
  FolderVaults& vaults() { return vaults_; }
  /// For SiteServerOptions. Keeps what it issues in the folder.
  http::TlsIdentity identity(Renewal renewal);

 private:
  SiteFolder(const std::string& path, SiteFolderParts parts);
  /// An empty folder but for the one of that name.
  static std::unique_ptr<SiteFolder> make(const std::string& path, std::string_view may_be_there,
                                          SiteFolderParts parts);
  /// Runs `fill`; where it fails, nothing of it stays.
  void fill_or_take_back(const std::function<void()>& fill);
  void take_back();
  void take_back_states();
  FirstAccess fill(const NewSiteFolder& wanted);
  void fill(const SiteBackup& backup, const SiteConfiguration& configuration);
  site::SiteParts site_parts();
  bool make_states_folder();  // whether it was not there
  void write(std::string_view name, ByteView content);

  SiteFolderParts parts_;
  std::string path_;
  std::unique_ptr<WritableFolder> folder_;
  std::unique_ptr<FolderLock> lock_;
  bool is_made_ = false;  // the folder was not there before
  FolderVaults vaults_;
  ServerNames names_;
  Secret key_;
  std::unique_ptr<Database> database_;
  std::optional<site::Site> site_;
};

}  // namespace rehome::server
