// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/site_session.h"

#include <cstdlib>
#include <filesystem>

#include "base/codec/certificate.h"
#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/host.h"

namespace rehome::cli {

namespace {

constexpr std::size_t kLongestText = 4096;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

SiteSession parse_session(const Secret& text, const std::string& path) {
  const Json document = parse_json(as_text(text.view()), printable(path));
  JsonFields fields(document, "session");
  SiteSession session{.url = fields.text("url", kLongestText),
                      .authorities = fields.text("authorities", kLargestPem),
                      .user = fields.text("user", kLongestText),
                      .token = {}};
  std::string token = fields.text("token", kLongestText);
  session.token = Secret(as_bytes(token));
  wipe(token);
  return session;
}

}  // namespace

std::string default_session_file() {
  std::string folder = variable("XDG_CONFIG_HOME");
  if (folder.empty() && !variable("HOME").empty()) folder = variable("HOME") + "/.config";
  if (folder.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "there is no home folder to keep the session in: name a file with --session");
  }
  return folder + "/rehome/session.json";
}

SiteSession load_session(const std::string& path) {
  try {
    return parse_session(read_secret_file(path), path);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    throw Error(ErrorCode::not_found, "nobody is logged in (there is no session in " + printable(path) +
                                          "): `rehome site login URL`, or give --url and --token-file");
  }
}

void save_session(const std::string& path, const SiteSession& session) {
  const std::filesystem::path file = absolute_path(path);
  std::filesystem::create_directories(file.parent_path());
  std::string text = to_text(Json::Object{{"url", session.url},
                                          {"authorities", session.authorities},
                                          {"user", session.user},
                                          {"token", as_text(session.token.view())}},
                             {.indent = 2});
  const auto host = open_machine("/");
  const auto folder = host->files().open_for_writing(file.parent_path().string());
  const auto written = folder->create_file(file.filename().string());  // for its owner alone
  written->write_at(0, as_bytes(text));
  wipe(text);
  written->sync();
  written->commit_replacing();
}

void remove_session(const std::string& path) { std::filesystem::remove(absolute_path(path)); }

}  // namespace rehome::cli
