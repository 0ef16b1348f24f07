// SPDX-License-Identifier: Apache-2.0
// `rehome site events`: what happens at a site, as it happens.
#include <algorithm>
#include <chrono>
#include <memory>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/administration/internal/declarations.h"
#include "programs/administration/internal/event_follower.h"
#include "programs/administration/internal/event_line.h"
#include "programs/administration/internal/site.h"
#include "programs/administration/internal/values.h"

namespace rehome::administration {

namespace {

using Moment = std::chrono::steady_clock::time_point;

struct CommandLine {
  cli::SiteLogin login;
  std::string computer, how_long;
  bool seen = false;
};

/// When to end by itself.
Moment end_of(const CommandLine& line) {
  if (line.how_long.empty()) return Moment::max();
  constexpr std::int64_t kLongest = std::int64_t{366} * 86400;
  const std::int64_t seconds = *value_of(Kind::seconds, line.how_long, "--for").integer();
  return std::chrono::steady_clock::now() + std::chrono::seconds(std::min(seconds, kLongest));
}

std::string id_of_computer(const CommandLine& line, const cli::Context& context) {
  if (line.computer.empty()) return "";
  if (!site_client::is_path_part(line.computer)) {
    throw Error(ErrorCode::invalid_argument, printable(line.computer) + " is neither an id nor a name");
  }
  const Json found = Site(line.login, context)
                         .ask({.method = transport::HttpMethod::get, .path = "/api/v1/computers/" + line.computer});
  const Json* id = found.find("id");
  if (id == nullptr || id->text() == nullptr)
    throw Error(ErrorCode::corrupt, "the site gives a computer without an id");
  return *id->text();
}

cli::ExitCode follow(const CommandLine& line, cli::Context& context) {
  const Moment end = end_of(line);
  const std::string computer = id_of_computer(line, context);
  cli::Surroundings& surroundings = context.surroundings;
  EventFollowing following{.site = site_login_options(line.login, context), .take = {}, .say = {}};
  // Also where nobody reads the lines any more.
  following.site.stop = [&surroundings, end] {
    return surroundings.interrupted() || !surroundings.out || std::chrono::steady_clock::now() >= end;
  };
  following.take = [&](const site_client::Event& event) {
    if (event.name == "seen" && !line.seen) return;
    const Json data = data_of(event);
    if (!computer.empty() && event.name != "missed" && !is_about(data, computer)) return;
    surroundings.out << (context.options.json ? line_of_json(event, data)
                                              : line_for_people(event, data, surroundings.clock.now()))
                     << "\n"
                     << std::flush;
  };
  following.say = [&](const std::string& text) {
    if (!context.options.quiet) surroundings.err << printable(text) << "\n" << std::flush;
  };
  follow_events(std::move(following));
  return cli::ExitCode::success;
}

}  // namespace

void declare_site_events(cli::Arguments& arguments) {
  const auto line = std::make_shared<CommandLine>();
  arguments.option("--computer", "NAME", line->computer, "Only what is about this computer: its name or id");
  arguments.flag("--seen", line->seen, "Also each time that an agent says hello");
  arguments.option("--for", "TIME", line->how_long, "End after 30s, 10m, 12h; without it at Ctrl-C, which is success");
  cli::declare_site(arguments, line->login);
  arguments.run([line](cli::Context& context) { return follow(*line, context); });
}

}  // namespace rehome::administration
