// SPDX-License-Identifier: Apache-2.0
// `rehome site backup DIR FILE` and `site restore FILE DIR`: a site's records and key, sealed to its recovery key.
#include <memory>

#include "base/core/error.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/migration/recovery_key_file.h"
#include "programs/server/internal/declarations.h"
#include "programs/server/site_folder.h"

namespace rehome::server {
namespace {

constexpr std::size_t kLargestBackup = std::size_t{8} << 30;

struct BackupOptions {
  std::string folder;
  std::string file;
  std::string database;
  std::string recovery_secret;

  std::optional<std::string> other_database() const {
    return database.empty() ? std::nullopt : std::optional(database);
  }
};

void show(const std::string& sentence, const Json& record, cli::Context& context) {
  if (context.options.json) return cli::print_json(record, context);
  if (!context.options.quiet) context.surroundings.out << sentence << "\n";
}

cli::ExitCode back_up(const BackupOptions& options, cli::Context& context) {
  const auto host = cli::open_machine("/");
  const Bytes backup = make_backup(cli::absolute_path(options.folder), options.other_database(), host->files(),
                                   context.surroundings.random);
  cli::write_secret_file(cli::absolute_path(options.file), backup);
  show("the site is backed up, without the stores; only the secret half of its recovery key opens " + options.file,
       Json::Object{{"file", options.file}, {"bytes", backup.size()}}, context);
  return cli::ExitCode::success;
}

cli::ExitCode restore(const BackupOptions& options, cli::Context& context) {
  if (options.recovery_secret.empty()) {
    throw Error(ErrorCode::wrong_key,
                "a backup opens with the secret half of the site's recovery key: "
                "--recovery-secret FILE");
  }
  const auto host = cli::open_machine("/");
  const SiteBackup backup =
      read_backup(as_bytes(cli::read_host_file(options.file, cli::Trust::secret_file, kLargestBackup)),
                  cli::read_recovery_secret_file(options.recovery_secret));
  SiteFolder::restore(
      cli::absolute_path(options.folder), backup, options.other_database(),
      {.files = host->files(), .clock = context.surroundings.clock, .random = context.surroundings.random});
  show("the site is restored: `rehome site serve " + options.folder + "`", Json::Object{{"folder", options.folder}},
       context);
  return cli::ExitCode::success;
}

void declare_database(BackupOptions& options, cli::Arguments& arguments) {
  arguments.option("--database", "ADDRESS", options.database, "Instead of the one that the site is set to");
}

}  // namespace

void declare_site_backup(cli::Arguments& arguments) {
  const auto options = std::make_shared<BackupOptions>();
  arguments.required("DIR", options->folder, "The site's folder; it may be served meanwhile");
  arguments.required("FILE", options->file, "The new file (mode 0600)");
  declare_database(*options, arguments);
  arguments.run([options](cli::Context& context) { return back_up(*options, context); });
}

void declare_site_restore(cli::Arguments& arguments) {
  const auto options = std::make_shared<BackupOptions>();
  arguments.required("FILE", options->file, "What `site backup` wrote");
  arguments.required("DIR", options->folder, "The site's folder, empty but for `states`, or one that is to be made");
  arguments.option("--recovery-secret", "FILE", options->recovery_secret,
                   "File with the secret half of the site's recovery key");
  declare_database(*options, arguments);
  arguments.run([options](cli::Context& context) { return restore(*options, context); });
}

}  // namespace rehome::server
