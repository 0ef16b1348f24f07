// SPDX-License-Identifier: Apache-2.0
// `rehome site store …`: the stores at a site, and what people decide about them.
#include <array>

#include "programs/administration/internal/api_command.h"
#include "programs/administration/internal/declarations.h"

namespace rehome::administration {

namespace {

using transport::HttpMethod;

constexpr Input kStore{"STORE", "", nullptr, Kind::text, "Id of the store"};

constexpr std::array kColumns = {
    Column{"ID", "id"},       Column{"STATE", "state"},       Column{"FROM", "source_name"},
    Column{"BYTES", "bytes"}, Column{"CAPTURED", "captured"}, Column{"FOLDER", "folder_path"}};

constexpr std::array kListInputs = {
    Input{"--search", "TEXT", "?search", Kind::text, "Part of the name of the source"},
    Input{"--state", "STATE", "?state", Kind::text, "As `captured` or `abandoned`"},
    Input{"--source", "COMPUTER", "?source", Kind::text, "Name or id of the computer that was captured"}};
constexpr ApiCommand kList{HttpMethod::get, "/api/v1/stores", kListInputs, Answer::list, kColumns};

constexpr std::array kShowInputs = {kStore};
constexpr ApiCommand kShow{HttpMethod::get, "/api/v1/stores/{}", kShowInputs, Answer::record};
constexpr ApiCommand kRelease{HttpMethod::post, "/api/v1/stores/{}/release", kShowInputs, Answer::record};
constexpr ApiCommand kResume{HttpMethod::post, "/api/v1/stores/{}/resume", kShowInputs, Answer::record};

constexpr std::array kDiscardInputs = {
    kStore, Input{"--force", "", "?force", Kind::flag, "Although somebody still waits for it"}};
constexpr ApiCommand kDiscard{HttpMethod::post, "/api/v1/stores/{}/discard", kDiscardInputs, Answer::record};

constexpr std::array kRetargetInputs = {
    kStore, Input{"DESTINATION", "", "destination", Kind::text, "Name or id of the computer that gets it"},
    Input{"--association", "NAME", "association", Kind::text,
          "Whose claim, where several are open: SOURCE:DESTINATION, or its id"}};
constexpr ApiCommand kRetarget{HttpMethod::post, "/api/v1/stores/{}/retarget", kRetargetInputs, Answer::record};

constexpr std::array kGiveUpInputs = {kStore,
                                      Input{"ASSOCIATION", "", "association", Kind::text,
                                            "The association that no longer wants it: SOURCE:DESTINATION, or its id"}};
constexpr ApiCommand kGiveUp{HttpMethod::post, "/api/v1/stores/{}/give-up", kGiveUpInputs, Answer::record};

constexpr std::array kDiscardLeftOverInputs = {Input{"VAULT", "", nullptr, Kind::text, "As `site deletions` shows it"}};
constexpr ApiCommand kDiscardLeftOver{HttpMethod::post,
                                      "/api/v1/vaults/{}/discard-left-over",
                                      kDiscardLeftOverInputs,
                                      Answer::done,
                                      {},
                                      "the vault is removed, and its key"};

}  // namespace

void declare_discard_left_over(cli::Arguments& arguments) { declare_api_command(kDiscardLeftOver, arguments); }
void declare_store_list(cli::Arguments& arguments) { declare_api_command(kList, arguments); }
void declare_store_show(cli::Arguments& arguments) { declare_api_command(kShow, arguments); }
void declare_store_release(cli::Arguments& arguments) { declare_api_command(kRelease, arguments); }
void declare_store_resume(cli::Arguments& arguments) { declare_api_command(kResume, arguments); }
void declare_store_discard(cli::Arguments& arguments) { declare_api_command(kDiscard, arguments); }
void declare_store_retarget(cli::Arguments& arguments) { declare_api_command(kRetarget, arguments); }
void declare_store_give_up(cli::Arguments& arguments) { declare_api_command(kGiveUp, arguments); }

}  // namespace rehome::administration
