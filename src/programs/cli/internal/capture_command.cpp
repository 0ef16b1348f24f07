// SPDX-License-Identifier: Apache-2.0
// `rehome capture STORE`: rules → scan → store.
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <memory>

#include "base/core/error.h"
#include "flow/scan/estimate.h"
#include "flow/scan/scan.h"
#include "model/outcome.h"
#include "programs/cli/internal/arguments.h"
#include "programs/cli/internal/findings.h"
#include "programs/cli/internal/host.h"
#include "programs/cli/internal/json_output.h"
#include "programs/cli/internal/recovery_key_file.h"
#include "programs/cli/internal/reporter.h"
#include "programs/cli/internal/source.h"
#include "programs/cli/internal/store_access.h"

namespace rehome::cli {

namespace {

struct CaptureOptions {
  SourceOptions source;
  KeyOptions keys;
  std::string recovery_key_file;
  std::string kind = "compressed";
  std::string store;
  std::vector<std::string> also_volumes;
  bool keep_caches = false;
  bool no_space_check = false;
  int level = 3;
};

/// Room that a hard-link capture needs for folders and catalog, whatever it links.
constexpr std::uint64_t kLeastFreeBytes = 16 * 1024 * 1024;

/// Passes everything on to the store and keeps the findings for the person at the keyboard as well.
class WatchedSink final : public CaptureSink {
 public:
  WatchedSink(CaptureSink& store, FindingList& findings) : store_(store), findings_(findings) {}
  AccountNumber number_of(const Account& account) override { return store_.number_of(account); }
  bool reuse(Object& object) override { return store_.reuse(object); }
  void keep_content(Object& object, FileSource& source) override { store_.keep_content(object, source); }
  void record(Object object) override { store_.record(std::move(object)); }
  void record(Finding finding) override {
    findings_.record(finding);
    store_.record(std::move(finding));
  }
  bool owns(const NodeInfo& folder) const override { return store_.owns(folder); }

 private:
  CaptureSink& store_;
  FindingList& findings_;
};

StoreKind kind_of(const std::string& name) {
  for (const StoreKind kind : {StoreKind::compressed, StoreKind::uncompressed, StoreKind::hard_link}) {
    if (name == name_of(kind)) return kind;
  }
  throw Error(ErrorCode::invalid_argument, "--kind is compressed, uncompressed or hard-link, not " + printable(name));
}

store::VaultOptions vault_options(const CaptureOptions& options) {
  store::VaultOptions vault;
  vault.kind = kind_of(options.kind);
  vault.compression_level = options.level;
  if (vault.kind == StoreKind::hard_link && !(options.keys.key_file.empty() && options.keys.passphrase_file.empty())) {
    throw Error(ErrorCode::invalid_argument,
                "a hard-link store cannot be encrypted: its content is the original files themselves; leave the key "
                "away, or choose --kind compressed");
  }
  if (!options.recovery_key_file.empty()) vault.recovery_key = read_public_key_file(options.recovery_key_file);
  return vault;
}

scan::ScanJob scan_job(const Source& source, const CaptureOptions& options) {
  scan::ScanOptions scan_options;
  scan_options.keep_tagged_caches = options.keep_caches;
  scan_options.also_volumes = options.also_volumes;
  return {.machine = *source.machine,
          .plan = *source.compiled.plan,
          .locations = *source.locations,
          .accounts = source.accounts,
          .options = scan_options};
}

/// The folders and the catalog of a hard-link store must survive just what its links survive.
void check_link_volume(const Source& source, const std::string& store) {
  const std::unique_ptr<Machine> host = open_machine("/");
  const std::uint64_t device = host->files().open(absolute_path(store))->inspect_self().device;
  const bool has_a_home = std::ranges::any_of(source.accounts, [&](const CapturedAccount& captured) {
    return source.machine->files().open(captured.canonical_home)->inspect_self().device == device;
  });
  if (has_a_home || source.accounts.empty()) return;
  throw Error(ErrorCode::refused,
              fmt::format("the store {} lies on a volume that holds no captured home: a hard-link store must be on the "
                          "volume of the files, or it does not outlive the old system with them",
                          printable(store)));
}

/// Whether the store's volume has room for everything that the volumes of the homes hold, so nothing needs counting.
bool surely_has_room(const Source& source, std::uint64_t free) {
  std::map<std::uint64_t, std::uint64_t> used_by_device;
  for (const CapturedAccount& captured : source.accounts) {
    const std::unique_ptr<WritableFolder> home = source.machine->files().open_for_writing(captured.canonical_home);
    const Space space = home->space();
    used_by_device[home->inspect_self().device] = space.total_bytes - space.free_bytes;
  }
  std::uint64_t used = kLeastFreeBytes;
  for (const auto& [device, bytes] : used_by_device) used += bytes;
  return free >= used;
}

void check_room(std::uint64_t needed, std::uint64_t free) {
  if (free >= needed) return;
  throw Error(
      ErrorCode::no_space,
      fmt::format("the store's volume has {} free and the capture may need {}; free some room, choose another place "
                  "for the store, or, where the files are known to compress well, capture with --no-space-check",
                  human_bytes(free), human_bytes(needed)));
}

/// A later capture stores only what changed, which nobody knows beforehand.
bool is_first_capture(store::Vault& vault) {
  const std::vector<store::CaptureSummary> captures = vault.captures();
  return std::none_of(captures.begin(), captures.end(), [](const auto& capture) { return capture.complete; });
}

/// What an interrupted capture has stored need not be stored again.
std::uint64_t stored_bytes(BlobStore& blobs) {
  std::uint64_t sum = 0;
  for (const BlobInfo& blob : blobs.list("packs")) sum += blob.size;
  return sum;
}

/// The space check, and the figures behind the remaining time. The walk that counts is left out where nobody watches
/// and room is plenty: it costs as much as a second capture of an unchanged computer.
void look_ahead(const scan::ScanJob& job, const Source& source, OpenStore& open, bool check_space, Context& context,
                Progress& progress) {
  const std::optional<std::uint64_t> free = check_space ? open.blobs->free_bytes() : std::nullopt;
  if (free) check_room(kLeastFreeBytes, *free);
  const bool copies = open.vault->info().kind != StoreKind::hard_link;
  const bool plenty = !copies || !free || surely_has_room(source, *free);
  if (plenty && !context.surroundings.err_is_terminal) return;
  Progress counting;
  const Reporter reporter(context, counting, "looking", {});
  FindingList ignored;  // the capture itself will say them again
  const scan::Estimate estimate = scan::estimate(job, ignored, counting);
  progress.expected_objects = estimate.total.objects;
  progress.expected_bytes = estimate.total.content_bytes;
  if (plenty || !is_first_capture(*open.vault)) return;
  const std::uint64_t stored = std::min(stored_bytes(*open.blobs), estimate.total.content_bytes);
  check_room(kLeastFreeBytes + estimate.total.content_bytes - stored, *free);
}

struct CaptureResult {
  CaptureInfo info;
  std::uint64_t stored_bytes = 0;
  double seconds = 0;
};

CaptureResult capture_into(OpenStore& open, const CaptureOptions& options, FindingList& findings, Context& context) {
  const auto start = std::chrono::steady_clock::now();
  const std::unique_ptr<store::CaptureSession> session = open.vault->begin_capture();
  const Source source =
      open_source(options.source, context, [&](const Account& account) { return session->number_of(account); });
  if (open.vault->info().kind == StoreKind::hard_link) check_link_volume(source, options.store);
  const scan::ScanJob job = scan_job(source, options);
  Progress progress;
  look_ahead(job, source, open, !options.no_space_check, context, progress);
  {
    const Reporter reporter(context, progress, "capturing", source.names());
    WatchedSink sink(*session, findings);
    scan::scan(job, sink, progress);
  }
  CaptureInfo info;
  info.flavour = source.machine->flavour();
  info.computer_name = source.machine->environment().computer_name();
  info.operating_system = source.machine->environment().operating_system();
  info.program_version = REHOME_VERSION;
  info.accounts = source.accounts;
  info.groups = source.machine->accounts().groups();
  CaptureResult result;
  result.info = session->finish(std::move(info));
  result.stored_bytes = session->stored_bytes();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
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
    const double rate = static_cast<double>(result.info.content_bytes) / std::max(result.seconds, 0.001);
    context.surroundings.out << fmt::format(
        "captured {} objects, {} of {} user{} in {} ({}/s); {} new in the store, {}\n", result.info.objects,
        human_bytes(result.info.content_bytes), result.info.accounts.size(),
        result.info.accounts.size() == 1 ? "" : "s", human_seconds(result.seconds),
        human_bytes(static_cast<std::uint64_t>(rate)), human_bytes(result.stored_bytes),
        vault.encrypted ? "encrypted" : "not encrypted");
  }
  print_findings(findings, context);
}

ExitCode capture(const CaptureOptions& options, Context& context) {
  OpenStore open = open_or_create_store(options.store, options.keys, vault_options(options), context.surroundings);
  FindingList findings;
  const CaptureResult result = capture_into(open, options, findings, context);
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
  const auto options = std::make_shared<CaptureOptions>();
  declare_source_options(arguments, options->source);
  declare_key_options(arguments, options->keys);
  arguments.flag("--no-encryption", options->keys.no_encryption, "Make a store that anybody can read");
  arguments.option("--recovery-key", "FILE", options->recovery_key_file,
                   "Public half of a recovery key that can open the store too");
  arguments.option("--kind", "KIND", options->kind, "compressed, uncompressed or hard-link");
  arguments.option("--level", "N", options->level, {1, 19}, "Compression level of a new capture");
  arguments.option("--also-volume", "DIR", options->also_volumes,
                   "Mount point of a network or removable volume to take too");
  arguments.flag("--keep-caches", options->keep_caches, "Take folders marked with a CACHEDIR.TAG too");
  arguments.flag("--no-space-check", options->no_space_check, "Begin although the store's volume may be too small");
  arguments.required("STORE", options->store, "Folder of the store; a second capture into it adds what changed");
  arguments.run([options](Context& context) { return capture(*options, context); });
}

}  // namespace rehome::cli
