// SPDX-License-Identifier: Apache-2.0
// `rehome site show`, `set`, `audit` and `authority`: what holds for the whole site.
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

constexpr std::array kAuditColumns = {Column{"NUMBER", "number"}, Column{"TIME", "time"},       Column{"WHO", "who"},
                                      Column{"WHAT", "what"},     Column{"SUBJECT", "subject"}, Column{"WHY", "why"}};
constexpr ApiCommand kAudit{HttpMethod::get, "/api/v1/audit", {}, Answer::list, kAuditColumns};

constexpr std::array kAuthorityColumns = {Column{"NUMBER", "number"},       Column{"TRUSTED", "trusted"},
                                          Column{"SIGNS", "signs"},         Column{"EXPIRES", "expires"},
                                          Column{"COMPUTERS", "computers"}, Column{"FINGERPRINT", "fingerprint"}};
constexpr ApiCommand kListAuthorities{HttpMethod::get, "/api/v1/authorities", {}, Answer::list, kAuthorityColumns};
constexpr ApiCommand kNewAuthority{HttpMethod::post,
                                   "/api/v1/authorities",
                                   {},
                                   Answer::done,
                                   {},
                                   "there is a new authority; retire the ones before when all computers renewed"};
constexpr std::array kRetireInputs = {
    Input{"--force", "", "?force", Kind::flag, "Although computers have no certificate of the newest yet"}};
constexpr ApiCommand kRetireAuthorities{HttpMethod::remove, "/api/v1/authorities", kRetireInputs, Answer::record};

}  // namespace

void declare_site_show(cli::Arguments& arguments) { declare_api_command(kShow, arguments); }
void declare_site_audit(cli::Arguments& arguments) { declare_api_command(kAudit, arguments); }
void declare_authority_list(cli::Arguments& arguments) { declare_api_command(kListAuthorities, arguments); }
void declare_authority_new(cli::Arguments& arguments) { declare_api_command(kNewAuthority, arguments); }
void declare_authority_retire(cli::Arguments& arguments) { declare_api_command(kRetireAuthorities, arguments); }
void declare_site_set(cli::Arguments& arguments) { declare_api_command(kSet, arguments); }

}  // namespace rehome::administration
