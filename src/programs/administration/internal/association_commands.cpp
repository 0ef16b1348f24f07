// SPDX-License-Identifier: Apache-2.0
// `rehome association …`: whose state goes to which computer.
#include <array>

#include "programs/administration/internal/api_command.h"
#include "programs/administration/internal/declarations.h"

namespace rehome::administration {

namespace {

using transport::HttpMethod;

constexpr Input kId{"ASSOCIATION", "", nullptr, Kind::text,
                    "SOURCE:DESTINATION, names or ids of its computers, or its id"};
constexpr Input kBehaviour{"--behaviour", "WHICH", "behaviour", Kind::text,
                           "all, restore-specified (capture all, restore those named) or specified"};
constexpr Input kAccounts{"--account", "NAME", "accounts", Kind::texts, "Account: name, DOMAIN\\name, SID or uid"};

constexpr std::array kColumns = {Column{"ID", "id"},
                                 Column{"KIND", "kind"},
                                 Column{"FROM", "source_name"},
                                 Column{"TO", "destination_name"},
                                 Column{"ACCOUNTS", "behaviour"},
                                 Column{"STATUS", "status"},
                                 Column{"STORE", "store"}};

constexpr std::array kListInputs = {
    Input{"--search", "TEXT", "?search", Kind::text, "Part of the name of one of the computers"},
    Input{"--source", "COMPUTER", "?source", Kind::text, "Name or id of the source"},
    Input{"--destination", "COMPUTER", "?destination", Kind::text, "Name or id of the destination"},
    Input{"--deleted", "", "?with_deleted", Kind::flag, "Deleted ones too"}};
constexpr ApiCommand kList{HttpMethod::get, "/api/v1/associations", kListInputs, Answer::list, kColumns};

constexpr std::array kShowInputs = {kId};
constexpr ApiCommand kShow{HttpMethod::get, "/api/v1/associations/{}", kShowInputs, Answer::record};

constexpr std::array kAddInputs = {
    Input{"SOURCE", "", "source", Kind::text, "Name or id of the computer whose state is captured"},
    Input{"DESTINATION", "", "destination", Kind::text, "Of the one that gets it; the same: in place"}, kBehaviour,
    kAccounts};
constexpr ApiCommand kAdd{HttpMethod::post, "/api/v1/associations", kAddInputs, Answer::record};

constexpr std::array kEditInputs = {kId, kBehaviour, kAccounts};
constexpr ApiCommand kEdit{HttpMethod::patch, "/api/v1/associations/{}", kEditInputs, Answer::record};

constexpr std::array kRemoveInputs = {
    kId, Input{"--force", "", "?force", Kind::flag, "Although state of it is not restored"}};
constexpr ApiCommand kRemove{HttpMethod::remove,
                             "/api/v1/associations/{}",
                             kRemoveInputs,
                             Answer::done,
                             {},
                             "the association is deleted; `rehome association undelete` brings it back for a while"};

constexpr ApiCommand kUndelete{HttpMethod::post, "/api/v1/associations/{}/undelete", kShowInputs, Answer::record};

}  // namespace

void declare_association_list(cli::Arguments& arguments) { declare_api_command(kList, arguments); }
void declare_association_show(cli::Arguments& arguments) { declare_api_command(kShow, arguments); }
void declare_association_add(cli::Arguments& arguments) { declare_api_command(kAdd, arguments); }
void declare_association_edit(cli::Arguments& arguments) { declare_api_command(kEdit, arguments); }
void declare_association_remove(cli::Arguments& arguments) { declare_api_command(kRemove, arguments); }
void declare_association_undelete(cli::Arguments& arguments) { declare_api_command(kUndelete, arguments); }

}  // namespace rehome::administration
