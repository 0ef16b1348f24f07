// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/internal/api_command.h"

#include <deque>
#include <memory>
#include <string_view>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/administration/internal/site.h"

namespace rehome::administration {

namespace {

/// An input with what was typed for it.
struct Given {
  const Input& input;
  std::string text{};
  std::vector<std::string> texts{};
  bool flag = false;

  bool is_given() const { return flag || !text.empty() || !texts.empty(); }
  Json value() const {
    if (input.kind == Kind::flag) return true;
    if (input.kind == Kind::texts) return Json::List(texts.begin(), texts.end());
    if (input.kind == Kind::variables) return variables_of(texts, input.name);
    return value_of(input.kind, text, input.name);
  }
};

struct CommandLine {
  cli::SiteLogin login;
  std::deque<Given> inputs;  // whose places in memory stay
  std::string token_file;
};

bool is_option(const Input& input) { return std::string_view(input.name).starts_with("--"); }

void declare_input(Given& given, cli::Arguments& arguments) {
  const Input& input = given.input;
  if (!is_option(input)) {
    if (input.kind == Kind::texts) return arguments.required(input.name, given.texts, input.help);
    return arguments.required(input.name, given.text, input.help);
  }
  if (input.kind == Kind::flag) return arguments.flag(input.name, given.flag, input.help);
  if (input.kind == Kind::texts || input.kind == Kind::variables)
    return arguments.option(input.name, input.value, given.texts, input.help);
  arguments.option(input.name, input.value, given.text, input.help);
}

void fill_path(std::string& path, Kind kind, const std::string& text) {
  const bool fits = kind == Kind::folder ? site_client::is_path_end(text) : site_client::is_path_part(text);
  if (!fits) {
    throw Error(ErrorCode::invalid_argument, printable(text) + " is neither an id nor a name");
  }
  path.replace(path.find("{}"), 2, text);
}

site_client::SiteCall call_of(const ApiCommand& command, const CommandLine& line) {
  site_client::SiteCall call{.method = command.method, .path = command.path};
  Json::Object body;
  for (const Given& given : line.inputs) {
    if (!given.is_given()) continue;
    if (given.input.field == nullptr) {
      fill_path(call.path, given.input.kind, given.text);
    } else if (given.input.field[0] == '?') {
      call.query.emplace_back(given.input.field + 1, given.input.kind == Kind::flag ? "true" : given.text);
    } else {
      body.push_back({given.input.field, given.value()});
    }
  }
  using transport::HttpMethod;
  if (command.method == HttpMethod::post || command.method == HttpMethod::patch) call.body = std::move(body);
  return call;
}

cli::ExitCode run(const ApiCommand& command, const CommandLine& line, cli::Context& context) {
  Site site(line.login, context);
  const site_client::SiteCall call = call_of(command, line);
  switch (command.answer) {
    case Answer::list:
      show_list(site.list(call), command.columns, context);
      break;
    case Answer::record:
      show_record(site.ask(call), context);
      break;
    case Answer::token:
      show_token(site.ask(call), line.token_file, context);
      break;
    case Answer::done:
      show_done(command.sentence, site.ask(call), context);
      break;
  }
  return cli::ExitCode::success;
}

}  // namespace

void declare_api_command(const ApiCommand& command, cli::Arguments& arguments) {
  const auto line = std::make_shared<CommandLine>();
  for (const Input& input : command.inputs) declare_input(line->inputs.emplace_back(Given{.input = input}), arguments);
  if (command.answer == Answer::token) {
    arguments.option("--to", "FILE", line->token_file, "Write the token into this new file instead (mode 0600)");
  }
  cli::declare_site(arguments, line->login);
  arguments.run([&command, line](cli::Context& context) { return run(command, *line, context); });
}

}  // namespace rehome::administration
