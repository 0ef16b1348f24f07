// SPDX-License-Identifier: Apache-2.0
// `rehome site serve DIR`: until it is told to end.
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <memory>
#include <thread>

#include "base/core/error.h"
#include "base/core/locked.h"
#include "programs/command/host.h"
#include "programs/server/internal/declarations.h"
#include "programs/server/site_folder.h"
#include "site/folder_marks.h"

namespace rehome::server {
namespace {

constexpr std::chrono::milliseconds kPoll{200};
constexpr std::chrono::seconds kPatience{20};

struct ServeOptions {
  std::string folder;
  std::string listen = "0.0.0.0:8443";
  std::string database;
};

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};

/// "0.0.0.0:8443", "[::]:8443"
Endpoint parse_endpoint(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  Endpoint endpoint;
  if (colon != std::string::npos) {
    endpoint.address = text.substr(0, colon);
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + colon + 1, end, endpoint.port);
    if (endpoint.address.starts_with('[') && endpoint.address.ends_with(']')) {
      endpoint.address = endpoint.address.substr(1, endpoint.address.size() - 2);
    }
    if (read.ec == std::errc() && read.ptr == end && !endpoint.address.empty()) return endpoint;
  }
  throw Error(ErrorCode::invalid_argument, "--listen takes an address and a port: 0.0.0.0:8443 or [::]:8443");
}

cli::ExitCode serve(const ServeOptions& options, cli::Context& context) {
  const Endpoint endpoint = parse_endpoint(options.listen);
  const auto host = cli::open_machine("/");
  cli::Surroundings& surroundings = context.surroundings;
  const auto database = options.database.empty() ? std::nullopt : std::optional(options.database);
  const auto folder =
      SiteFolder::open(cli::absolute_path(options.folder), database,
                       {.files = host->files(), .clock = surroundings.clock, .random = surroundings.random});
  Locked<std::ostream*> err(&surroundings.err);
  SiteServerOptions server_options;
  server_options.address = endpoint.address;
  server_options.port = endpoint.port;
  server_options.identity = [&](Renewal renewal) { return folder->identity(renewal); };
  const auto log = [&](std::string_view line) { **err.lock() << line << '\n' << std::flush; };
  server_options.log = log;
  const std::vector<std::string> problems = site::settle_folder_marks(folder->site());
  SiteServer server(folder->site(), folder->vaults(), std::move(server_options));
  log(fmt::format("serving site {} at port {}", folder->site().info().code, server.port()));
  for (const std::string& problem : problems) log(problem);
  while (!surroundings.interrupted()) std::this_thread::sleep_for(kPoll);
  server.stop(kPatience);
  return cli::ExitCode::success;
}

}  // namespace

void declare_site_serve(cli::Arguments& arguments) {
  const auto options = std::make_shared<ServeOptions>();
  arguments.required("DIR", options->folder, "The site's folder");
  arguments.option("--listen", "ADDRESS:PORT", options->listen, "Where to listen; 0.0.0.0:8443 unless told otherwise");
  arguments.option("--database", "ADDRESS", options->database, "Instead of the one that `site init` was given");
  arguments.run([options](cli::Context& context) { return serve(*options, context); });
}

}  // namespace rehome::server
