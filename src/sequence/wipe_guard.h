// SPDX-License-Identifier: Apache-2.0
#pragma once
// The wipe guard: whether everything on a volume may be removed. In: facts about the volume and the store, as they were
// found a moment ago. Out: every reason against it; none means that it may. Who finds the facts is programs/volume,
// once in the system that is to be replaced, and again beside the volume right before the wipe. Pure; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rehome::sequence {

/// What is asked, in the order in which the answers are shown.
enum class Clause : std::uint8_t {
  protected_folder,  // what survives the wipe is safe from everybody
  store,             // is complete, was verified just now, and survives the wipe
  key,               // of the store can be had without what is wiped
  accounts,          // all of the volume are in the store
  homes,             // as well
  errors,            // of the capture are accepted
  sessions,          // none is open
  changes,           // none since the capture
  volume,            // is the one that was judged, and nothing is mounted in it
};
std::string_view name_of(Clause clause);

struct Reason {
  Clause clause = Clause::store;
  std::string thing = {};   // printable
  std::string cause = {};   // what is wrong with it
  std::string remedy = {};  // what to do about it
  bool operator==(const Reason&) const = default;
};
/// "THING: CAUSE; REMEDY".
std::string to_text(const Reason& reason);

struct ProtectedFolder {
  std::string path = {};
  enum class Kind : std::uint8_t { missing, folder, link, other } kind = Kind::missing;
  bool is_mount = false;  // or on another volume
  std::uint32_t uid = 0, gid = 0, mode = 0700;
  bool is_wipe_begun = false;  // and not at its end: what was moved away lies in it
};

enum class StorePlace : std::uint8_t {
  protected_folder,  // of the volume
  wiped,             // elsewhere on the volume, or in a file that lies there
  other_volume,
  in_memory,  // gone with the next restart
  unknown,    // what is beneath it cannot be told: FUSE, overlays
  site,
};

enum class KeyFilePlace : std::uint8_t { none, safe, wiped };

struct StoreFacts {
  std::string path = {};
  StorePlace place = StorePlace::unknown;
  std::string problem = {};               // why it cannot be opened, or is no complete capture; else empty
  std::vector<std::string> damages = {};  // that the verification found; the first ones
  std::uint64_t damage_count = 0;
  bool is_verified = false;
  bool encrypted = false;
  bool has_recovery_slot = false, has_passphrase_slot = false;
  KeyFilePlace key_file = KeyFilePlace::none;  // of the one that opens it
  std::string key_file_path = {};
  std::uint64_t links_outside = 0;  // files of the volume whose only kept names are not in this store's folder
  bool is_available = true;         // at a site: for a restore
  bool has_rules = true;            // the capture says which rules made it
};

struct AccountFact {
  std::string name = {};
  std::uint32_t uid = 0;
  std::string home = {};  // links resolved
};

enum class Encryption : std::uint8_t { none, homed, ecryptfs, fscrypt, fuse };

struct HomeFact {
  std::string path = {};
  std::uint32_t uid = 0;   // whose it is
  std::string owner = {};  // empty where nobody has that uid
  Encryption encryption = Encryption::none;
  bool is_listed = false;  // the capture has this folder, be it as nobody's home
};

struct ErrorFact {
  std::string path = {};
  std::string message = {};
};

enum class ChangeKind : std::uint8_t { added, content, replaced, metadata, unreadable };

struct ChangeFact {
  std::string path = {};
  ChangeKind kind = ChangeKind::added;
};

struct WipeFacts {
  std::string folder = {};  // of the volume
  ProtectedFolder protected_folder = {};
  StoreFacts store = {};
  std::vector<AccountFact> captured = {};  // in the store
  std::vector<AccountFact> accounts = {};  // of the volume, with uid ≥ UID_MIN
  std::vector<HomeFact> homes = {};        // on the volume
  std::vector<ErrorFact> errors = {};      // per-object errors of the capture
  std::uint64_t more_errors = 0;           // that are not listed above
  std::vector<std::string> accepted = {};  // paths: the object, or all below that folder
  std::vector<std::string> sessions = {};  // who is logged in
  std::vector<ChangeFact> changes = {};    // since the capture; the first ones
  std::uint64_t change_count = 0;
  std::vector<std::string> mounts = {};  // below the folder, where that forbids the wipe
  std::string stranger = {};             // why the proof is not about this volume or system; else empty
};

/// Empty where nothing speaks against it.
std::vector<Reason> reasons_against_wipe(const WipeFacts& facts);

/// What a person sees, 24 lines at most: each clause that is broken, its first things, and how many more there are.
std::vector<std::string> one_screen(const std::vector<Reason>& reasons);

}  // namespace rehome::sequence
