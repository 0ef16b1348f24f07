// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage three: store. In: objects and their content, from a scan (CaptureSink). Out: a durable, deduplicated, sealed
// capture; and the way back (CapturedState). A vault holds the captures of one source computer; its blobs lie in a
// BlobStore, and for the uncompressed and hard-link kinds its content lies as a tree of files beside them.
// Format: docs/store-format.md. Called by programs; the sessions may be used from many threads.

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/codec/sealed_box.h"
#include "base/codec/secret.h"
#include "base/core/clock.h"
#include "base/core/random.h"
#include "base/machine/file_tree.h"
#include "model/blob_store.h"
#include "model/capture.h"
#include "model/progress.h"

namespace rehome::store {

/// What opens a vault. A vault made without any is not encrypted (its frames are hashed instead).
struct Keys {
  std::optional<Secret> passphrase;
  std::optional<Secret> key_file;         // the file's bytes, any length from 16 up
  std::optional<Secret> recovery_secret;  // the secret half of a recovery key
  std::optional<Secret> vault_key;        // from a site, for the source: the key itself, which has no slot
  /// From a site, for who may restore these accounts only: see account_keys(). Not together with any of the above.
  std::map<AccountNumber, Secret> account_keys;
  bool empty() const { return !opens_all() && account_keys.empty(); }
  bool opens_all() const { return passphrase || key_file || recovery_secret || vault_key; }
};

/// The keys that open these accounts and nothing else. Throws Error(invalid_argument) for what is no vault id or key.
std::map<AccountNumber, Secret> account_keys(const std::string& vault_id, const Secret& vault_key,
                                             std::span<const AccountNumber> numbers);

/// Where a vault lies, and whose it is. `files` and `path` are where the tree of an uncompressed or hard-link store
/// goes (and, for hard links, its sister folders on other volumes); null for a vault reached through its blobs alone.
struct VaultPlace {
  /// Ours: captures take the lock, put damaged headers right and sweep up when they are complete.
  VaultPlace(OwnedBlobStore& own, FileTree* tree = nullptr, MachinePath folder = {})
      : blobs(own), owner(&own), files(tree), path(std::move(folder)) {}
  /// Another's, who sees to it that one capture runs at a time and sweeps up (keeper.h): we only add.
  VaultPlace(BlobStore& kept) : blobs(kept) {}

  BlobStore& blobs;
  OwnedBlobStore* owner = nullptr;  // the same blobs, or null where they are another's
  FileTree* files = nullptr;
  MachinePath path;
};

struct VaultOptions {
  StoreKind kind = StoreKind::compressed;
  std::optional<PublicKey> recovery_key;  // gets a key slot of its own
  int compression_level = 3;
  std::string vault_id;  // 32 hexadecimal digits that nobody used before; "" makes some
};

struct KeySlotInfo {
  std::string type;   // "passphrase", "key file", "recovery key"
  std::string label;  // for the recovery key: recovery_label()
};
/// The first 16 hexadecimal digits of the public half.
std::string recovery_label(const PublicKey& recovery_key);

struct VaultInfo {
  std::string vault_id;  // 32 hexadecimal digits
  StoreKind kind = StoreKind::compressed;
  std::uint32_t format_version = 0;
  bool encrypted = false;
  std::vector<KeySlotInfo> slots;  // none where keys of single accounts opened the vault: they prove no slot
};

struct CaptureSummary {
  std::string capture_id;
  bool complete = false;
  Timestamp started;
  std::optional<CaptureInfo> info;  // complete captures only, and what the keys open of them
  std::string problem;              // why a complete one cannot be read: damage, or a newer format
  std::uint64_t stored_bytes = 0;   // of packs or copied files, and catalog, that this capture lists; links are none
};

/// An open capture. Destroyed before finish() it stays behind as incomplete, to be resumed by the next capture.
class CaptureSession : public CaptureSink {
 public:
  /// From now on every finding, of the scan or of the store itself, goes to `watcher` too, which must outlive the
  /// session.
  virtual void watch(FindingSink& watcher) = 0;
  /// Makes everything durable and, as the last write, the capture complete. `info` needs the fields that the session
  /// does not know itself: computer, system, accounts, groups, program version. Returns it completed.
  virtual CaptureInfo finish(CaptureInfo info) = 0;
  /// Bytes newly written to the store so far.
  virtual std::uint64_t stored_bytes() const = 0;
};

/// What a hard-link store alone still holds: files whose other names are gone since they were linked, because they were
/// deleted, or replaced by an editor that saves beside and renames.
struct LastNames {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  MachinePath example;  // one of them, where it lies in the store; "" where there are none
  /// Folders of other volumes where the store has parts that cannot be reached now, because those are not mounted.
  std::vector<MachinePath> unreached;
};

struct Damage {
  std::string what;  // blob or frame, for an administrator
  std::string path;  // the file it hurts, as to_text(Location); empty when it hurts no single file
};

struct VerifyReport {
  std::uint64_t objects = 0, frames = 0, bytes = 0;
  std::uint64_t linked = 0;  // files of a hard-link store whose content has no hash to be compared with
  std::vector<Damage> damages;
};

class Vault {
 public:
  virtual ~Vault() = default;
  virtual const VaultInfo& info() const = 0;
  /// Newest first, incomplete ones included.
  virtual std::vector<CaptureSummary> captures() = 0;
  /// Takes the lock of a vault that is ours until the session is gone; Error(busy) when another capture runs. Goes on
  /// from an incomplete capture and compares with the newest complete one. Error(wrong_key) with keys of single
  /// accounts.
  virtual std::unique_ptr<CaptureSession> begin_capture() = 0;
  /// The capture of that id, or the newest for "". Error(not_found), Error(incomplete) where that was never finished,
  /// Error(corrupt) where nothing tells which one is the newest. With keys of single accounts it holds these accounts
  /// and nothing else, and each of them: Error(wrong_key) for a key that does not open its account, Error(not_found)
  /// where the capture has no such account.
  virtual std::unique_ptr<CapturedState> open_capture(const std::string& capture_id) = 0;
  /// Reads and authenticates everything of that capture, or for "" of all (of a hard-link store: of the newest, since
  /// files are edited in place); for hard-link stores checks inode, size, mtime and link of each entry, and with
  /// `content` the content too.
  virtual VerifyReport verify(const std::string& capture_id, bool content, Progress& progress) = 0;
  /// Of the capture, or for "" of all: what remove() would take from this computer for good. Incomplete captures count
  /// like complete ones. What such a store copied was never more than that and is left out where a catalog says so:
  /// copies of an incomplete capture, or of one whose catalog is damaged, are counted. None in stores of other kinds.
  virtual LastNames last_names(const std::string& capture_id) = 0;
  /// Removes one capture, or all and the vault itself for "", with the sister folders of a hard-link store. Packs
  /// that another capture lists stay. Error(unsupported) where the blobs are another's; Error(refused),
  /// before anything is removed, where a sister folder does not say whether it is this store's (docs/store-format.md).
  virtual void remove(const std::string& capture_id) = 0;
};

/// Makes a new vault in an empty place. Error(already_exists) where something is; Error(busy) where another is being
/// made; Error(invalid_argument) for a hard-link or uncompressed vault with keys: these are never encrypted;
/// Error(refused) for one in a folder that is not root's alone. A vault key that is given is the new vault's.
std::unique_ptr<Vault> create_vault(VaultPlace place, const Keys& keys, const VaultOptions& options, Random& random,
                                    const Clock& clock);

/// Error(not_found): no vault there; Error(wrong_key): none of the keys opens it; Error(unsupported_version);
/// Error(corrupt): both copies of the header are damaged. Keys of single accounts are tried by open_capture() only.
std::unique_ptr<Vault> open_vault(VaultPlace place, const Keys& keys, Random& random, const Clock& clock);

/// What can be told without a key; nullopt where no vault is.
std::optional<VaultInfo> peek_vault(BlobStore& blobs);

}  // namespace rehome::store
