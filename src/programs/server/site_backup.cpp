// SPDX-License-Identifier: Apache-2.0
#include "programs/server/site_backup.h"

#include <type_traits>
#include <utility>

#include "base/codec/base64.h"
#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "programs/server/internal/json_of.h"
#include "programs/server/internal/sealed_backup.h"
#include "programs/server/internal/site_configuration.h"
#include "site/records.h"

namespace rehome::server {
namespace {

constexpr std::size_t kMostNames = 100;
constexpr std::size_t kLongestName = 4096;

Json json_of_value(const Value& value) {
  return std::visit(
      [](const auto& content) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(content)>, std::monostate>) {
          return nullptr;
        } else {
          return content;
        }
      },
      value);
}

std::string line_of(const site::Record& record) {
  Json::List columns{record.table};
  for (const Value& value : record.columns) columns.push_back(json_of_value(value));
  return to_text(columns) + "\n";
}

Value value_of(const Json& json) {
  if (json.is_null()) return {};
  if (const std::int64_t* number = json.integer()) return *number;
  if (const std::string* text = json.text()) return *text;
  throw Error(ErrorCode::corrupt, "a record of the backup holds what no record holds");
}

site::Record record_of(std::string_view line) {
  const Json json = parse_json(line, "a record of the backup", {.bytes = line.size()});
  const Json::List* columns = json.list();
  if (columns == nullptr || columns->empty() || columns->front().text() == nullptr) {
    throw Error(ErrorCode::corrupt, "a record of the backup is none");
  }
  site::Record record{.table = *columns->front().text()};
  for (std::size_t i = 1; i < columns->size(); ++i) record.columns.push_back(value_of((*columns)[i]));
  return record;
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) throw Error(ErrorCode::corrupt, "the backup ends in the middle of a line");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

std::string head_line(const std::string& path, const SiteConfiguration& configuration, const Secret& key,
                      std::int64_t version) {
  return to_text(Json::Object{{"folder", path},
                              {"hosts", json_of(configuration.names.hosts)},
                              {"addresses", json_of(configuration.names.addresses)},
                              {"database", configuration.database},
                              {"key", to_base64(key.view())},
                              {"version", version}}) +
         "\n";
}

}  // namespace

Bytes make_backup(const std::string& path, const std::optional<std::string>& database, FileTree& files,
                  Random& random) {
  const std::unique_ptr<Folder> folder = files.open(path);
  SiteConfiguration configuration = read_configuration(*folder, path);
  configuration.database = database.value_or(configuration.database);
  const Secret key = read_site_key(*folder);
  site::RecordsHead head;
  std::string content;
  site::read_records(
      *open_database_in(*folder, path, configuration.database),
      [&](const site::RecordsHead& found) {
        head = found;
        content = head_line(path, configuration, key, found.version);
      },
      [&](const site::Record& record) { content += line_of(record); });
  Bytes sealed = seal_backup(head.recovery_key, as_bytes(content), random);
  wipe(content);
  return sealed;
}

SiteBackup read_backup(ByteView file, const Secret& recovery_secret) {
  SiteBackup backup;
  backup.content = open_backup(recovery_secret, file);
  std::string_view rest = as_text(backup.content.view());
  const Json head = parse_json(take_line(rest), "the head of the backup");
  JsonFields fields(head, "backup");
  backup.configuration = {.names = {.hosts = fields.texts("hosts", kMostNames, kLongestName),
                                    .addresses = fields.texts("addresses", kMostNames, kLongestName)},
                          .database = fields.text("database", kLongestName)};
  backup.folder = fields.text("folder", kLongestName);
  backup.version = fields.integer("version", 1, INT32_MAX);
  std::optional<Secret> key = from_base64(fields.text("key", kLongestName));
  if (!key) throw Error(ErrorCode::corrupt, "the key of the site in the backup is none");
  backup.key = std::move(*key);
  backup.records = backup.content.size() - rest.size();
  site::check_records_version(backup.version);
  return backup;
}

void write_backed_up_records(const SiteBackup& backup, const std::string& path, Database& database) {
  const auto each = [&](const site::RecordSink& record) {
    std::string_view rest = as_text(backup.content.view()).substr(backup.records);
    while (!rest.empty()) record(record_of(take_line(rest)));
  };
  site::write_records(database, {.version = backup.version,
                                 .each = each,
                                 .old_folder = backup.folder + "/" + kSiteStates,
                                 .new_folder = path + "/" + kSiteStates});
}

}  // namespace rehome::server
