// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `volume check` proved, for `volume wipe`, which runs where there is neither a network nor the old system: a file
// in the protected folder, and beside it the list of captured objects. In and out: files of root alone; hostile until
// checked all the same, for a wipe acts on them. For one thread.

#include <optional>
#include <string>
#include <vector>

#include "base/boot/wipe.h"
#include "base/codec/json.h"
#include "programs/migration/capture_evidence.h"
#include "sequence/wipe_guard.h"

namespace rehome::volume {

/// Beside the proof, whose path stands before them.
constexpr const char* kObjectsSuffix = ".objects";
constexpr const char* kMarkSuffix = ".wipe";

struct Proof {
  std::string id;  // of this proof; 32 hexadecimal digits that no other has
  std::string volume_uuid;
  std::string system;  // the installed one, by what does not change while it is installed
  std::string protected_name;
  sequence::StorePlace place = sequence::StorePlace::unknown;
  std::string store;  // in the protected folder: its path from the top of the volume on; else for people
  cli::CaptureEvidence evidence;
  std::string objects_digest;  // SHA-256 of the list
};

Json to_json(const Proof& proof);
/// Throws Error(invalid_argument), Error(limit_exceeded), Error(unsupported_version).
Proof proof_of(const Json& json);

/// Writes the list of objects, then the proof, each whole and durable. `path` lies in a folder of root alone: else
/// Error(refused).
void save_proof(const MachinePath& path, Proof proof);
/// Throws Error(not_found), Error(refused) for files that others may change, Error(corrupt).
Proof load_proof(const MachinePath& path);
/// Does nothing where there is none.
void remove_proof(const MachinePath& path);
/// Of the evidence, which load_proof() leaves out. Throws Error(corrupt) where they are not those of the proof.
cli::ObjectTable load_objects(const MachinePath& path, const Proof& proof);

enum class WipePhase : std::uint8_t {
  moving,    // nothing is removed yet, and all can come back
  removing,  // all is moved away, and the system is no more
  done,
};

/// How far the wipe is that a proof allowed.
struct WipeMark {
  std::string proof;  // its id
  WipePhase phase = WipePhase::moving;
  std::vector<boot::TopEntry> entries = {};  // what it moves away
};
/// nullopt where no wipe by this proof has begun.
std::optional<WipeMark> load_mark(const MachinePath& path, const Proof& proof);
void save_mark(const MachinePath& path, const WipeMark& mark);
void remove_mark(const MachinePath& path);

}  // namespace rehome::volume
