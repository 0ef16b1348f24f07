// SPDX-License-Identifier: Apache-2.0
#include "programs/server/site_folder.h"

#include <utility>

#include "base/codec/base64.h"
#include "base/codec/certificate.h"
#include "base/core/error.h"
#include "base/database/database.h"
#include "programs/server/internal/site_configuration.h"
#include "site/administrators.h"
#include "site/enrolment.h"
#include "site/folder_marks.h"
#include "site/migration_points.h"
#include "site/records.h"

namespace rehome::server {
namespace {

constexpr const char* kLock = ".lock";
constexpr std::size_t kPasswordBytes = 15;  // 20 characters of Base64
constexpr int kCertificateDays = 3650;
constexpr const char* kWho = "site init";
constexpr std::uint32_t kPrivateMode = 0700;

MachinePath parent_of(const MachinePath& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_in(const MachinePath& path) { return path.substr(path.rfind('/') + 1); }

/// Whether it was not there.
bool make_folder(FileTree& files, const MachinePath& path) {
  try {
    const auto parent = files.open_for_writing(parent_of(path));
    parent->create_folder(name_in(path));
    parent->sync();
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::already_exists) throw;
    return false;
  }
}

template <typename Remove>
void try_to(const Remove& remove) {
  try {
    remove();
  } catch (const Error&) {  // it was not made yet, or holds state
  }
}

/// A folder that was there may be one that anybody can enter.
void make_private(WritableFolder& folder) {
  Metadata metadata = folder.inspect_self().metadata;
  if ((metadata.mode & kModeForOthers) == 0) return;
  metadata.mode = kPrivateMode;
  folder.set_own_metadata(metadata);
}

std::string make_password(Random& random) {
  Bytes bytes(kPasswordBytes);
  random.fill(bytes);
  return to_base64(bytes);
}

/// The name under which the site knows the server that it runs on.
const std::string& own_name(const ServerNames& names) {
  return names.hosts.empty() ? names.addresses.front() : names.hosts.front();
}

}  // namespace

SiteFolder::SiteFolder(const std::string& path, SiteFolderParts parts)
    : parts_(parts), path_(path), folder_(parts.files.open_for_writing(path)), vaults_(parts.files) {
  lock_ = folder_->try_lock(kLock);
  if (lock_ == nullptr) throw Error(ErrorCode::busy, "another process serves the site in " + path_ + ": stop it first");
}

site::SiteParts SiteFolder::site_parts() {
  return {.database = *database_, .clock = parts_.clock, .random = parts_.random, .key = key_, .folders = vaults_};
}

void SiteFolder::write(std::string_view name, ByteView content) {
  const std::unique_ptr<WritableFile> file = folder_->create_file(name);  // for its owner alone
  file->write_at(0, content);
  file->sync();
  file->commit_replacing();
  folder_->sync();
}

std::unique_ptr<SiteFolder> SiteFolder::open(const std::string& path, const std::optional<std::string>& database,
                                             SiteFolderParts parts) {
  std::unique_ptr<SiteFolder> folder(new SiteFolder(path, parts));
  const SiteConfiguration configuration = read_configuration(*folder->folder_, path);
  folder->names_ = configuration.names;
  folder->database_ = open_database_in(*folder->folder_, path, database.value_or(configuration.database));
  folder->key_ = read_site_key(*folder->folder_);
  folder->site_.emplace(site::Site::open(folder->site_parts()));
  return folder;
}

std::unique_ptr<SiteFolder> SiteFolder::make(const std::string& path, std::string_view may_be_there,
                                             SiteFolderParts parts) {
  const bool is_made = make_folder(parts.files, path);
  std::unique_ptr<SiteFolder> folder(new SiteFolder(path, parts));
  folder->is_made_ = is_made;
  for (const DirectoryEntry& entry : folder->folder_->list()) {
    if (entry.name == kLock || entry.name == may_be_there) continue;
    throw Error(ErrorCode::already_exists, path + " is not empty: a site needs a folder of its own");
  }
  make_private(*folder->folder_);
  return folder;
}

void SiteFolder::take_back() {
  for (const std::string& name : files_of_a_site()) try_to([&] { folder_->remove_file(name); });
  try_to([&] { take_back_states(); });
  if (!is_made_) return;
  lock_.reset();
  try_to([&] { folder_->remove_file(kLock); });
  try_to([&] { parts_.files.open_for_writing(parent_of(path_))->remove_folder(name_in(path_)); });
}

/// Unless there is more in it than its mark.
void SiteFolder::take_back_states() {
  const std::unique_ptr<WritableFolder> states = folder_->open_folder_for_writing(kSiteStates);
  const std::vector<DirectoryEntry> entries = states->list();
  if (entries.size() == 1 && entries.front().name == site::kFolderMark) states->remove_file(site::kFolderMark);
  folder_->remove_folder(kSiteStates);
}

void SiteFolder::fill_or_take_back(const std::function<void()>& fill) {
  try {
    fill();
  } catch (const Error&) {
    site_.reset();
    database_.reset();
    take_back();
    throw;
  }
}

FirstAccess SiteFolder::create(const std::string& path, const NewSiteFolder& wanted, SiteFolderParts parts) {
  const std::unique_ptr<SiteFolder> folder = make(path, "", parts);
  FirstAccess access;
  folder->fill_or_take_back([&] { access = folder->fill(wanted); });
  return access;
}

void SiteFolder::restore(const std::string& path, const SiteBackup& backup, const std::optional<std::string>& database,
                         SiteFolderParts parts) {
  const std::unique_ptr<SiteFolder> folder = make(path, kSiteStates, parts);
  folder->fill_or_take_back([&] {
    folder->fill(backup,
                 {.names = backup.configuration.names, .database = database.value_or(backup.configuration.database)});
  });
}

void SiteFolder::fill(const SiteBackup& backup, const SiteConfiguration& configuration) {
  names_ = configuration.names;
  key_ = backup.key.clone();
  write(kSiteKey, key_.view());
  database_ = make_database_in(path_, configuration.database);
  write_backed_up_records(backup, path_, *database_);
  site_.emplace(site::Site::open(site_parts()));
  site::note_restored(*site_, backup.folder);
  // A folder that was saved proves itself when the site is served.
  if (make_states_folder()) site::settle_folder_marks(*site_, path_ + "/" + kSiteStates);
  identity(Renewal::reissue);
  write(kSiteConfiguration, as_bytes(text_of(configuration)));  // last: without it there is no site
}

bool SiteFolder::make_states_folder() {
  try {
    folder_->create_folder(kSiteStates);
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::already_exists) throw;
    return false;
  }
}

FirstAccess SiteFolder::fill(const NewSiteFolder& wanted) {
  names_ = wanted.names;
  key_ = Secret(kSiteKeySize);
  parts_.random.fill(key_.mutable_view());
  write(kSiteKey, key_.view());
  database_ = make_database_in(path_, wanted.database);
  site_.emplace(site::Site::create(site_parts(), wanted.site));
  const site::Site& site = *site_;
  FirstAccess access{.user = wanted.user,
                     .password = make_password(parts_.random),
                     .fingerprint = certificate_fingerprint(site::current_authority(site).certificate())};
  site::add_user(site, {.user = wanted.user, .role = site::Role::administrator, .may_recover = true},
                 Secret(as_bytes(access.password)),
                 {.user = kWho, .role = site::Role::administrator, .may_recover = true});
  make_states_folder();
  site::add_server(site, own_name(wanted.names), kWho);
  const site::MigrationPoint point =
      site::add_migration_point(site, own_name(wanted.names), site::ServerChoice::existing, {}, kWho);
  site::add_folder(site, point.id, {.path = path_ + "/" + kSiteStates}, kWho);
  identity(Renewal::reissue);
  write(kSiteConfiguration,
        as_bytes(text_of({.names = wanted.names, .database = wanted.database})));  // last: without it there is no site
  return access;
}

http::TlsIdentity SiteFolder::identity(Renewal renewal) {
  if (renewal == Renewal::reissue) {
    const CertificateAuthority authority = site::current_authority(*site_);
    const CertifiedKey issued = authority.issue_server(names_, kCertificateDays);
    // With the authority's own behind it: at first contact an agent knows nothing but its fingerprint.
    Bytes text(issued.private_key.view().begin(), issued.private_key.view().end());
    for (const std::string& pem : {issued.certificate, authority.certificate()}) {
      text.insert(text.end(), pem.begin(), pem.end());
    }
    write(kServerCertificate, text);
  }
  const std::string pem = read_small_file(*folder_, kServerCertificate, kLargestPem);
  return {.certificate = pem,
          .private_key = Secret(as_bytes(pem)),
          .client_authorities = site::trusted_authorities(*site_)};
}

}  // namespace rehome::server
