// SPDX-License-Identifier: Apache-2.0
#include "programs/server/site_folder.h"

#include <utility>

#include "base/codec/base64.h"
#include "base/codec/certificate.h"
#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "base/database/database.h"
#include "programs/server/internal/json_of.h"
#include "site/administrators.h"
#include "site/enrolment.h"
#include "site/migration_points.h"

namespace rehome::server {
namespace {

constexpr const char* kConfiguration = "site.json";
constexpr const char* kKey = "site.key";
constexpr const char* kServerCertificate = "server.pem";
constexpr const char* kDatabase = "site.db";
constexpr const char* kStates = "states";
constexpr const char* kLock = ".lock";
constexpr std::size_t kMostConfiguration = std::size_t{64} * 1024;
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kPasswordBytes = 15;  // 20 characters of Base64
constexpr std::size_t kMostNames = 100;
constexpr std::size_t kLongestName = 1000;
constexpr int kCertificateDays = 3650;
constexpr const char* kWho = "site init";
constexpr std::uint32_t kPrivateMode = 0700;
constexpr std::uint32_t kForOthers = 0077;

MachinePath parent_of(const MachinePath& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

void make_folder(FileTree& files, const MachinePath& path) {
  try {
    const auto parent = files.open_for_writing(parent_of(path));
    parent->create_folder(path.substr(path.rfind('/') + 1));
    parent->sync();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::already_exists) throw;
  }
}

/// A folder that was there may be one that anybody can enter.
void make_private(WritableFolder& folder) {
  Metadata metadata = folder.inspect_self().metadata;
  if ((metadata.mode & kForOthers) == 0) return;
  metadata.mode = kPrivateMode;
  folder.set_own_metadata(metadata);
}

void check_private(Folder& folder, const std::string& path) {
  if ((folder.inspect_self().metadata.mode & kForOthers) == 0) return;
  throw Error(ErrorCode::refused,
              "other users may enter the folder of the site, which has its keys: chmod 700 " + path);
}

std::string make_password(Random& random) {
  Bytes bytes(kPasswordBytes);
  random.fill(bytes);
  return to_base64(bytes);
}

std::string configuration_of(const NewSiteFolder& wanted) {
  const Json::Object document{{"hosts", json_of(wanted.names.hosts)},
                              {"addresses", json_of(wanted.names.addresses)},
                              {"database", wanted.database}};
  return to_text(document, {.indent = 2}) + "\n";
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

std::string SiteFolder::read(std::string_view name, std::size_t most) {
  const std::unique_ptr<ReadableFile> file = folder_->open_file(name);
  std::string content(std::min<std::uint64_t>(file->inspect().size, most), '\0');
  content.resize(file->read_at(0, {reinterpret_cast<std::uint8_t*>(content.data()), content.size()}));
  return content;
}

void SiteFolder::write(std::string_view name, ByteView content) {
  const std::unique_ptr<WritableFile> file = folder_->create_file(name);  // for its owner alone
  file->write_at(0, content);
  file->sync();
  file->commit_replacing();
  folder_->sync();
}

void SiteFolder::open_database(const std::string& address) {
  database_ = address.empty() ? open_sqlite(path_ + "/" + kDatabase) : open_postgresql(address);
}

std::unique_ptr<SiteFolder> SiteFolder::open(const std::string& path, const std::optional<std::string>& database,
                                             SiteFolderParts parts) {
  std::unique_ptr<SiteFolder> folder(new SiteFolder(path, parts));
  check_private(*folder->folder_, path);
  const Json document = parse_json(folder->read(kConfiguration, kMostConfiguration), path + "/" + kConfiguration);
  JsonFields fields(document, kConfiguration);
  folder->names_ = {.hosts = fields.texts("hosts", kMostNames, kLongestName),
                    .addresses = fields.texts("addresses", kMostNames, kLongestName)};
  folder->open_database(database.value_or(fields.text("database", kLongestName)));
  folder->key_ = Secret(as_bytes(folder->read(kKey, kKeySize)));
  folder->site_.emplace(site::Site::open(folder->site_parts()));
  return folder;
}

FirstAccess SiteFolder::create(const std::string& path, const NewSiteFolder& wanted, SiteFolderParts parts) {
  make_folder(parts.files, path);
  std::unique_ptr<SiteFolder> folder(new SiteFolder(path, parts));
  for (const DirectoryEntry& entry : folder->folder_->list()) {
    if (entry.name == kLock) continue;
    throw Error(ErrorCode::already_exists, path + " is not empty: a new site needs a folder of its own");
  }
  make_private(*folder->folder_);
  return fill(*folder, wanted);
}

FirstAccess SiteFolder::fill(SiteFolder& folder, const NewSiteFolder& wanted) {
  folder.names_ = wanted.names;
  folder.key_ = Secret(kKeySize);
  folder.parts_.random.fill(folder.key_.mutable_view());
  folder.write(kKey, folder.key_.view());
  folder.open_database(wanted.database);
  folder.site_.emplace(site::Site::create(folder.site_parts(), wanted.site));
  const site::Site& site = *folder.site_;
  site::make_authority(site, kWho);
  FirstAccess access{.user = wanted.user,
                     .password = make_password(folder.parts_.random),
                     .fingerprint = certificate_fingerprint(site::current_authority(site).certificate())};
  site::add_user(site, {.user = wanted.user, .role = site::Role::administrator, .may_recover = true},
                 Secret(as_bytes(access.password)), kWho);
  folder.folder_->create_folder(kStates);
  site::add_server(site, own_name(wanted.names), kWho);
  const site::MigrationPoint point =
      site::add_migration_point(site, own_name(wanted.names), site::ServerChoice::existing, {}, kWho);
  site::add_folder(site, point.id, {.path = folder.path_ + "/" + kStates}, kWho);
  folder.identity(Renewal::reissue);
  folder.write(kConfiguration, as_bytes(configuration_of(wanted)));  // last: without it there is no site
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
  const std::string pem = read(kServerCertificate, kLargestPem);
  return {.certificate = pem,
          .private_key = Secret(as_bytes(pem)),
          .client_authorities = site::trusted_authorities(*site_)};
}

}  // namespace rehome::server
