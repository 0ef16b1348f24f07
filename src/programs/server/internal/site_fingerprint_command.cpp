// SPDX-License-Identifier: Apache-2.0
// `rehome site fingerprint DIR`: of the authority that the server shows to who meets it for the first time.
#include <memory>

#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/server/internal/declarations.h"
#include "programs/server/internal/site_configuration.h"

namespace rehome::server {
namespace {

cli::ExitCode show_fingerprint(const std::string& folder, cli::Context& context) {
  const auto host = cli::open_machine("/");
  const std::string fingerprint = shown_authority_fingerprint(*host->files().open(cli::absolute_path(folder)));
  if (context.options.json) {
    cli::print_json(Json::Object{{"fingerprint", fingerprint}}, context);
  } else {
    context.surroundings.out << fingerprint << "\n";
  }
  return cli::ExitCode::success;
}

}  // namespace

void declare_site_fingerprint(cli::Arguments& arguments) {
  const auto folder = std::make_shared<std::string>();
  arguments.required("DIR", *folder, "The site's folder; it may be served meanwhile");
  arguments.run([folder](cli::Context& context) { return show_fingerprint(*folder, context); });
}

}  // namespace rehome::server
