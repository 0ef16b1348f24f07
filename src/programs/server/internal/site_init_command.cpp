// SPDX-License-Identifier: Apache-2.0
// `rehome site init DIR`: a site with its authority, key, records, first folder for user state and first administrator.
#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "base/core/error.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/migration/recovery_key_file.h"
#include "programs/server/internal/declarations.h"
#include "programs/server/site_folder.h"

namespace rehome::server {
namespace {

struct InitOptions {
  std::string folder;
  std::string code;
  std::string parent;
  std::vector<std::string> names;
  std::string database;
  std::string user = "admin";
  std::string recovery_key;
  std::string new_recovery_key;
};

bool is_address(const std::string& name) {
  return name.find(':') != std::string::npos || name.find_first_not_of("0123456789.") == std::string::npos;
}

ServerNames server_names(std::vector<std::string> names) {
  if (names.empty()) names = {"localhost", "127.0.0.1"};
  ServerNames sorted;
  for (const std::string& name : names) (is_address(name) ? sorted.addresses : sorted.hosts).push_back(name);
  return sorted;
}

/// Files that this command made, gone again unless a site came of it: no store needs them, and the next try could not
/// make them.
class NewFiles {
 public:
  NewFiles() = default;
  ~NewFiles() {
    for (const std::string& path : paths_) cli::take_back_file(path);
  }
  NewFiles(const NewFiles&) = delete;
  NewFiles& operator=(const NewFiles&) = delete;
  void add(std::string path) { paths_.push_back(std::move(path)); }
  void keep() { paths_.clear(); }

 private:
  std::vector<std::string> paths_;
};

/// The secret half goes to the file, and nowhere else.
PublicKey recovery_key_for(const InitOptions& options, NewFiles& made) {
  if (options.recovery_key.empty() == options.new_recovery_key.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "a site needs a recovery key, which opens its stores when all else is lost: give the public half with "
                "--recovery-key FILE.pub, or have one made with --new-recovery-key FILE");
  }
  if (!options.recovery_key.empty()) return cli::read_public_key_file(options.recovery_key);
  const KeyPair pair = make_key_pair();
  const std::string secret = cli::absolute_path(options.new_recovery_key);
  cli::write_secret_file(secret, cli::text_of_recovery_secret(pair.secret_key).view());
  made.add(secret);
  cli::write_public_file(secret + ".pub", as_bytes(cli::text_of_public_key(pair.public_key)));
  made.add(secret + ".pub");
  return pair.public_key;
}

void show(const InitOptions& options, const FirstAccess& access, cli::Context& context) {
  if (context.options.json) {
    return cli::print_json(Json::Object{{"folder", options.folder},
                                        {"user", access.user},
                                        {"password", access.password},
                                        {"fingerprint", access.fingerprint}},
                           context);
  }
  context.surroundings.out << fmt::format(
      "site         {}\n"
      "user         {}\n"
      "password     {}   shown this once: change it after the first login\n"
      "fingerprint  {}   give it to every `rehome agent enrol`\n",
      options.folder, access.user, access.password, access.fingerprint);
  if (options.new_recovery_key.empty()) return;
  context.surroundings.out << fmt::format("recovery     {}   there is no other copy: keep it off this computer\n",
                                          options.new_recovery_key);
}

cli::ExitCode init(InitOptions& options, cli::Context& context) {
  options.folder = cli::absolute_path(options.folder);
  const auto host = cli::open_machine("/");
  NewFiles made;
  NewSiteFolder wanted;
  wanted.site.code = options.code;
  if (!options.parent.empty()) wanted.site.parent = options.parent;
  wanted.site.recovery_key = recovery_key_for(options, made);
  wanted.names = server_names(options.names);
  wanted.database = options.database;
  wanted.user = options.user;
  const SiteFolderParts parts{
      .files = host->files(), .clock = context.surroundings.clock, .random = context.surroundings.random};
  const FirstAccess access = SiteFolder::create(options.folder, wanted, parts);
  made.keep();
  show(options, access, context);
  return cli::ExitCode::success;
}

}  // namespace

void declare_site_init(cli::Arguments& arguments) {
  const auto options = std::make_shared<InitOptions>();
  arguments.required("DIR", options->folder, "An empty folder, or one that is to be made");
  arguments.option("--code", "CODE", options->code, "Site code: three letters or digits");
  arguments.option("--parent", "CODE", options->parent, "Site code of the parent site");
  arguments.option("--name", "NAME", options->names, "Host name or address under which the server is reached");
  arguments.option("--database", "ADDRESS", options->database, "postgresql://…; without it SQLite in the folder");
  arguments.option("--user", "NAME", options->user, "Name of the first administrator");
  arguments.option("--recovery-key", "FILE", options->recovery_key, "Public half of the site's recovery key");
  arguments.option("--new-recovery-key", "FILE", options->new_recovery_key,
                   "Make a recovery key; its secret half goes here");
  arguments.run([options](cli::Context& context) { return init(*options, context); });
}

}  // namespace rehome::server
