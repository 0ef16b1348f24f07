// SPDX-License-Identifier: Apache-2.0
// `rehome site show` and `site set`: what holds for the whole site.
#include <array>

#include "programs/administration/internal/api_command.h"
#include "programs/administration/internal/declarations.h"

namespace rehome::administration {

namespace {

using transport::HttpMethod;

constexpr ApiCommand kShow{HttpMethod::get, "/api/v1/site", {}, Answer::record};

constexpr std::array kSetInputs = {
    Input{"--network-access", "true|false", "network_access", Kind::truth, "Whether network access tokens are taken"},
    Input{"--retry-count", "N", "retry_count", Kind::number, "How often a computer asks again for a store, 0 to 30"},
    Input{"--retry-delay", "TIME", "retry_delay_seconds", Kind::seconds, "Between two, up to 10m"},
    Input{"--heartbeat", "TIME", "heartbeat_seconds", Kind::seconds, "How often a computer at work says so"},
    Input{"--lease", "TIME", "lease_seconds", Kind::seconds,
          "How long a computer is not heard of before its lease ends"},
    Input{"--keep-abandoned", "TIME", "keep_abandoned_seconds", Kind::seconds, "How long unfinished captures stay"},
    Input{"--keep-deleted", "TIME", "keep_deleted_seconds", Kind::seconds,
          "How long deleted associations can come back"}};
constexpr ApiCommand kSet{HttpMethod::patch, "/api/v1/site", kSetInputs, Answer::record};

}  // namespace

void declare_site_show(cli::Arguments& arguments) { declare_api_command(kShow, arguments); }
void declare_site_set(cli::Arguments& arguments) { declare_api_command(kSet, arguments); }

}  // namespace rehome::administration
