// SPDX-License-Identifier: Apache-2.0
// `rehome store info|verify`: what a store is, and whether it is whole.
#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "base/core/error.h"
#include "base/core/quantities.h"
#include "programs/cli/internal/declarations.h"
#include "programs/cli/internal/store_options.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/command/reporter.h"
#include "programs/migration/store_access.h"

namespace rehome::cli {

namespace {

Json::Object to_json(const store::VaultInfo& vault) {
  Json::List slots;
  for (const store::KeySlotInfo& slot : vault.slots) {
    slots.push_back(Json::Object{{"type", slot.type}, {"label", slot.label}});
  }
  return {{"vault", vault.vault_id},
          {"kind", name_of(vault.kind)},
          {"format", vault.format_version},
          {"encrypted", vault.encrypted},
          {"key_slots", std::move(slots)}};
}

Json to_json(const store::CaptureSummary& summary) {
  Json::Object document = {{"capture", summary.capture_id},
                           {"complete", summary.complete},
                           {"started", to_iso8601(summary.started)},
                           {"stored_bytes", summary.stored_bytes}};
  if (!summary.problem.empty()) document.push_back({"problem", printable(summary.problem)});
  if (!summary.info) return document;
  Json::List users;
  for (const CapturedAccount& captured : summary.info->accounts) users.push_back(printable(captured.account.name));
  document.push_back({"computer", printable(summary.info->computer_name)});
  document.push_back({"system", printable(summary.info->operating_system.name)});
  document.push_back({"users", std::move(users)});
  document.push_back({"objects", summary.info->objects});
  document.push_back({"content_bytes", summary.info->content_bytes});
  document.push_back({"errors", summary.info->findings.errors});
  document.push_back({"losses", summary.info->findings.losses});
  return document;
}

std::string users_of(const CaptureInfo& info) {
  std::string text;
  for (const CapturedAccount& captured : info.accounts) {
    text += (text.empty() ? "" : ", ") + printable(captured.account.name);
  }
  return text;
}

void print(const store::VaultInfo& vault, std::ostream& out) {
  out << fmt::format("store {}, {}, format {}, {}\n", vault.vault_id, name_of(vault.kind), vault.format_version,
                     vault.encrypted ? "encrypted" : "not encrypted");
  for (const store::KeySlotInfo& slot : vault.slots) {
    out << fmt::format("  opened by: {}{}\n", slot.type, slot.label.empty() ? "" : " " + slot.label);
  }
}

std::string state_of(const store::CaptureSummary& summary) {
  if (!summary.complete) return "incomplete: run the capture again to finish it";
  return summary.problem.empty() ? "complete" : "cannot be read: " + printable(summary.problem);
}

void print(const store::CaptureSummary& summary, std::ostream& out) {
  const bool is_known = summary.started != Timestamp{};
  out << fmt::format("capture {}  {}  {}\n", summary.capture_id,
                     is_known ? to_iso8601(summary.started) : "of an unknown time", state_of(summary));
  if (!summary.info) return;
  const CaptureInfo& info = *summary.info;
  out << fmt::format("  {} ({}), users: {}\n  {} objects, {}; {} in the store; {}, {}\n", printable(info.computer_name),
                     printable(info.operating_system.name), users_of(info), info.objects,
                     human_bytes(info.content_bytes), human_bytes(summary.stored_bytes),
                     counted(info.findings.errors, "error"), counted(info.findings.losses, "loss"));
}

ExitCode show_info(const StoreOptions& options, Context& context) {
  const OpenStore open = open_store(options.store, options.keys, context.surroundings);
  const std::vector<store::CaptureSummary> captures = open.vault->captures();
  std::ostream& out = context.surroundings.out;
  if (context.options.json) {
    Json::Object document = to_json(open.vault->info());
    Json::List list;
    for (const store::CaptureSummary& summary : captures) list.push_back(to_json(summary));
    document.push_back({"captures", std::move(list)});
    print_json(document, context);
  } else {
    print(open.vault->info(), out);
    for (const store::CaptureSummary& summary : captures) print(summary, out);
    if (captures.empty()) out << "no capture in it\n";
  }
  const bool is_whole =
      std::ranges::all_of(captures, [](const store::CaptureSummary& summary) { return summary.problem.empty(); });
  return is_whole ? ExitCode::success : ExitCode::damaged;
}

Json to_json(const store::VerifyReport& report) {
  Json::List damages;
  for (const store::Damage& damage : report.damages) {
    damages.push_back(Json::Object{{"what", printable(damage.what)}, {"path", printable(damage.path)}});
  }
  return Json::Object{{"objects", report.objects},
                      {"frames", report.frames},
                      {"bytes", report.bytes},
                      {"linked", report.linked},
                      {"damages", std::move(damages)}};
}

ExitCode verify(const StoreOptions& options, bool content, Context& context) {
  const OpenStore open = open_store(options.store, options.keys, context.surroundings);
  Progress progress;
  Reporter reporter(context, progress, "verifying", {});
  const store::VerifyReport report = open.vault->verify(options.capture, content, progress);
  reporter.finish();
  std::ostream& out = context.surroundings.out;
  if (context.options.json) {
    print_json(to_json(report), context);
  } else {
    for (const store::Damage& damage : report.damages) {
      out << fmt::format("damaged: {}{}\n", printable(damage.what),
                         damage.path.empty() ? "" : ": " + printable(damage.path));
    }
    if (!context.options.quiet) {
      out << fmt::format("{}, {} read; {}\n", counted(report.objects, "object"), human_bytes(report.bytes),
                         report.damages.empty() ? "no damage found" : fmt::format("{} damaged", report.damages.size()));
      if (report.linked > 0) {
        out << fmt::format("of {} linked files inode, size and time are compared; their content has no hash\n",
                           report.linked);
      }
    }
  }
  return report.damages.empty() ? ExitCode::success : ExitCode::damaged;
}

}  // namespace

void declare_store_options(Arguments& arguments, StoreOptions& options) {
  declare_key_options(arguments, options.keys);
  arguments.option("--recovery-secret", "FILE", options.keys.recovery_secret_file,
                   "Secret half of a recovery key (mode 0600)");
  arguments.option("--site-key-file", "FILE", options.keys.site_key_file,
                   "Key of the store from its site, as `rehome recovery show` gives it (mode 0600)");
  arguments.required("STORE", options.store, "Folder of the store");
}

void declare_capture_choice(Arguments& arguments, StoreOptions& options) {
  arguments.option("--capture", "ID", options.capture, "Id of a capture; the newest without it");
}

void declare_store_info(Arguments& arguments) {
  const auto options = std::make_shared<StoreOptions>();
  declare_store_options(arguments, *options);
  arguments.run([options](Context& context) { return show_info(*options, context); });
}

void declare_store_verify(Arguments& arguments) {
  const auto options = std::make_shared<StoreOptions>();
  const auto content = std::make_shared<bool>(false);
  declare_store_options(arguments, *options);
  arguments.option("--capture", "ID", options->capture, "Id of a capture; all of them without it");
  arguments.flag("--content", *content,
                 "Hard-link stores: read the linked files too, so that what cannot be read is found");
  arguments.run([options, content](Context& context) { return verify(*options, *content, context); });
}

}  // namespace rehome::cli
