// SPDX-License-Identifier: Apache-2.0
// `rehome volume check FOLDER`: the wipe guard, in the system that is to be replaced.
#include <fmt/format.h>
#include <memory>

#include "base/archive/apply.h"
#include "base/boot/volume.h"
#include "base/core/error.h"
#include "base/core/quantities.h"
#include "model/outcome.h"
#include "programs/agent/agent_folder.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/volume/internal/declarations.h"
#include "programs/volume/internal/evidence.h"
#include "programs/volume/internal/inspection.h"
#include "programs/volume/internal/proof.h"
#include "programs/volume/internal/verdict.h"

namespace rehome::volume {

namespace {

using cli::Context;
using cli::ExitCode;

struct CheckLine {
  StoreOptions store{.store = {}, .state = agent::kDefaultFolder, .capture = {}, .keys = {}};
  std::vector<std::string> accepted;
  std::string protected_name = "rehome";
  std::string proof;
  std::vector<std::string> images;
  std::string folder;
};

/// A volume is not wiped for a system that cannot be put there.
void check_image(const std::string& image, const WipedVolume& volume, Context& context) {
  const MachinePath path = cli::absolute_path(image);
  const std::unique_ptr<Machine> host = cli::open_machine("/");
  try {
    const archive::ImageContent content = archive::read_image(path, {.cancelled = context.surroundings.interrupted});
    const std::uint64_t room = host->files().open_for_writing(volume.folder)->space().total_bytes;
    if (content.bytes <= room) return;
    throw Error(ErrorCode::no_space,
                fmt::format("it holds {}, and the volume {} in all", human_bytes(content.bytes), human_bytes(room)));
  } catch (Error& error) {
    throw error.add_context("while reading " + printable(path) + ", for which nothing is wiped");
  }
}

/// The proof has to survive with what it proves.
void check_proof_path(const WipedVolume& volume, const MachinePath& path) {
  const std::unique_ptr<Machine> host = cli::open_machine("/");
  const std::string folder = path.substr(0, path.rfind('/'));
  if (place_of(host->files(), volume, folder.empty() ? "/" : folder) == sequence::StorePlace::protected_folder) return;
  throw Error(ErrorCode::invalid_argument, printable(path) + " is not in the protected folder " +
                                               printable(volume.protected_path()) + ", where the proof has to lie");
}

/// Nothing that an earlier check proved counts any more once this one has begun; but of a wipe that has begun it is all
/// that is left to go on with.
void take_back_proof(const MachinePath& path) {
  try {
    const std::optional<WipeMark> mark = load_mark(path, load_proof(path));
    if (mark && mark->phase != WipePhase::done) {
      throw Error(ErrorCode::refused,
                  "a wipe by the proof " + printable(path) + " has begun: `rehome volume wipe` goes on with it");
    }
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return;
    if (error.code() == ErrorCode::refused) throw;
  }
  remove_proof(path);
}

/// From the top of the volume on: in the other root it is mounted elsewhere.
std::string store_on_volume(const WipedVolume& volume, const sequence::StoreFacts& store) {
  if (store.place != sequence::StorePlace::protected_folder) return store.path;
  const MachinePath real = cli::open_machine("/")->files().canonical(store.path);
  const std::string top = volume.folder == "/" ? "/" : volume.folder + "/";
  if (real.starts_with(top)) return real.substr(top.size());
  throw Error(ErrorCode::refused, printable(store.path) + " is seen through another mount than " +
                                      printable(volume.folder) + "; name it by its place below that");
}

void write_proof(const CheckLine& line, const WipedVolume& volume, Evidence evidence, Context& context) {
  save_proof(cli::absolute_path(line.proof), {.id = random_hex(context.surroundings.random, 16),
                                              .volume_uuid = boot::file_system_of(volume.folder).uuid,
                                              .system = system_on(volume),
                                              .protected_name = volume.protected_name,
                                              .place = evidence.store.place,
                                              .store = store_on_volume(volume, evidence.store),
                                              .evidence = std::move(evidence.capture),
                                              .objects_digest = {}});
}

sequence::WipeFacts facts_of(const CheckLine& line, const WipedVolume& volume, const Evidence& evidence,
                             Context& context) {
  sequence::WipeFacts facts;
  facts.store = evidence.store;
  for (const cli::CaptureError& error : evidence.capture.errors) {
    facts.errors.push_back({.path = error.path, .message = error.message});
  }
  facts.more_errors = evidence.capture.more_errors;
  facts.accepted = line.accepted;
  inspect_volume(volume, evidence.capture, facts, context);
  return facts;
}

ExitCode check(const CheckLine& line, Context& context) {
  require_root();
  const WipedVolume volume =
      open_volume(cli::open_machine("/")->files(), cli::absolute_path(line.folder), line.protected_name);
  if (!line.proof.empty()) {
    check_proof_path(volume, cli::absolute_path(line.proof));
    take_back_proof(cli::absolute_path(line.proof));
  }
  for (const std::string& image : line.images) check_image(image, volume, context);
  Evidence evidence = gather_evidence(line.store, volume, context);
  const sequence::WipeFacts facts = facts_of(line, volume, evidence, context);
  const std::vector<sequence::Reason> reasons = sequence::reasons_against_wipe(facts);
  if (!reasons.empty()) return refuse(reasons, facts, context);
  const std::uint64_t objects = evidence.capture.objects.size();
  if (!line.proof.empty()) write_proof(line, volume, std::move(evidence), context);
  return agree(facts, objects, context);
}

}  // namespace

void declare_check(cli::Arguments& arguments) {
  const auto line = std::make_shared<CheckLine>();
  arguments.option("--store", "DIR", line->store.store,
                   "The store that is to survive (default: as the agent's steps say)");
  arguments.option("--state", "DIR", line->store.state, "Folder of the agent, whose steps captured");
  arguments.option("--capture", "ID", line->store.capture, "The capture, instead of the newest");
  cli::declare_key_options(arguments, line->store.keys);
  arguments.option("--accept", "PATH", line->accepted,
                   "An object that was not captured as it is, or a folder of such, whose loss is accepted");
  arguments.option("--protect", "NAME", line->protected_name, "Folder at the top that survives (default: rehome)");
  arguments.option("--proof", "FILE", line->proof, "Where to write what was proven, for `volume wipe`");
  arguments.option("--image", "IMAGE", line->images,
                   "What will be put there: it is read to its end, so that nothing is wiped for a damaged one");
  arguments.required("FOLDER", line->folder, "where the volume is mounted; / for the running system");
  arguments.run([line](Context& context) { return check(*line, context); });
}

}  // namespace rehome::volume
