// SPDX-License-Identifier: Apache-2.0
// `rehome site token …`: tokens of programs, and of computers that have nothing else to show.
#include <array>

#include "programs/administration/internal/api_command.h"
#include "programs/administration/internal/declarations.h"

namespace rehome::administration {

namespace {

using transport::HttpMethod;

constexpr std::array kColumns = {Column{"ID", "id"},
                                 Column{"NOTE", "note"},
                                 Column{"USER", "user"},
                                 Column{"ROLE", "role"},
                                 Column{"RECOVERY", "may_recover"},
                                 Column{"EXPIRES", "expires"}};

constexpr ApiCommand kList{HttpMethod::get, "/api/v1/tokens", {}, Answer::list, kColumns};

constexpr std::array kAddInputs = {
    Input{"NOTE", "", "note", Kind::text, "What it is for"},
    Input{"--role", "ROLE", "role", Kind::text, "viewer, operator or administrator; no more than you are"},
    Input{"--may-recover", "", "may_recover", Kind::flag, "May see recovery information"},
    Input{"--life", "TIME", "life_seconds", Kind::seconds, "How long it is good: 12h, 90d"},
    Input{"--network-access", "", "network_access", Kind::flag,
          "For computers without a certificate, where the site allows that"}};
constexpr ApiCommand kAdd{HttpMethod::post, "/api/v1/tokens", kAddInputs, Answer::token};

constexpr std::array kRemoveInputs = {Input{"TOKEN", "", nullptr, Kind::text, "Id of the token"}};
constexpr ApiCommand kRemove{HttpMethod::remove,   "/api/v1/tokens/{}", kRemoveInputs, Answer::done, {},
                             "the token has ended"};

}  // namespace

void declare_token_list(cli::Arguments& arguments) { declare_api_command(kList, arguments); }
void declare_token_add(cli::Arguments& arguments) { declare_api_command(kAdd, arguments); }
void declare_token_remove(cli::Arguments& arguments) { declare_api_command(kRemove, arguments); }

}  // namespace rehome::administration
