// SPDX-License-Identifier: Apache-2.0
// `rehome capture STORE`: a capture into a store in a folder of this computer.
#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "base/core/error.h"
#include "base/core/quantities.h"
#include "model/outcome.h"
#include "programs/cli/internal/declarations.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/migration/capture.h"
#include "programs/migration/recovery_key_file.h"
#include "programs/migration/store_access.h"

namespace rehome::cli {

namespace {

struct CommandLine {
  SourceOptions source;
  KeyOptions keys;
  std::string recovery_key_file;
  std::string kind = "compressed";
  std::string store;
  bool no_space_check = false;
  int level = 3;
};

store::VaultOptions vault_options(const CommandLine& options) {
  store::VaultOptions vault;
  vault.kind = store_kind_named(options.kind);
  vault.compression_level = options.level;
  const bool has_key = !(options.keys.key_file.empty() && options.keys.passphrase_file.empty());
  if (vault.kind != StoreKind::compressed && (has_key || !options.recovery_key_file.empty())) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("a store of the kind {} cannot be encrypted: its content is plain files; leave the key away, "
                    "or choose --kind compressed",
                    options.kind));
  }
  if (options.keys.no_encryption && !options.recovery_key_file.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "--no-encryption makes a store that needs no key, so --recovery-key contradicts it: leave one away");
  }
  if (!options.recovery_key_file.empty()) vault.recovery_key = read_public_key_file(options.recovery_key_file);
  return vault;
}

Json to_json(const CaptureResult& result, const store::VaultInfo& vault, FindingList& findings) {
  Json::List users;
  for (const CapturedAccount& captured : result.info.accounts) users.push_back(printable(captured.account.name));
  return Json::Object{{"vault", vault.vault_id},
                      {"capture", result.info.capture_id},
                      {"kind", name_of(vault.kind)},
                      {"encrypted", vault.encrypted},
                      {"computer", printable(result.info.computer_name)},
                      {"users", std::move(users)},
                      {"objects", result.info.objects},
                      {"content_bytes", result.info.content_bytes},
                      {"stored_bytes", result.stored_bytes},
                      {"seconds", result.seconds},
                      {"findings", to_json(findings)}};
}

void print(const CaptureResult& result, const store::VaultInfo& vault, FindingList& findings, Context& context) {
  if (!context.options.quiet) {
    context.surroundings.out << fmt::format(
        "captured {}, {} of {} in {} ({}); {} new in the store, {}\n", counted(result.info.objects, "object"),
        human_bytes(result.info.content_bytes), counted(result.info.accounts.size(), "user"),
        human_seconds(result.seconds), human_rate(result.info.content_bytes, result.seconds),
        human_bytes(result.stored_bytes), vault.encrypted ? "encrypted" : "not encrypted");
  }
  print_findings(findings, context, "`rehome store list --findings STORE` names them all");
}

ExitCode capture_into_store(const CommandLine& options, Context& context) {
  Source source = open_source(options.source, context);  // before a store is made for users that do not exist
  OpenStore open = open_or_create_store(options.store, options.keys, vault_options(options), context.surroundings);
  FindingList findings;
  const CaptureTarget target{.vault = *open.vault,
                             .blobs = *open.blobs,
                             .folder = absolute_path(options.store),
                             .check_space = !options.no_space_check};
  const CaptureResult result = [&] {
    try {
      Work work;
      return capture(std::move(source), target, work, findings, context);
    } catch (const Error&) {
      take_back(std::move(open), options.store);
      throw;
    }
  }();
  if (context.options.json) {
    print_json(to_json(result, open.vault->info(), findings), context);
  } else {
    print(result, open.vault->info(), findings, context);
  }
  const FindingCounts counts = findings.counts();
  return counts.errors + counts.losses > 0 ? ExitCode::done_with_losses : ExitCode::success;
}

}  // namespace

void declare_capture(Arguments& arguments) {
  const auto options = std::make_shared<CommandLine>();
  declare_source_options(arguments, options->source);
  declare_key_options(arguments, options->keys);
  arguments.flag("--no-encryption", options->keys.no_encryption, "Make a store that anybody can read");
  arguments.option("--recovery-key", "FILE", options->recovery_key_file,
                   "Public half of a recovery key that can open the store too");
  arguments.option("--kind", "KIND", options->kind, "compressed, uncompressed or hard-link");
  arguments.option("--level", "N", options->level, {1, 19},
                   "Compression level of a new store; an existing one keeps its own");
  arguments.flag("--no-space-check", options->no_space_check, "Begin although the store's volume may be too small");
  arguments.required("STORE", options->store, "Folder of the store; a second capture into it adds what changed");
  arguments.run([options](Context& context) { return capture_into_store(*options, context); });
}

}  // namespace rehome::cli
