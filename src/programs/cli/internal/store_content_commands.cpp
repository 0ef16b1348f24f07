// SPDX-License-Identifier: Apache-2.0
// `rehome store list|extract`: the objects of a capture, and single files out of it without a restore.
#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "base/core/error.h"
#include "base/core/quantities.h"
#include "programs/cli/internal/chosen_places.h"
#include "programs/cli/internal/declarations.h"
#include "programs/cli/internal/extraction.h"
#include "programs/cli/internal/store_options.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/command/reporter.h"
#include "programs/migration/findings.h"
#include "programs/migration/store_access.h"
#include "programs/migration/users.h"

namespace rehome::cli {

namespace {

constexpr std::string_view kWhereToLook = "`rehome store list` shows the places it holds";

struct ContentOptions {
  StoreOptions store;
  std::vector<std::string> users;
  std::string destination;
  std::vector<std::string> only;
  bool findings = false;
};

/// The selected users' objects; with no user named, the system's too.
Selection select(const OpenStore& open, const ContentOptions& options) {
  Selection selection;
  selection.state = open.vault->open_capture(options.store.capture);
  if (options.users.empty()) selection.numbers.push_back(kSystemAccount);
  selection.names[kSystemAccount] = "system";
  for (const CapturedAccount& captured : select_users(selection.state->info(), options.users)) {
    selection.numbers.push_back(captured.number);
    selection.names[captured.number] = captured.account.name;
  }
  return selection;
}

Json to_json(const Object& object, const Selection& selection) {
  return Json::Object{{"place", printable(place_of(object, selection))},
                      {"user", printable(selection.names.at(object.location.account))},
                      {"kind", name_of(object.kind)},
                      {"mode", fmt::format("{:04o}", object.metadata.mode)},
                      {"uid", object.metadata.uid},
                      {"gid", object.metadata.gid},
                      {"size", object.size},
                      {"modified", to_iso8601(object.metadata.modified)}};
}

/// What the capture itself said: all of it, as the report of a capture may cut it off.
ExitCode list_findings(const Selection& selection, Context& context) {
  const std::vector<Finding> findings = selection.state->findings(selection.numbers);
  std::ostream& out = context.surroundings.out;
  if (context.options.json) out << "{\"findings\": [";
  std::uint64_t count = 0;
  for (const Finding& finding : findings) {
    if (context.options.json) {
      out << (count++ == 0 ? "\n" : ",\n") << to_text(cli::to_json(finding), {.indent = 0, .sort_names = true});
    } else {
      out << fmt::format("{:<14} {}: {}\n", name_of(finding.kind), printable(finding.path), printable(finding.message));
    }
  }
  if (context.options.json) out << "\n]}\n";
  // Only reading the catalog finds damage: a capture has none.
  const bool is_damaged = std::ranges::find(findings, FindingKind::damaged, &Finding::kind) != findings.end();
  return is_damaged ? ExitCode::damaged : ExitCode::success;
}

ExitCode list(const ContentOptions& options, Context& context) {
  const OpenStore open = open_store(options.store.store, options.store.keys, context.surroundings);
  const Selection selection = select(open, options);
  if (options.findings) return list_findings(selection, context);
  FindingList findings;
  std::ostream& out = context.surroundings.out;
  std::uint64_t count = 0;
  if (context.options.json) out << "{\"objects\": [";
  selection.state->visit(selection.numbers, findings, [&](const Object& object) {
    if (context.options.json) {
      out << (count++ == 0 ? "\n" : ",\n") << to_text(to_json(object, selection), {.indent = 0, .sort_names = true});
      return;
    }
    out << fmt::format("{:<8} {:04o} {:>6} {:>6} {:>14} {} {}\n", name_of(object.kind), object.metadata.mode,
                       object.metadata.uid, object.metadata.gid, object.size, to_iso8601(object.metadata.modified),
                       printable(place_of(object, selection)));
  });
  if (context.options.json) out << "\n]}\n";
  print_findings(findings, context);
  return findings.counts().errors > 0 ? ExitCode::damaged : ExitCode::success;
}

/// Only for what is wanted; holes need no room.
void check_room(const Selection& selection, const ContentOptions& options, WritableFolder& destination) {
  ChosenPlaces chosen(options.only);
  FindingList ignored;  // the extraction itself will say them again
  std::uint64_t needed = 0;
  selection.state->visit(selection.numbers, ignored, [&](const Object& object) {
    if (object.kind == NodeKind::file && chosen.takes(place_of(object, selection))) {
      needed += data_bytes(object);
    }
  });
  const std::uint64_t free = destination.space().free_bytes;
  if (needed <= free) return;
  throw Error(ErrorCode::no_space, fmt::format("{} has {} free and {} are to be extracted; free some room, choose "
                                               "another folder, or extract less with --only",
                                               printable(options.destination), human_bytes(free), human_bytes(needed)));
}

/// Throws Error(not_found) where that is all there is to say.
void report_missing(const ChosenPlaces& chosen, const Extractor& extractor, FindingList& findings) {
  const std::vector<std::string> missing = chosen.missing();
  const FindingCounts counts = findings.counts();
  if (!missing.empty() && extractor.done() == 0 && counts.errors + counts.losses == 0) {
    std::string names;
    for (const std::string& each : missing) names += (names.empty() ? "" : ", ") + printable(each);
    throw Error(ErrorCode::not_found, "nothing in the capture lies at " + names + "; " + std::string(kWhereToLook));
  }
  for (const std::string& each : missing) {
    findings.record({.kind = FindingKind::not_restored,
                     .account = kSystemAccount,
                     .path = each,
                     .message = "nothing in the capture lies here; " + std::string(kWhereToLook)});
  }
}

ExitCode extract(const ContentOptions& options, Context& context) {
  const OpenStore open = open_store(options.store.store, options.store.keys, context.surroundings);
  const Selection selection = select(open, options);
  const std::unique_ptr<Machine> host = open_machine("/");
  FindingList findings;
  const std::unique_ptr<WritableFolder> destination =
      host->files().open_for_writing(absolute_path(options.destination));
  check_room(selection, options, *destination);
  Extractor extractor(selection, *destination, findings);
  Progress progress;
  Reporter reporter(context, progress, "extracting", {});
  ChosenPlaces chosen(options.only);
  selection.state->visit(selection.numbers, findings, [&](const Object& object) {
    if (progress.cancelled) throw Error(ErrorCode::cancelled, "extraction was stopped; what is there is whole");
    if (!chosen.takes(place_of(object, selection))) {
      extractor.pass_over(object);
      return;
    }
    extractor.extract(object);
    ++progress.objects;
    progress.bytes += data_bytes(object);
  });
  report_missing(chosen, extractor, findings);
  destination->sync_volume();
  reporter.finish();
  if (context.options.json) {
    print_json(Json::Object{{"extracted", extractor.done()}, {"findings", to_json(findings)}}, context);
  } else {
    if (!context.options.quiet) context.surroundings.out << "extracted " << counted(extractor.done(), "object") << "\n";
    print_findings(findings, context);
  }
  const FindingCounts counts = findings.counts();
  return counts.errors + counts.losses > 0 ? ExitCode::done_with_losses : ExitCode::success;
}

void declare_selection(Arguments& arguments, ContentOptions& options) {
  declare_store_options(arguments, options.store);
  declare_capture_choice(arguments, options.store);
  arguments.option("--users", "SELECT", options.users,
                   "Names, names with *, or uids; !NAME takes one away; all users without it");
}

}  // namespace

void declare_store_list(Arguments& arguments) {
  const auto options = std::make_shared<ContentOptions>();
  declare_selection(arguments, *options);
  arguments.flag("--findings", options->findings,
                 "Instead of the objects everything that the capture's report said, by name and cause");
  arguments.run([options](Context& context) { return list(*options, context); });
}

void declare_store_extract(Arguments& arguments) {
  const auto options = std::make_shared<ContentOptions>();
  declare_selection(arguments, *options);
  arguments.required("DESTINATION", options->destination, "Existing folder to copy into");
  arguments.option("--only", "PLACE", options->only, "Places as `store list` shows them; what lies below comes along");
  arguments.run([options](Context& context) { return extract(*options, context); });
}

}  // namespace rehome::cli
