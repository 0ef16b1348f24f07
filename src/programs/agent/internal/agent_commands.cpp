// SPDX-License-Identifier: Apache-2.0
// `rehome agent …`: this computer as a member of a site.
#include <fmt/format.h>
#include <memory>

#include "base/codec/certificate.h"
#include "base/core/error.h"
#include "base/machine/linux/sessions.h"
#include "model/outcome.h"
#include "programs/agent/agent_loop.h"
#include "programs/agent/identity.h"
#include "programs/agent/internal/declarations.h"
#include "programs/agent/internal/step_command.h"
#include "programs/agent/site_access.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/site_client/agent_calls.h"

namespace rehome::agent {

namespace {

using cli::Arguments;
using cli::Context;
using cli::ExitCode;

struct EnrolLine {
  std::string folder = kDefaultFolder;
  std::string url, token_file, fingerprint, name, from;
  bool network_access = false, replace = false;
};

struct RunLine {
  std::string folder = kDefaultFolder;
  std::string window, proxy, bandwidth;
  bool require_logged_out = false, once = false;
};

struct ReturnTokenLine {
  std::string folder = kDefaultFolder;
  std::string file;
};

void check_enrol_line(const EnrolLine& line) {
  const bool is_copy = !line.from.empty();
  if (is_copy != line.url.empty() || is_copy != line.fingerprint.empty() ||
      (is_copy || line.network_access) != line.token_file.empty()) {
    throw Error(
        ErrorCode::invalid_argument,
        "give URL, --token-file and --fingerprint; or URL, --fingerprint and --network-access; or --from alone");
  }
}

Identity new_identity(const EnrolLine& line, const Settings& settings) {
  if (!line.from.empty()) {
    AgentFolder before = AgentFolder::open(line.from);
    return require_identity(before);
  }
  const std::string fingerprint = plain_fingerprint(line.fingerprint);
  if (line.network_access) return trust_site(line.url, fingerprint, client_options(settings));
  const Secret token = cli::read_secret_line(line.token_file);
  return enrol({.site = line.url, .fingerprint = fingerprint, .token = token, .name = line.name},
               client_options(settings));
}

/// The site must take the certificate before anybody relies on it.
void say_first_hello(const StepEnvironment& environment, const Identity& identity) {
  transport::HttpClient client(site_options(environment, ""));
  site_client::say_hello(client,
                         {.name = name_of(identity), .agent_version = REHOME_VERSION, .logged_in = logged_in_users()});
}

Json to_json(const Identity& identity) {
  Json::Object document = {{"site", identity.site}, {"site_code", identity.site_code}, {"computer", identity.computer}};
  if (!identity.certificate.empty()) {
    const CertificateInfo info = inspect_certificate(identity.certificate);
    document.push_back({"certificate", info.fingerprint});
    document.push_back({"certificate_expires", to_iso8601(info.expires)});
  }
  return document;
}

void print(const Identity& identity, std::ostream& out) {
  out << fmt::format("site {} at {}\n", printable(identity.site_code), printable(identity.site));
  if (identity.computer.empty()) {
    out << "this computer is not enrolled there; it may use a network access token\n";
    return;
  }
  out << fmt::format("this computer is {}, certified until {}\n", identity.computer,
                     to_iso8601(inspect_certificate(identity.certificate).expires));
}

ExitCode run_enrol(const EnrolLine& line, Context& context) {
  check_enrol_line(line);
  AgentFolder folder = AgentFolder::open_or_make(line.folder);
  const std::unique_ptr<FolderLock> agent_lock = folder.lock_as_agent(), lock = folder.lock();
  if (!line.replace && load_identity(folder)) {
    throw Error(ErrorCode::already_exists, fmt::format("{} holds an identity already; --replace puts a new one in its "
                                                       "place",
                                                       printable(folder.path())));
  }
  const Settings settings = load_settings(folder);
  AgentLog log(folder, context.surroundings.clock, nullptr);
  const Identity identity = new_identity(line, settings);
  save_identity(folder, identity);
  if (!identity.computer.empty()) {
    say_first_hello({.folder = folder, .settings = settings, .log = log, .context = context}, identity);
  }
  log.say(fmt::format("enrolled at {} as {}", printable(identity.site), identity.computer));
  if (context.options.json) {
    cli::print_json(to_json(identity), context);
  } else if (!context.options.quiet) {
    print(identity, context.surroundings.out);
  }
  return ExitCode::success;
}

std::uint64_t parse_bandwidth(const std::string& text) {
  constexpr std::size_t kMostDigits = 12;
  if (!text.empty() && text.size() <= kMostDigits && text.find_first_not_of("0123456789") == std::string::npos) {
    return std::stoull(text);
  }
  throw Error(ErrorCode::invalid_argument, "--bandwidth is a number of bytes per second, not " + printable(text));
}

ExitCode run_as_agent(const RunLine& line, Context& context) {
  AgentFolder folder = AgentFolder::open(line.folder);
  const std::unique_ptr<FolderLock> lock = folder.lock_as_agent();
  Settings settings = load_settings(folder);
  if (!line.window.empty()) settings.window = parse_window(line.window);
  if (!line.proxy.empty()) settings.proxy = parse_proxy(line.proxy);
  if (!line.bandwidth.empty()) settings.bytes_per_second = parse_bandwidth(line.bandwidth);
  if (line.require_logged_out) settings.require_logged_out = true;
  platform::lower_priority(settings.nice, settings.io_priority);
  AgentLog log(folder, context.surroundings.clock, context.options.quiet ? nullptr : &context.surroundings.err);
  log.say(fmt::format("the agent starts: rehome {}", REHOME_VERSION));
  run_agent({.folder = folder, .settings = settings, .log = log, .context = context}, line.once);
  return ExitCode::success;
}

ExitCode show_status(const std::string& folder_path, Context& context) {
  AgentFolder folder = AgentFolder::open(folder_path);
  const std::optional<Identity> identity = load_identity(folder);
  const std::optional<StepState> state = load_step_state(folder);
  if (context.options.json) {
    cli::print_json(
        Json::Object{{"identity", identity ? to_json(*identity) : Json()}, {"step", state ? to_json(*state) : Json()}},
        context);
    return ExitCode::success;
  }
  std::ostream& out = context.surroundings.out;
  if (identity) {
    print(*identity, out);
  } else {
    out << "this computer is not enrolled\n";
  }
  if (!state) {
    out << "no step is under way\n";
    return ExitCode::success;
  }
  out << fmt::format("{} {}: {}{}\n", site_client::name_of(state->purpose),
                     state->is_on_smp() ? state->store : printable(state->store_path), name_of(state->outcome),
                     state->message.empty() ? "" : ", " + state->message);
  return ExitCode::success;
}

ExitCode fetch_return_token(const ReturnTokenLine& line, Context& context) {
  return run_step(line.folder, context, [&](const StepEnvironment& environment) {
    transport::HttpClient client(site_options(environment, ""));
    const site_client::ReturnToken token = site_client::request_return_token(client);
    cli::write_secret_file(line.file, token.token.view());
    environment.log.say(
        fmt::format("a return token, good for {} s, is in {}", token.lasts.count(), printable(line.file)));
    return ExitCode::success;
  });
}

}  // namespace

void declare_enrol(Arguments& arguments) {
  const auto line = std::make_shared<EnrolLine>();
  declare_folder(arguments, line->folder);
  arguments.option("--token-file", "FILE", line->token_file,
                   "One-time token of the site, or a return token (mode 0600)");
  arguments.option("--fingerprint", "HEX", line->fingerprint,
                   "SHA-256 of the certificate of the site's authority: nobody else is trusted");
  arguments.option("--name", "NAME", line->name, "Of this computer; its host name without it");
  arguments.option("--from", "DIR", line->from,
                   "Take over the identity in this agent's folder, which survived a refresh");
  arguments.flag("--network-access", line->network_access,
                 "Only learn whom to trust: this computer will use network access tokens");
  arguments.flag("--replace", line->replace, "Put the new identity in the place of one that is there");
  arguments.option("URL", "URL", line->url, "Address of the site: https://site.example.org:8443");
  arguments.run([line](Context& context) { return run_enrol(*line, context); });
}

void declare_run(Arguments& arguments) {
  const auto line = std::make_shared<RunLine>();
  declare_folder(arguments, line->folder);
  arguments.option("--window", "HH:MM-HH:MM", line->window, "Begin work only in this part of the day");
  arguments.option("--bandwidth", "BYTES", line->bandwidth, "Send and receive at most so many bytes per second");
  arguments.option("--proxy", "URL", line->proxy, "none, environment, or the address of a proxy");
  arguments.flag("--require-logged-out", line->require_logged_out, "Do no work while users are logged in");
  arguments.flag("--once", line->once, "Ask and work once, then end");
  arguments.run([line](Context& context) { return run_as_agent(*line, context); });
}

void declare_status(Arguments& arguments) {
  const auto folder = std::make_shared<std::string>(kDefaultFolder);
  declare_folder(arguments, *folder);
  arguments.run([folder](Context& context) { return show_status(*folder, context); });
}

void declare_return_token(Arguments& arguments) {
  const auto line = std::make_shared<ReturnTokenLine>();
  declare_folder(arguments, line->folder);
  arguments.required("FILE", line->file, "Where the token goes");
  arguments.run([line](Context& context) { return fetch_return_token(*line, context); });
}

}  // namespace rehome::agent
