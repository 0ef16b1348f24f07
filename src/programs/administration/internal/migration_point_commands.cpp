// SPDX-License-Identifier: Apache-2.0
// `rehome site smp …` and `site folder …`: state migration points and where they keep state.
#include <array>

#include "programs/administration/internal/api_command.h"
#include "programs/administration/internal/declarations.h"

namespace rehome::administration {

namespace {

using transport::HttpMethod;

constexpr Input kSmp{"SMP", "", nullptr, Kind::text, "Name of its server, or id of the state migration point"};
constexpr Input kFolder{"FOLDER", "", nullptr, Kind::folder, "Path of the folder, the last part of it, or its id"};
constexpr Input kForce{"--force", "", "?force", Kind::flag, "Although it holds state that is not restored"};
constexpr Input kMostClients{"--most-clients", "N", "most_clients", Kind::number, "1 to 99999"};
constexpr Input kMinimumFree{"--minimum-free", "SPACE", "minimum_free", Kind::free_space,
                             "What must stay free: 500MB, 10GB or 5%"};

constexpr std::array kColumns = {Column{"ID", "id"},
                                 Column{"SERVER", "server"},
                                 Column{"RESTORE ONLY", "restore_only"},
                                 Column{"DELETES AFTER MINUTES", "deletion_delay_minutes"},
                                 Column{"LAST CYCLE", "last_cycle"},
                                 Column{"PROBLEM", "problem"}};

constexpr ApiCommand kList{HttpMethod::get, "/api/v1/smps", {}, Answer::list, kColumns};

constexpr std::array kShowInputs = {kSmp};
constexpr ApiCommand kShow{HttpMethod::get, "/api/v1/smps/{}", kShowInputs, Answer::record};

constexpr std::array kSetInputs = {
    kSmp,
    Input{"--restore-only", "true|false", "restore_only", Kind::truth, "Whether it takes no new state"},
    Input{"--deletion-delay", "TIME", "deletion_delay_minutes", Kind::minutes,
          "Between the release of the last restore and the deletion: 12h, 1d; 0 leaves no time to look for what is "
          "missing"},
    Input{"--deletion-cycle", "TIME", "deletion_cycle_minutes", Kind::minutes, "How often what is due is deleted"},
    Input{"--network", "CIDR", "networks", Kind::texts, "Network whose computers it serves first"},
    Input{"--fallback", "true|false", "fallback", Kind::truth, "Whether it serves computers of other networks too"}};
constexpr ApiCommand kSet{HttpMethod::patch, "/api/v1/smps/{}", kSetInputs, Answer::record};

constexpr std::array kRemoveInputs = {kSmp, kForce};
constexpr ApiCommand kRemove{HttpMethod::remove,
                             "/api/v1/smps/{}",
                             kRemoveInputs,
                             Answer::done,
                             {},
                             "the state migration point is removed; its files stay where they are"};

constexpr std::array kFolderAddInputs = {kSmp, Input{"PATH", "", "path", Kind::text, "Absolute path on the server"},
                                         kMostClients, kMinimumFree};
constexpr ApiCommand kFolderAdd{HttpMethod::post, "/api/v1/smps/{}/folders", kFolderAddInputs, Answer::record};

constexpr std::array kFolderSetInputs = {kSmp, kFolder, kMostClients, kMinimumFree};
constexpr ApiCommand kFolderSet{HttpMethod::patch, "/api/v1/smps/{}/folders/{}", kFolderSetInputs, Answer::record};

constexpr std::array kFolderRemoveInputs = {kSmp, kFolder, kForce};
constexpr ApiCommand kFolderRemove{HttpMethod::remove,
                                   "/api/v1/smps/{}/folders/{}",
                                   kFolderRemoveInputs,
                                   Answer::done,
                                   {},
                                   "the folder is no longer the site's; its files stay where they are"};

constexpr std::array kCycleColumns = {Column{"BEGUN", "begun"},     Column{"SERVER", "server"},
                                      Column{"DELETED", "deleted"}, Column{"HELD BACK", "held_back"},
                                      Column{"LEFT", "skipped"},    Column{"LEFT OVER", "left_over"}};
constexpr std::array kCycleListInputs = {
    Input{"--smp", "SMP", "?smp", Kind::text, "Of one state migration point: the name of its server, or its id"}};
constexpr ApiCommand kListCycles{HttpMethod::get, "/api/v1/deletion-cycles", kCycleListInputs, Answer::list,
                                 kCycleColumns};
constexpr ApiCommand kCycle{HttpMethod::post, "/api/v1/deletion-cycle", {}, Answer::record};

}  // namespace

void declare_smp_list(cli::Arguments& arguments) { declare_api_command(kList, arguments); }
void declare_smp_show(cli::Arguments& arguments) { declare_api_command(kShow, arguments); }
void declare_smp_set(cli::Arguments& arguments) { declare_api_command(kSet, arguments); }
void declare_smp_remove(cli::Arguments& arguments) { declare_api_command(kRemove, arguments); }
void declare_folder_add(cli::Arguments& arguments) { declare_api_command(kFolderAdd, arguments); }
void declare_folder_set(cli::Arguments& arguments) { declare_api_command(kFolderSet, arguments); }
void declare_folder_remove(cli::Arguments& arguments) { declare_api_command(kFolderRemove, arguments); }
void declare_cycle_list(cli::Arguments& arguments) { declare_api_command(kListCycles, arguments); }
void declare_deletion_cycle(cli::Arguments& arguments) { declare_api_command(kCycle, arguments); }

}  // namespace rehome::administration
