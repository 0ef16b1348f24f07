// SPDX-License-Identifier: Apache-2.0
#include "flow/store/vault.h"

#include <map>
#include <utility>

#include "base/core/error.h"
#include "flow/store/internal/capture_list.h"
#include "flow/store/internal/capture_reader.h"
#include "flow/store/internal/content_factory.h"
#include "flow/store/internal/damage.h"
#include "flow/store/internal/key_slots.h"
#include "flow/store/internal/last_names.h"
#include "flow/store/internal/private_folder.h"
#include "flow/store/internal/session.h"
#include "flow/store/internal/sweep.h"
#include "flow/store/internal/vault_context.h"
#include "flow/store/internal/verify.h"

namespace rehome::store {

namespace {

std::uint64_t listed_bytes(const Manifest& manifest, const PackSizes& sizes) {
  std::uint64_t sum = 0;
  for (const ManifestAccount& account : manifest.accounts) {
    for (const PackId& pack : account.packs) {
      const auto size = sizes.find({account.account, pack});
      if (size != sizes.end()) sum += size->second;
    }
  }
  return sum;
}

class OpenVault final : public Vault {
 public:
  explicit OpenVault(std::shared_ptr<const VaultContext> context)
      : context_(std::move(context)), info_(describe(context_->header)) {}

  const VaultInfo& info() const override { return info_; }

  std::vector<CaptureSummary> captures() override {
    const PackSizes sizes = list_packs(context_->blobs);
    std::vector<CaptureSummary> summaries;
    for (const CaptureEntry& entry : list_captures(context_->blobs)) summaries.push_back(summarise(entry, sizes));
    return summaries;
  }

  std::unique_ptr<CaptureSession> begin_capture() override {
    if (!context_->keys.opens_all()) {
      throw Error(ErrorCode::wrong_key,
                  "the keys given open single accounts: a capture needs a key of the whole store");
    }
    return std::make_unique<Session>(context_, context_->owner == nullptr ? nullptr : take_over(*context_->owner));
  }

  std::unique_ptr<CapturedState> open_capture(const std::string& capture_id) override { return reader(capture_id); }

  VerifyReport verify(const std::string& capture_id, bool content, Progress& progress) override;

  LastNames last_names(const std::string& capture_id) override { return find_last_names(context_, meant(capture_id)); }

  void remove(const std::string& capture_id) override;

 private:
  std::unique_ptr<BlobStoreLock> take_over(OwnedBlobStore& blobs) const;
  /// nullopt for "", which means all.
  static std::optional<CaptureId> meant(const std::string& capture_id) {
    return capture_id.empty() ? std::nullopt : std::optional(id_of_text<CaptureId>(capture_id, "capture"));
  }
  CaptureSummary summarise(const CaptureEntry& entry, const PackSizes& sizes) const;
  CaptureId newest() const;
  Captures all_readers(std::vector<Damage>& damages) const;
  std::unique_ptr<CaptureReader> reader(const std::string& capture_id) const;

  std::shared_ptr<const VaultContext> context_;
  VaultInfo info_;
};

/// Locks the vault and puts right what a dead process or a bad sector left behind.
std::unique_ptr<BlobStoreLock> OpenVault::take_over(OwnedBlobStore& blobs) const {
  std::unique_ptr<BlobStoreLock> lock = blobs.lock();
  blobs.clean();
  heal_header(blobs, context_->header);
  heal_manifests(blobs);
  return lock;
}

void OpenVault::remove(const std::string& capture_id) {
  const std::optional<CaptureId> id = meant(capture_id);
  Sweep sweep = sweep_of(*context_);
  const std::unique_ptr<BlobStoreLock> lock = context_->owner->lock();
  check_removable(*context_, id);
  if (!id) {
    sweep.remove_everything();
  } else if (!sweep.remove_capture(*id)) {
    throw Error(ErrorCode::not_found, "there is no capture " + to_hex(*id) + " in " + context_->blobs.display_name());
  }
  context_->owner->clean();
}

CaptureSummary OpenVault::summarise(const CaptureEntry& entry, const PackSizes& sizes) const {
  CaptureSummary summary{to_hex(entry.start.capture), entry.is_complete, entry.start.started, std::nullopt, "", 0};
  for (const BlobInfo& blob : entry.blobs) summary.stored_bytes += blob.size;
  if (!entry.is_complete) return summary;
  try {
    const Manifest manifest = read_manifest(context_->blobs, entry.start.capture);
    summary.stored_bytes += listed_bytes(manifest, sizes);
    summary.info = read_capture_info(*context_, manifest);
    if (context_->header.kind == StoreKind::uncompressed) summary.stored_bytes += summary.info->content_bytes;
  } catch (const Error& error) {
    // A damaged capture is listed all the same: it must be possible to see and to remove it.
    const bool is_for_other_keys = error.code() == ErrorCode::wrong_key;
    if (!is_damage(error) && !is_for_other_keys && error.code() != ErrorCode::unsupported_version) throw;
    if (!is_for_other_keys) summary.problem = error.what();
  }
  return summary;
}

/// Nobody who asks for the newest capture wants an older one without being told.
CaptureId OpenVault::newest() const {
  const std::vector<CaptureEntry> captures = list_captures(context_->blobs);
  const std::string where = context_->blobs.display_name();
  if (captures.empty()) throw Error(ErrorCode::not_found, "the store at " + where + " holds no capture");
  const auto undated = std::ranges::find(captures, false, &CaptureEntry::is_dated);
  if (undated != captures.end() && captures.size() > 1) {
    throw Error(ErrorCode::corrupt, "the capture " + to_hex(undated->start.capture) + " in " + where +
                                        " is damaged, and may be the newest: say which one is meant (--capture), or "
                                        "remove that one (rehome store remove --capture)");
  }
  const CaptureEntry& newest = captures.front();
  if (newest.is_complete) return newest.start.capture;
  const bool has_complete = std::ranges::any_of(captures, &CaptureEntry::is_complete);
  throw Error(ErrorCode::incomplete, "the newest capture in " + where + ", of " + to_iso8601(newest.start.started) +
                                         ", was never finished: run the capture again to complete it" +
                                         (has_complete ? ", or say which one is meant (--capture)" : ""));
}

/// Of what cannot be opened it is said why. What is for other keys is none of our affair.
Captures OpenVault::all_readers(std::vector<Damage>& damages) const {
  Captures readers;
  const std::vector<CaptureEntry> captures = list_captures(context_->blobs);
  for (const CaptureEntry& entry : captures) {
    // What a newer capture has replaced, or a removal has not swept up yet, is no damage.
    if (!entry.is_complete && &entry != &captures.front()) continue;
    try {
      readers.push_back(reader(to_hex(entry.start.capture)));
    } catch (const Error& error) {
      const bool is_anothers =
          !context_->keys.opens_all() && (error.code() == ErrorCode::wrong_key || error.code() == ErrorCode::not_found);
      if (is_anothers) continue;
      if (!is_damage(error) && error.code() != ErrorCode::incomplete) throw;
      damages.push_back({"capture " + to_hex(entry.start.capture) + ": " + error.message(), ""});
    }
  }
  return readers;
}

VerifyReport OpenVault::verify(const std::string& capture_id, bool content, Progress& progress) {
  std::vector<Damage> unreadable;
  Captures readers;
  // Older captures of linked files are as the files are now: that is no damage.
  if (capture_id.empty() && context_->header.kind != StoreKind::hard_link) {
    readers = all_readers(unreadable);
    if (readers.empty() && unreadable.empty()) newest();  // says why
  } else {
    readers.push_back(reader(capture_id));
  }
  VerifyReport report = verify_captures(*context_, readers, content, progress);
  report.damages.insert(report.damages.begin(), unreadable.begin(), unreadable.end());
  return report;
}

std::unique_ptr<CaptureReader> OpenVault::reader(const std::string& capture_id) const {
  const CaptureId id = capture_id.empty() ? newest() : id_of_text<CaptureId>(capture_id, "capture");
  return std::make_unique<CaptureReader>(context_, read_manifest(context_->blobs, id));
}

std::unique_ptr<Vault> make_open(const VaultPlace& place, Header header, KeyRing keys, Random& random,
                                 const Clock& clock) {
  return std::make_unique<OpenVault>(std::make_shared<const VaultContext>(VaultContext{
      place.blobs, place.owner, place.files, place.path, std::move(header), std::move(keys), random, clock}));
}

void check_creation(const VaultPlace& place, bool encrypted, const VaultOptions& options) {
  if (encrypted && options.kind != StoreKind::compressed) {
    throw Error(ErrorCode::invalid_argument,
                "a store of the kind \"" + std::string(name_of(options.kind)) +
                    "\" holds plain files and is never encrypted: leave out the key, or choose a compressed store");
  }
  if (options.compression_level < 1 || options.compression_level > 19) {
    throw Error(ErrorCode::invalid_argument, "a compression level is a number from 1 to 19");
  }
  if (options.kind != StoreKind::compressed && place.files != nullptr) {
    check_private_folder(*place.files->open(place.path), place.path);
  }
}

void check_empty(const VaultPlace& place) {
  if (place.blobs.list("").empty()) return;
  const std::string where = place.blobs.display_name();
  throw Error(ErrorCode::already_exists,
              peek_vault(place.blobs) ? "there is a store at " + where + " already"
                                      : where +
                                            " holds files, but no store: a new store needs an empty folder, or one "
                                            "that does not exist yet");
}

/// Two captures into the same new place: one makes the vault, the other is told that somebody is at work. Nothing is
/// left in a place that is another's.
std::unique_ptr<BlobStoreLock> lock_empty(const VaultPlace& place) {
  check_empty(place);
  std::unique_ptr<BlobStoreLock> lock = place.owner == nullptr ? nullptr : place.owner->lock();
  check_empty(place);
  return lock;
}

}  // namespace

std::unique_ptr<Vault> create_vault(VaultPlace place, const Keys& keys, const VaultOptions& options, Random& random,
                                    const Clock& clock) {
  Header header;
  header.encrypted = !keys.empty() || options.recovery_key.has_value();
  check_creation(place, header.encrypted, options);
  const std::unique_ptr<BlobStoreLock> lock = lock_empty(place);
  header.vault = options.vault_id.empty() ? make_id<VaultId>(random) : id_of_text<VaultId>(options.vault_id, "vault");
  header.kind = options.kind;
  header.compression_level = options.compression_level;
  KeyRing ring = KeyRing::unencrypted(header.vault);
  if (header.encrypted) {
    Secret vault_key = new_vault_key(keys, random);
    header.slots = make_slots(vault_key, header.vault, keys, options.recovery_key, random);
    header.key_check = key_check_of(header, vault_key);
    ring = KeyRing::of_vault(header.vault, std::move(vault_key));
  }
  const Bytes blob = encode_header(header);
  for (const Copy copy : {Copy::first, Copy::second}) place.blobs.put(header_name(copy), blob);
  return make_open(place, std::move(header), std::move(ring), random, clock);
}

std::unique_ptr<Vault> open_vault(VaultPlace place, const Keys& keys, Random& random, const Clock& clock) {
  Header header = read_header(place.blobs);
  KeyRing ring = unlock(header, keys);
  if (!ring.opens_all()) header = sealed_part(header);
  return make_open(place, std::move(header), std::move(ring), random, clock);
}

std::optional<VaultInfo> peek_vault(BlobStore& blobs) {
  try {
    return describe(read_header(blobs));
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return std::nullopt;
    throw;
  }
}

}  // namespace rehome::store
