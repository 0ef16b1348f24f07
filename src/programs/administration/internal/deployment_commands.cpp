// SPDX-License-Identifier: Apache-2.0
// `rehome site deployments`, `site deployment …`: what is deployed and how it goes. Deploying is deploy_command.cpp.
#include <array>
#include <fmt/format.h>
#include <memory>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/administration/internal/api_command.h"
#include "programs/administration/internal/declarations.h"
#include "programs/administration/internal/deployment_view.h"
#include "programs/administration/internal/site.h"

namespace rehome::administration {

namespace {

using transport::HttpMethod;

constexpr std::array kListColumns = {
    Column{"ID", "id"},           Column{"SEQUENCE", "name"},   Column{"UNTIL", "until"},
    Column{"WAITING", "waiting"}, Column{"RUNNING", "running"}, Column{"SUCCEEDED", "succeeded"},
    Column{"FAILED", "failed"},   Column{"REFUSED", "refused"}, Column{"CANCELLED", "cancelled"},
    Column{"EXPIRED", "expired"}, Column{"SIGNED BY", "signer"}};
constexpr ApiCommand kList{HttpMethod::get, "/api/v1/deployments", {}, Answer::list, kListColumns};

struct CommandLine {
  cli::SiteLogin login;
  std::string deployment, computer;
};

void check_id(const std::string& text) {
  if (site_client::is_vault_id(text)) return;
  throw Error(ErrorCode::invalid_argument, printable(text) + " is no id of a deployment: `rehome site deployments`");
}

cli::ExitCode show(const CommandLine& line, cli::Context& context) {
  check_id(line.deployment);
  site_client::SiteCall call{.method = HttpMethod::get, .path = "/api/v1/deployments/" + line.deployment};
  if (!line.computer.empty()) {
    if (!site_client::is_path_part(line.computer)) {
      throw Error(ErrorCode::invalid_argument, printable(line.computer) + " is neither an id nor a name");
    }
    call.path += "/computers/" + line.computer;
  }
  const Json answer = Site(line.login, context).ask(call);
  if (line.computer.empty()) {
    show_deployment(answer, context);
  } else {
    show_deployment_on_computer(answer, context);
  }
  return cli::ExitCode::success;
}

cli::ExitCode cancel(const CommandLine& line, cli::Context& context) {
  check_id(line.deployment);
  site_client::SiteCall call{.method = HttpMethod::remove, .path = "/api/v1/deployments/" + line.deployment};
  if (!line.computer.empty()) call.query.emplace_back("computer", line.computer);
  show_deployment(Site(line.login, context).ask(call), context);
  return cli::ExitCode::success;
}

void declare(cli::Arguments& arguments, const char* of_computer,
             cli::ExitCode (*run)(const CommandLine&, cli::Context&)) {
  const auto line = std::make_shared<CommandLine>();
  arguments.required("DEPLOYMENT", line->deployment, "Its id");
  arguments.option("--computer", "COMPUTER", line->computer, of_computer);
  cli::declare_site(arguments, line->login);
  arguments.run([line, run](cli::Context& context) { return run(*line, context); });
}

}  // namespace

void declare_deployment_list(cli::Arguments& arguments) { declare_api_command(kList, arguments); }
void declare_deployment_show(cli::Arguments& arguments) {
  declare(arguments, "Its steps and its log on this computer, by name or id", show);
}
void declare_deployment_cancel(cli::Arguments& arguments) {
  declare(arguments, "Only on this computer, by name or id", cancel);
}

}  // namespace rehome::administration
