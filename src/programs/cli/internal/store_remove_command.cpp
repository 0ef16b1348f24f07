// SPDX-License-Identifier: Apache-2.0
// `rehome store remove`: the end of a capture or of a store. What only a hard-link store still holds is not removed
// without being asked for.
#include <fmt/format.h>
#include <memory>
#include <string>

#include "base/core/error.h"
#include "base/core/quantities.h"
#include "programs/cli/internal/declarations.h"
#include "programs/cli/internal/store_options.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/migration/store_access.h"

namespace rehome::cli {

namespace {

struct RemoveOptions : StoreOptions {
  bool whole_store = false;
  bool last_names = false;
};

constexpr std::string_view kRemedy = "restore or extract first, or say --last-names";

store::LastNames last_names_of(const RemoveOptions& options, store::Vault& vault) {
  try {
    return vault.last_names(options.capture);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::invalid_argument) throw;
    throw Error(ErrorCode::refused,
                fmt::format("cannot tell which files only this store still holds: {}; {}", error.what(), kRemedy));
  }
}

/// Parts of the store that would stay, on volumes that are not there.
std::string unreached_parts(const store::LastNames& last) {
  std::string places;
  for (const MachinePath& place : last.unreached) places += (places.empty() ? "" : ", ") + printable(place);
  return places;
}

void refuse_last_names(const store::LastNames& last) {
  if (!last.unreached.empty()) {
    throw Error(ErrorCode::refused,
                fmt::format("the store has parts on other volumes, which cannot be reached now, in {}: mount them "
                            "first, or say --last-names to leave behind what is there",
                            unreached_parts(last)));
  }
  if (last.files == 0) return;
  throw Error(ErrorCode::refused,
              fmt::format("{} ({}), for example {}, {} no other name any more and would be gone; {}",
                          counted(last.files, "file"), human_bytes(last.bytes), printable(last.example),
                          last.files == 1 ? "has" : "have", kRemedy));
}

void say_what_is_gone(const RemoveOptions& options, bool folder_is_gone, Context& context) {
  if (context.options.json) {
    print_json(Json::Object{{"removed", options.whole_store ? "store" : "capture"},
                            {"capture", options.capture},
                            {"folder_removed", folder_is_gone}},
               context);
    return;
  }
  if (context.options.quiet) return;
  std::ostream& out = context.surroundings.out;
  out << (options.whole_store ? "the store is removed\n" : "the capture is removed\n");
  if (options.whole_store && !folder_is_gone) {
    out << fmt::format("its folder {} stays: what is in there is not the store's\n", printable(options.store));
  }
}

ExitCode remove(const RemoveOptions& options, Context& context) {
  if (options.capture.empty() != options.whole_store) {
    throw Error(ErrorCode::invalid_argument,
                "say what to remove: --capture ID for one capture, or --whole-store for all of it");
  }
  store::LastNames last;
  {
    const OpenStore open = open_store(options.store, options.keys, context.surroundings);
    if (!options.last_names) {
      last = last_names_of(options, *open.vault);
      refuse_last_names(last);
    }
    open.vault->remove(options.capture);
  }
  const bool folder_is_gone = options.whole_store && remove_store_folder(options.store);
  say_what_is_gone(options, folder_is_gone, context);
  return ExitCode::success;
}

}  // namespace

void declare_store_remove(Arguments& arguments) {
  const auto options = std::make_shared<RemoveOptions>();
  declare_store_options(arguments, *options);
  arguments.option("--capture", "ID", options->capture, "Id of the capture to remove");
  arguments.flag("--whole-store", options->whole_store, "Remove every capture and the store itself");
  arguments.flag("--last-names", options->last_names,
                 "Hard-link stores: remove files too that have no other name on this computer any more");
  arguments.run([options](Context& context) { return remove(*options, context); });
}

}  // namespace rehome::cli
