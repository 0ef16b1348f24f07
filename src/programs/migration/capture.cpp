// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/capture.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <map>
#include <memory>

#include "base/core/error.h"
#include "base/core/quantities.h"
#include "flow/scan/estimate.h"
#include "flow/scan/scan.h"
#include "model/outcome.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/reporter.h"
#include "programs/migration/untaken.h"

namespace rehome::cli {

namespace {

/// Room that a hard-link capture needs for folders and catalog, whatever it links.
constexpr std::uint64_t kLeastFreeBytes = 16 * 1024 * 1024;

/// Before the scan, which looks after itself.
void stop_if_interrupted(const Context& context) {
  if (context.surroundings.interrupted()) throw Error(ErrorCode::cancelled, "the capture was stopped before it began");
}

/// Whether nobody but root, or who has the key, can read what the catalog holds, wherever the store is taken.
bool keeps_secrets(const store::VaultInfo& vault) { return vault.encrypted || vault.kind == StoreKind::hard_link; }

std::vector<ServiceAccount> services_of(Machine& machine) {
  std::vector<ServiceAccount> services;
  if (machine.flavour() != MachineFlavour::linux) return services;
  for (const Account& account : machine.accounts().list()) {
    if (account.kind == AccountKind::service) services.push_back({account.name, account.uid});
  }
  return services;
}

void forget_passwords(Source& source) {
  for (CapturedAccount& captured : source.accounts) captured.account.password_hash.reset();
}

/// A user may have no home, or one that cannot be opened: the scan says so, nothing else depends on it.
std::unique_ptr<WritableFolder> open_home(const Source& source, const CapturedAccount& captured) {
  try {
    return source.machine->files().open_for_writing(captured.canonical_home);
  } catch (const Error&) {
    return nullptr;
  }
}

/// The folders and the catalog of a hard-link store must survive just what its links survive.
void check_link_volume(const Source& source, const MachinePath& store) {
  const std::unique_ptr<Machine> host = open_machine("/");
  const std::uint64_t device = host->files().open(store)->inspect_self().device;
  const bool has_a_home = std::ranges::any_of(source.accounts, [&](const CapturedAccount& captured) {
    const auto home = open_home(source, captured);
    return home && home->inspect_self().device == device;
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
    const auto home = open_home(source, captured);
    if (!home) continue;
    const Space space = home->space();
    used_by_device[home->inspect_self().device] = space.total_bytes - space.free_bytes;
  }
  std::uint64_t used = kLeastFreeBytes;
  for (const auto& [device, bytes] : used_by_device) used += bytes;
  return free >= used;
}

void check_room(std::uint64_t needed, std::uint64_t free, StoreKind kind) {
  if (free >= needed) return;
  const bool compresses = kind == StoreKind::compressed;
  throw Error(
      ErrorCode::no_space,
      fmt::format("the store's volume has {} free and the capture may need {}; free some room{}choose another "
                  "place for the store{}",
                  human_bytes(free), human_bytes(needed), compresses ? ", " : " or ",
                  compresses ? ", or, where the files are known to compress well, capture with --no-space-check" : ""));
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
void look_ahead(const scan::ScanJob& job, const Source& source, const CaptureTarget& target, Context& context,
                Progress& progress) {
  const std::optional<std::uint64_t> free = target.check_space ? target.blobs.free_bytes() : std::nullopt;
  const StoreKind kind = target.vault.info().kind;
  if (free) check_room(kLeastFreeBytes, *free, kind);
  const bool copies = kind != StoreKind::hard_link;
  const bool plenty = !copies || !free || surely_has_room(source, *free);
  if (plenty && !context.surroundings.err_is_terminal) return;
  Progress counting;
  const Reporter reporter(context, counting, "looking", {});
  FindingList ignored;  // the capture itself will say them again
  const scan::Estimate estimate = scan::estimate(job, ignored, counting);
  progress.expected_objects = estimate.total.objects;
  progress.expected_bytes = estimate.total.content_bytes;
  if (plenty || !is_first_capture(target.vault)) return;
  const std::uint64_t stored = std::min(stored_bytes(target.blobs), estimate.total.content_bytes);
  check_room(kLeastFreeBytes + estimate.total.content_bytes - stored, *free, kind);
}

CaptureInfo describe(const Source& source) {
  CaptureInfo info;
  info.flavour = source.machine->flavour();
  info.computer_name = source.machine->environment().computer_name();
  info.operating_system = source.machine->environment().operating_system();
  info.program_version = REHOME_VERSION;
  info.accounts = source.accounts;
  info.groups = source.machine->accounts().groups();
  info.services = services_of(*source.machine);
  info.rules = rules_of(source);
  return info;
}

CaptureInfo take(const scan::ScanJob& job, const Source& source, store::CaptureSession& session, Progress& progress) {
  try {
    for (Finding& finding : source.findings()) session.record(std::move(finding));
    report_untaken_homes(job, session);
    scan::scan(job, session, progress);
    report_emptiness(job, progress, session);
    return session.finish(describe(source));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::no_space) throw;
    throw Error(ErrorCode::no_space,
                std::string(error.what()) + "; free some room for the store, and the same command goes on where it was",
                error.system_code());
  }
}

}  // namespace

CaptureResult capture(Source source, const CaptureTarget& target, Work& work, FindingList& findings, Context& context) {
  const auto start = std::chrono::steady_clock::now();
  const std::unique_ptr<store::CaptureSession> session = target.vault.begin_capture();
  session->watch(findings);
  stop_if_interrupted(context);
  compile_rules(source, context, [&](const Account& account) { return session->number_of(account); });
  if (!keeps_secrets(target.vault.info())) forget_passwords(source);
  if (target.vault.info().kind == StoreKind::hard_link) check_link_volume(source, target.folder);
  const scan::ScanJob job = scan_job(source);
  check_reach(job);
  *work.names.lock() = source.names();
  look_ahead(job, source, target, context, work.progress);
  CaptureResult result;
  {
    const Reporter reporter(context, work.progress, "capturing", source.names());
    result.info = take(job, source, *session, work.progress);
  }
  result.stored_bytes = session->stored_bytes();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace rehome::cli
