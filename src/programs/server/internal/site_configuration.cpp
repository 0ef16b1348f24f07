// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/site_configuration.h"

#include <algorithm>

#include "base/codec/certificate.h"
#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "programs/server/internal/json_of.h"

namespace rehome::server {
namespace {

constexpr const char* kDatabase = "site.db";
constexpr std::size_t kMostConfiguration = std::size_t{64} * 1024;
constexpr std::size_t kMostNames = 100;
constexpr std::size_t kLongestName = 1000;

void check_private(Folder& folder, const std::string& path) {
  if ((folder.inspect_self().metadata.mode & kModeForOthers) == 0) return;
  throw Error(ErrorCode::refused,
              "other users may enter the folder of the site, which has its keys: chmod 700 " + path);
}

bool holds(Folder& folder, std::string_view name) {
  const std::vector<DirectoryEntry> entries = folder.list();
  return std::ranges::find(entries, name, &DirectoryEntry::name) != entries.end();
}

}  // namespace

std::string read_small_file(Folder& folder, std::string_view name, std::size_t most) {
  const std::unique_ptr<ReadableFile> file = folder.open_file(name);
  std::string content(std::min<std::uint64_t>(file->inspect().size, most), '\0');
  content.resize(file->read_at(0, {reinterpret_cast<std::uint8_t*>(content.data()), content.size()}));
  return content;
}

SiteConfiguration read_configuration(Folder& folder, const std::string& path) {
  check_private(folder, path);
  const Json document =
      parse_json(read_small_file(folder, kSiteConfiguration, kMostConfiguration), path + "/" + kSiteConfiguration);
  JsonFields fields(document, kSiteConfiguration);
  return {.names = {.hosts = fields.texts("hosts", kMostNames, kLongestName),
                    .addresses = fields.texts("addresses", kMostNames, kLongestName)},
          .database = fields.text("database", kLongestName)};
}

std::string text_of(const SiteConfiguration& configuration) {
  const Json::Object document{{"hosts", json_of(configuration.names.hosts)},
                              {"addresses", json_of(configuration.names.addresses)},
                              {"database", configuration.database}};
  return to_text(document, {.indent = 2}) + "\n";
}

Secret read_site_key(Folder& folder) { return Secret(as_bytes(read_small_file(folder, kSiteKey, kSiteKeySize))); }

std::string shown_authority_fingerprint(Folder& folder) {
  std::string pem = read_small_file(folder, kServerCertificate, kLargestPem);
  const std::size_t authority = pem.rfind("-----BEGIN CERTIFICATE-----");
  const std::string certificate = authority == std::string::npos ? "" : pem.substr(authority);
  wipe(pem);  // it has the private key too
  return certificate_fingerprint(certificate);
}

std::unique_ptr<Database> make_database_in(const std::string& path, const std::string& address) {
  return address.empty() ? open_sqlite(path + "/" + kDatabase) : open_postgresql(address);
}

std::unique_ptr<Database> open_database_in(Folder& folder, const std::string& path, const std::string& address) {
  if (address.empty() && !holds(folder, kDatabase)) {
    throw Error(ErrorCode::not_found, "the records of the site, " + path + "/" + kDatabase +
                                          ", are gone: bring them back, or restore a backup (rehome site restore)");
  }
  return make_database_in(path, address);
}

std::vector<std::string> files_of_a_site() {
  const std::string database = kDatabase;
  return {kSiteConfiguration, kSiteKey, kServerCertificate, database, database + "-wal", database + "-shm"};
}

}  // namespace rehome::server
