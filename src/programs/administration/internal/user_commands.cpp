// SPDX-License-Identifier: Apache-2.0
// `rehome site user …`: people who may use the site.
#include <array>
#include <memory>

#include "model/outcome.h"
#include "programs/administration/internal/api_command.h"
#include "programs/administration/internal/declarations.h"
#include "programs/administration/internal/password.h"
#include "programs/administration/internal/site.h"

namespace rehome::administration {

namespace {

using transport::HttpMethod;

constexpr std::array kColumns = {Column{"USER", "user"}, Column{"ROLE", "role"}, Column{"RECOVERY", "may_recover"}};

constexpr ApiCommand kList{HttpMethod::get, "/api/v1/users", {}, Answer::list, kColumns};

constexpr std::array kRemoveInputs = {Input{"USER", "", nullptr, Kind::text, "Name of the user"}};
constexpr ApiCommand kRemove{HttpMethod::remove,
                             "/api/v1/users/{}",
                             kRemoveInputs,
                             Answer::done,
                             {},
                             "the user is removed; sessions and tokens have ended"};

struct CommandLine {
  cli::SiteLogin login;
  std::string user, role = "viewer", password_file;
  bool may_recover = false;
};

Secret ask_password(const CommandLine& line, cli::Context& context) {
  return new_password(line.password_file, "New password of " + printable(line.user) + ": ", context.surroundings);
}

cli::ExitCode add(const CommandLine& line, cli::Context& context) {
  Site site(line.login, context);
  const Secret password = ask_password(line, context);
  show_record(site.ask({.path = "/api/v1/users",
                        .body = Json::Object{{"user", line.user},
                                             {"role", line.role},
                                             {"may_recover", line.may_recover},
                                             {"password", as_text(password.view())}}}),
              context);
  return cli::ExitCode::success;
}

cli::ExitCode change_password(const CommandLine& line, cli::Context& context) {
  Site site(line.login, context);
  const Secret password = ask_password(line, context);
  site.ask({.path = "/api/v1/users/" + line.user + "/password",
            .body = Json::Object{{"password", as_text(password.view())}}});
  show_done("the password is changed; the sessions of the user have ended", Json(), context);
  return cli::ExitCode::success;
}

void declare_password(cli::Arguments& arguments, CommandLine& line) {
  arguments.required("USER", line.user, "Name of the user");
  arguments.option("--password-file", "FILE", line.password_file,
                   "File whose first line is the password (mode 0600); asked for without it");
  cli::declare_site(arguments, line.login);
}

}  // namespace

void declare_user_list(cli::Arguments& arguments) { declare_api_command(kList, arguments); }
void declare_user_remove(cli::Arguments& arguments) { declare_api_command(kRemove, arguments); }

void declare_user_add(cli::Arguments& arguments) {
  const auto line = std::make_shared<CommandLine>();
  arguments.option("--role", "ROLE", line->role, "viewer, operator or administrator; viewer without it");
  arguments.flag("--may-recover", line->may_recover, "May see recovery information");
  declare_password(arguments, *line);
  arguments.run([line](cli::Context& context) { return add(*line, context); });
}

void declare_user_password(cli::Arguments& arguments) {
  const auto line = std::make_shared<CommandLine>();
  declare_password(arguments, *line);
  arguments.run([line](cli::Context& context) { return change_password(*line, context); });
}

}  // namespace rehome::administration
