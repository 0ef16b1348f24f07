// SPDX-License-Identifier: Apache-2.0
// `rehome recovery show ASSOCIATION`: where a captured state lies and what opens it, from the site that keeps it. The
// key goes into a file, or onto the terminal of who insists.
#include <fmt/format.h>
#include <memory>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/cli/internal/declarations.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/migration/site_login.h"
#include "programs/site_client/site_call.h"
#include "programs/site_client/site_key.h"

namespace rehome::cli {

namespace {

struct CommandLine {
  std::string association, why, key_file;
  SiteLogin login;
  bool show_key = false;
};

void print(const std::string& site, const site_client::RecoveryInformation& information, Context& context) {
  const std::string address = site + "/api/v1/vaults/" + information.vault;
  if (context.options.json) {
    print_json(Json::Object{{"store", information.store},
                            {"vault", information.vault},
                            {"capture", printable(information.capture)},
                            {"smp", printable(information.smp)},
                            {"folder", printable(information.folder)},
                            {"address", address}},
               context);
    return;
  }
  context.surroundings.out << fmt::format("store    {} with vault {}\nlies on  {} in {}\naddress  {}\n",
                                          information.store, information.vault, printable(information.smp),
                                          printable(information.folder), address);
}

ExitCode show(const CommandLine& line, Context& context) {
  if (!site_client::is_path_part(line.association)) {
    throw Error(ErrorCode::invalid_argument,
                "an association is named SOURCE:DESTINATION, or by its id, not " + printable(line.association));
  }
  transport::HttpClient client(site_login_options(line.login, context));
  const site_client::RecoveryInformation information =
      site_client::recovery_information(client, line.association, line.why);
  const Secret text = site_client::text_of_site_keys(information.vault, information.keys);
  if (!line.key_file.empty()) write_secret_file(line.key_file, text.view());
  print(client.base_url(), information, context);
  if (line.show_key) context.surroundings.out << as_text(text.view());
  return ExitCode::success;
}

}  // namespace

void declare_recovery_show(Arguments& arguments) {
  const auto line = std::make_shared<CommandLine>();
  declare_site(arguments, line->login);
  arguments.option("--why", "TEXT", line->why, "The reason, for the site's audit log");
  arguments.option("--key-to", "FILE", line->key_file, "Write the key into this new file: --site-key-file of restore");
  arguments.flag("--show-key", line->show_key, "Print the key");
  arguments.required("ASSOCIATION", line->association, "The computer association: SOURCE:DESTINATION, or its id");
  arguments.run([line](Context& context) { return show(*line, context); });
}

}  // namespace rehome::cli
