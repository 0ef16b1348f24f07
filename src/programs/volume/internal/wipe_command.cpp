// SPDX-License-Identifier: Apache-2.0
// `rehome volume wipe FOLDER --proof FILE`: in the other root. The guard once more, as far as can be judged there, and
// then the wipe; or the rest of one that was begun.
#include <fmt/format.h>
#include <memory>

#include "base/boot/volume.h"
#include "base/boot/wipe.h"
#include "base/core/error.h"
#include "base/core/quantities.h"
#include "model/outcome.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/command/reporter.h"
#include "programs/volume/internal/declarations.h"
#include "programs/volume/internal/evidence.h"
#include "programs/volume/internal/inspection.h"
#include "programs/volume/internal/proof.h"
#include "programs/volume/internal/verdict.h"

namespace rehome::volume {

namespace {

using cli::Context;
using cli::ExitCode;
using sequence::StorePlace;

struct WipeLine {
  std::string proof, folder;
  std::string protected_name = "rehome";
  cli::KeyOptions keys;  // of a copied store in the protected folder, to verify it once more
};

struct Wipe {
  WipedVolume volume;
  MachinePath proof_path;
  Proof proof;
};

/// A proof from elsewhere may be about anything.
void check_proof_place(FileTree& host, const Wipe& wipe) {
  const std::string folder = wipe.proof_path.substr(0, wipe.proof_path.rfind('/'));
  if (place_of(host, wipe.volume, folder.empty() ? "/" : folder) == StorePlace::protected_folder) return;
  throw Error(ErrorCode::refused, printable(wipe.proof_path) + " is not in the protected folder of " +
                                      printable(wipe.volume.folder) + ", so it is no proof about that volume");
}

Wipe open_wipe(const WipeLine& line) {
  const std::unique_ptr<Machine> host = cli::open_machine("/");
  Wipe wipe{.volume = open_volume(host->files(), cli::absolute_path(line.folder), line.protected_name),
            .proof_path = cli::absolute_path(line.proof),
            .proof = {}};
  if (is_of_running_system(wipe.volume)) {
    throw Error(ErrorCode::refused, printable(wipe.volume.folder) +
                                        " is the volume of the system that runs here, and a system cannot wipe itself: "
                                        "enter the other root first");
  }
  check_proof_place(host->files(), wipe);
  wipe.proof = load_proof(wipe.proof_path);
  return wipe;
}

/// Why the proof is about something else; empty where it is not. What a wipe has begun to remove is no system any more.
std::string stranger_of(const Wipe& wipe, bool is_begun) {
  if (wipe.proof.protected_name != wipe.volume.protected_name) return "the proof is about another protected folder";
  if (boot::file_system_of(wipe.volume.folder).uuid != wipe.proof.volume_uuid) {
    return "the proof is about another volume";
  }
  if (is_begun) return {};
  try {
    if (system_on(wipe.volume) == wipe.proof.system) return {};
  } catch (const Error& error) {
    return error.what();
  }
  return "the proof is about another system than the one that is installed here";
}

/// What was proven of the store, and what can be seen of it here.
sequence::StoreFacts store_facts(const Wipe& wipe, const WipeLine& line, Context& context) {
  const Proof& proof = wipe.proof;
  sequence::StoreFacts store{.path = proof.store, .place = proof.place, .is_verified = true};
  if (proof.place != StorePlace::protected_folder) return store;
  const StoreOptions options{
      .store = wipe.volume.path_of(proof.store), .state = {}, .capture = proof.evidence.capture, .keys = line.keys};
  const bool has_key = !cli::read_keys(line.keys).empty();
  if (proof.evidence.encrypted && !has_key) {
    store.path = options.store;
    store.problem = problem_of_closed_store(store.path, proof.evidence.vault);
    const std::unique_ptr<Machine> host = cli::open_machine("/");
    if (store.problem.empty()) store.place = place_of(host->files(), wipe.volume, store.path);
    return store;
  }
  Evidence evidence = look_into_folder(options, wipe.volume, context);
  if (evidence.store.problem.empty() && evidence.capture.vault != proof.evidence.vault) {
    evidence.store.problem = "it is another store than the one that was checked";
  }
  evidence.store.encrypted = false;  // its key was judged where it could be
  return evidence.store;
}

sequence::WipeFacts facts_of(Wipe& wipe, const WipeLine& line, Context& context) {
  wipe.proof.evidence.objects = load_objects(wipe.proof_path, wipe.proof);
  sequence::WipeFacts facts;
  facts.stranger = stranger_of(wipe, false);
  facts.store = store_facts(wipe, line, context);
  inspect_volume(wipe.volume, wipe.proof.evidence, facts, context);
  return facts;
}

boot::WipeOptions options_of(const Wipe& wipe) { return {.protected_name = wipe.volume.protected_name}; }

ExitCode finish(const Wipe& wipe, std::uint64_t removed, Context& context) {
  if (context.options.json) {
    cli::print_json(Json::Object{{"wiped", printable(wipe.volume.folder)}, {"removed", removed}}, context);
  } else if (!context.options.quiet) {
    context.surroundings.out << fmt::format("{} is empty but for {}; {} removed\n", printable(wipe.volume.folder),
                                            printable(wipe.volume.protected_path()), counted(removed, "name"));
  }
  return ExitCode::success;
}

/// What was moved away is no system any more that could be judged again.
ExitCode remove_moved(const Wipe& wipe, Context& context) {
  Progress progress;
  const cli::Reporter reporter(context, progress, "wiping", {});
  boot::WipeOptions options = options_of(wipe);
  options.on_progress = [&](std::uint64_t removed) { progress.objects = removed; };
  options.cancelled = [&] { return progress.cancelled || context.surroundings.interrupted(); };
  const std::uint64_t removed = boot::remove_moved(wipe.volume.folder, options);
  save_mark(wipe.proof_path, {.proof = wipe.proof.id, .phase = WipePhase::done});
  return finish(wipe, removed, context);
}

ExitCode judge_and_wipe(Wipe& wipe, const WipeLine& line, Context& context) {
  const sequence::WipeFacts facts = facts_of(wipe, line, context);
  const std::vector<sequence::Reason> reasons = sequence::reasons_against_wipe(facts);
  if (!reasons.empty()) return refuse(reasons, facts, context);
  const WipeMark mark{.proof = wipe.proof.id, .entries = boot::top_entries(wipe.volume.folder, options_of(wipe))};
  save_mark(wipe.proof_path, mark);
  boot::move_away(wipe.volume.folder, mark.entries, options_of(wipe));
  save_mark(wipe.proof_path, {.proof = wipe.proof.id, .phase = WipePhase::removing});
  return remove_moved(wipe, context);
}

/// Before a wipe that has begun goes on: it must be the same volume, with nothing mounted in it.
void check_same_volume(const Wipe& wipe) {
  const std::string stranger = stranger_of(wipe, true);
  if (!stranger.empty()) throw Error(ErrorCode::refused, stranger);
  if (const std::vector<std::string> mounts = mounts_below(wipe.volume); !mounts.empty()) {
    throw Error(ErrorCode::refused, "something is mounted at " + printable(mounts.front()) + "; unmount it");
  }
}

ExitCode run(const WipeLine& line, Context& context) {
  require_root();
  Wipe wipe = open_wipe(line);
  const std::optional<WipeMark> mark = load_mark(wipe.proof_path, wipe.proof);
  if (!mark) return judge_and_wipe(wipe, line, context);
  check_same_volume(wipe);
  if (mark->phase != WipePhase::moving) return remove_moved(wipe, context);
  boot::take_back(wipe.volume.folder, mark->entries, options_of(wipe));
  remove_mark(wipe.proof_path);
  return judge_and_wipe(wipe, line, context);
}

}  // namespace

void declare_wipe(cli::Arguments& arguments) {
  const auto line = std::make_shared<WipeLine>();
  arguments.option("--proof", "FILE", line->proof, "What `volume check` wrote, in the protected folder");
  arguments.option("--protect", "NAME", line->protected_name, "Folder at the top that survives (default: rehome)");
  cli::declare_key_options(arguments, line->keys);
  arguments.required("FOLDER", line->folder, "where the volume is mounted: /target in the other root");
  arguments.run([line](Context& context) {
    if (line->proof.empty()) {
      throw Error(ErrorCode::invalid_argument,
                  "nothing is wiped without a proof: name what `rehome volume check --proof` wrote with --proof");
    }
    return run(*line, context);
  });
}

}  // namespace rehome::volume
