// SPDX-License-Identifier: Apache-2.0
// `rehome site add-smp`: gives a server the role of a state migration point (S27: a new server, S28: one that is
// known).
#include <memory>

#include "base/core/error.h"
#include "programs/administration/internal/declarations.h"
#include "programs/administration/internal/show.h"
#include "programs/administration/internal/site.h"

namespace rehome::administration {

namespace {

struct CommandLine {
  cli::SiteLogin login;
  std::string server, new_server, folder;
};

Json add_point(Site& site, const CommandLine& line) {
  const bool is_new = !line.new_server.empty();
  const std::string& server = is_new ? line.new_server : line.server;
  Json::Object body{{"new_server", is_new}};
  if (!server.empty()) body.push_back({"server", server});
  return site.ask({.path = "/api/v1/smps", .body = std::move(body)});
}

cli::ExitCode add(const CommandLine& line, cli::Context& context) {
  if (!line.server.empty() && !line.new_server.empty()) {
    throw Error(ErrorCode::invalid_argument, "a server is known or new: give --server or --new-server");
  }
  Site site(line.login, context);
  Json point = add_point(site, line);
  if (!line.folder.empty()) {
    const std::string path = "/api/v1/smps/" + *point.find("id")->text();
    site.ask({.path = path + "/folders", .body = Json::Object{{"path", line.folder}}});
    point = site.ask({.method = transport::HttpMethod::get, .path = path});
  }
  show_record(point, context);
  return cli::ExitCode::success;
}

}  // namespace

void declare_add_smp(cli::Arguments& arguments) {
  const auto line = std::make_shared<CommandLine>();
  arguments.option("--server", "HOST", line->server, "A server that the site knows; without it the only one");
  arguments.option("--new-server", "HOST", line->new_server, "A server that the site does not know yet");
  arguments.option("--folder", "PATH", line->folder, "Its first folder for user state");
  cli::declare_site(arguments, line->login);
  arguments.run([line](cli::Context& context) { return add(*line, context); });
}

}  // namespace rehome::administration
