// SPDX-License-Identifier: Apache-2.0
// `rehome computer …`: the computers that a site knows.
#include <array>

#include "programs/administration/internal/api_command.h"
#include "programs/administration/internal/declarations.h"

namespace rehome::administration {

namespace {

using transport::HttpMethod;

constexpr Input kComputer{"COMPUTER", "", nullptr, Kind::text, "Name or id of the computer"};
constexpr Input kNote{"--note", "TEXT", "note", Kind::text, "What people should know of it"};
constexpr Input kQuota{"--quota", "SIZE", "quota_bytes", Kind::bytes,
                       "Most that its stores may take: 500MB, 20GB; 0: no limit"};
constexpr Input kLife{"--life", "TIME", "life_seconds", Kind::seconds, "How long the token is good: 10m, 12h, 7d"};

constexpr std::array kColumns = {Column{"ID", "id"}, Column{"NAME", "name"}, Column{"ENROLLED", "enrolled"},
                                 Column{"SYSTEM", "operating_system"}, Column{"SEEN", "last_seen"}};

constexpr std::array kListInputs = {Input{"--search", "TEXT", "?search", Kind::text, "Part of the name"}};
constexpr ApiCommand kList{HttpMethod::get, "/api/v1/computers", kListInputs, Answer::list, kColumns};

constexpr std::array kShowInputs = {kComputer};
constexpr ApiCommand kShow{HttpMethod::get, "/api/v1/computers/{}", kShowInputs, Answer::record};

constexpr std::array kAddInputs = {
    Input{"NAME", "", "name", Kind::text, "Its host name"}, kNote, kQuota,
    Input{"--site-code", "CODE", "site_code", Kind::text, "Of the site that it belongs to, if that is another"},
    Input{"--source", "COMPUTER", "source_computer", Kind::text, "Name or id of the computer whose state it gets"}};
constexpr ApiCommand kAdd{HttpMethod::post, "/api/v1/computers", kAddInputs, Answer::record};

constexpr std::array kSetInputs = {kComputer, Input{"--name", "NAME", "name", Kind::text, "Its host name"}, kNote,
                                   kQuota};
constexpr ApiCommand kSet{HttpMethod::patch, "/api/v1/computers/{}", kSetInputs, Answer::record};

constexpr ApiCommand kRemove{HttpMethod::remove,
                             "/api/v1/computers/{}",
                             kShowInputs,
                             Answer::done,
                             {},
                             "the computer is removed, and its certificates have ended"};

constexpr std::array kTokenInputs = {kLife};
constexpr ApiCommand kToken{HttpMethod::post, "/api/v1/enrolment-tokens", kTokenInputs, Answer::token};

constexpr std::array kReturnTokenInputs = {kComputer, kLife};
constexpr ApiCommand kReturnToken{HttpMethod::post, "/api/v1/computers/{}/enrolment-token", kReturnTokenInputs,
                                  Answer::token};

}  // namespace

void declare_computer_list(cli::Arguments& arguments) { declare_api_command(kList, arguments); }
void declare_computer_show(cli::Arguments& arguments) { declare_api_command(kShow, arguments); }
void declare_computer_add(cli::Arguments& arguments) { declare_api_command(kAdd, arguments); }
void declare_computer_set(cli::Arguments& arguments) { declare_api_command(kSet, arguments); }
void declare_computer_remove(cli::Arguments& arguments) { declare_api_command(kRemove, arguments); }
void declare_computer_token(cli::Arguments& arguments) { declare_api_command(kToken, arguments); }
void declare_computer_return_token(cli::Arguments& arguments) { declare_api_command(kReturnToken, arguments); }

}  // namespace rehome::administration
