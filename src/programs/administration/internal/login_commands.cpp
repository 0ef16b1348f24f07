// SPDX-License-Identifier: Apache-2.0
// `rehome site login` and `site logout`.
#include <fmt/format.h>
#include <memory>

#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/administration/internal/declarations.h"
#include "programs/administration/internal/password.h"
#include "programs/administration/internal/show.h"
#include "programs/administration/internal/site.h"
#include "programs/migration/site_session.h"

namespace rehome::administration {

namespace {

constexpr std::size_t kLongestToken = 1024;
constexpr std::int64_t kLongestSession = std::int64_t{366} * 86400;

struct LoginLine {
  cli::SiteLogin site;
  std::string user = "admin", password_file;
};

/// What of the answer is no secret.
Json without_token(const Json& answer) {
  Json::Object rest = *answer.object();
  std::erase_if(rest, [](const JsonMember& member) { return member.name == "token"; });
  return rest;
}

cli::ExitCode log_in(const LoginLine& line, cli::Context& context) {
  transport::HttpClientOptions options = trusting_options(line.site, context);
  cli::SiteSession session{.url = {}, .authorities = options.ca_bundle, .user = line.user, .token = {}};
  transport::HttpClient client(std::move(options));
  session.url = client.base_url();
  const Secret typed = password(line.password_file, "Password of " + printable(line.user) + ": ", context.surroundings);
  const Json answer = site_client::ask(
      client,
      {.path = "/api/v1/login", .body = Json::Object{{"user", line.user}, {"password", as_text(typed.view())}}});
  JsonFields fields(answer, "answer");
  std::string token = fields.text("token", kLongestToken);
  session.token = Secret(as_bytes(token));
  wipe(token);
  cli::save_session(session_file(line.site), session);
  show_done(fmt::format("logged in to {} as {} for {} hours", printable(session.url), printable(line.user),
                        fields.integer("expires_seconds", 0, kLongestSession) / 3600),
            without_token(answer), context);
  return cli::ExitCode::success;
}

/// The file goes also where the site cannot be reached: the session then ends by itself.
cli::ExitCode log_out(const cli::SiteLogin& login, cli::Context& context) {
  Site site(login, context);
  cli::remove_session(session_file(login));
  site.ask({.path = "/api/v1/logout"});
  show_done("logged out", Json(), context);
  return cli::ExitCode::success;
}

}  // namespace

void declare_login(cli::Arguments& arguments) {
  const auto line = std::make_shared<LoginLine>();
  arguments.required("URL", line->site.url, "Address of the site: https://site.example.org:8443");
  arguments.option("--fingerprint", "HEX", line->site.fingerprint,
                   "SHA-256 of the certificate of the site's authority, as `site init` shows it");
  arguments.option("--ca-file", "FILE", line->site.ca_file, "Certificate of the authority, instead of its fingerprint");
  arguments.option("--user", "NAME", line->user, "Who logs in; admin without it");
  arguments.option("--password-file", "FILE", line->password_file,
                   "File whose first line is the password (mode 0600); asked for without it");
  arguments.option("--session", "FILE", line->site.session_file,
                   "Where to keep the session; in your home folder without it");
  arguments.run([line](cli::Context& context) { return log_in(*line, context); });
}

void declare_logout(cli::Arguments& arguments) {
  const auto login = std::make_shared<cli::SiteLogin>();
  arguments.option("--session", "FILE", login->session_file, "Where the session is; in your home folder without it");
  arguments.run([login](cli::Context& context) { return log_out(*login, context); });
}

}  // namespace rehome::administration
