// SPDX-License-Identifier: Apache-2.0
#include "flow/store/vault.h"

#include <map>
#include <utility>

#include "base/codec/seal.h"
#include "base/core/error.h"
#include "flow/store/internal/capture_list.h"
#include "flow/store/internal/capture_reader.h"
#include "flow/store/internal/damage.h"
#include "flow/store/internal/key_slots.h"
#include "flow/store/internal/session.h"
#include "flow/store/internal/sweep.h"
#include "flow/store/internal/vault_context.h"
#include "flow/store/internal/verify.h"

namespace rehome::store {

namespace {

using PackSizes = std::map<PackPlace, std::uint64_t>;

PackSizes pack_sizes(BlobStore& blobs) {
  PackSizes sizes;
  for (const BlobInfo& blob : blobs.list("packs")) {
    if (const auto place = parse_pack_name(blob.name)) sizes.emplace(*place, blob.size);
  }
  return sizes;
}

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

CaptureId capture_id_of(const std::string& text) {
  const auto id = id_of_hex<CaptureId>(text);
  if (!id) {
    throw Error(ErrorCode::invalid_argument,
                "\"" + printable(text) + "\" is no capture id: one has 32 hexadecimal digits");
  }
  return *id;
}

class OpenVault final : public Vault {
 public:
  explicit OpenVault(std::shared_ptr<const VaultContext> context)
      : context_(std::move(context)), info_(describe(context_->header)) {}

  const VaultInfo& info() const override { return info_; }

  std::vector<CaptureSummary> captures() override {
    const PackSizes sizes = pack_sizes(context_->blobs);
    std::vector<CaptureSummary> summaries;
    for (const CaptureEntry& entry : list_captures(context_->blobs)) summaries.push_back(summarise(entry, sizes));
    return summaries;
  }

  std::unique_ptr<CaptureSession> begin_capture() override {
    std::unique_ptr<BlobStoreLock> lock = context_->blobs.lock();
    context_->blobs.clean();
    heal_header(context_->blobs, context_->header);
    return std::make_unique<Session>(context_, std::move(lock));
  }

  std::unique_ptr<CapturedState> open_capture(const std::string& capture_id) override { return reader(capture_id); }

  VerifyReport verify(const std::string& capture_id, bool content, Progress& progress) override {
    return verify_capture(*context_, *reader(capture_id), content, progress);
  }

  void remove(const std::string& capture_id) override {
    const std::unique_ptr<BlobStoreLock> lock = context_->blobs.lock();
    if (capture_id.empty()) {
      remove_everything(*context_);
    } else {
      remove_capture(*context_, capture_id_of(capture_id));
    }
    context_->blobs.clean();
  }

 private:
  CaptureSummary summarise(const CaptureEntry& entry, const PackSizes& sizes) const;
  CaptureId newest_complete() const;
  std::unique_ptr<CaptureReader> reader(const std::string& capture_id) const;

  std::shared_ptr<const VaultContext> context_;
  VaultInfo info_;
};

CaptureSummary OpenVault::summarise(const CaptureEntry& entry, const PackSizes& sizes) const {
  CaptureSummary summary{to_hex(entry.start.capture), entry.is_complete, entry.start.started, std::nullopt, 0};
  for (const BlobInfo& blob : entry.blobs) summary.stored_bytes += blob.size;
  if (!entry.is_complete) return summary;
  try {
    const Manifest manifest = read_manifest(context_->blobs, entry.start.capture);
    summary.stored_bytes += listed_bytes(manifest, sizes);
    summary.info = read_capture_info(*context_, manifest);
    if (context_->header.kind == StoreKind::uncompressed) summary.stored_bytes += summary.info->content_bytes;
  } catch (const Error& error) {
    // A damaged capture is listed all the same: it must be possible to see and to remove it.
    if (!is_damage(error) && error.code() != ErrorCode::unsupported_version) throw;
  }
  return summary;
}

CaptureId OpenVault::newest_complete() const {
  const std::vector<CaptureEntry> captures = list_captures(context_->blobs);
  for (const CaptureEntry& capture : captures) {
    if (capture.is_complete) return capture.start.capture;
  }
  const std::string where = context_->blobs.display_name();
  if (captures.empty()) throw Error(ErrorCode::not_found, "the store at " + where + " holds no capture");
  throw Error(ErrorCode::incomplete,
              "the capture in " + where + " was never finished: run the capture again to complete it");
}

std::unique_ptr<CaptureReader> OpenVault::reader(const std::string& capture_id) const {
  const CaptureId id = capture_id.empty() ? newest_complete() : capture_id_of(capture_id);
  if (context_->blobs.list("captures/" + to_hex(id)).empty()) {
    throw Error(ErrorCode::not_found, "there is no capture " + to_hex(id) + " in " + context_->blobs.display_name());
  }
  return std::make_unique<CaptureReader>(context_, read_manifest(context_->blobs, id));
}

std::unique_ptr<Vault> make_open(const VaultPlace& place, Header header, KeyRing keys, Random& random,
                                 const Clock& clock) {
  return std::make_unique<OpenVault>(std::make_shared<const VaultContext>(
      VaultContext{place.blobs, place.files, place.path, std::move(header), std::move(keys), random, clock}));
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
  if (!place.blobs.list("").empty()) {
    throw Error(ErrorCode::already_exists, "there is a store at " + place.blobs.display_name() + " already");
  }
}

}  // namespace

std::unique_ptr<Vault> create_vault(VaultPlace place, const Keys& keys, const VaultOptions& options, Random& random,
                                    const Clock& clock) {
  Header header;
  header.encrypted = !keys.empty() || options.recovery_key.has_value();
  check_creation(place, header.encrypted, options);
  header.vault = make_id<VaultId>(random);
  header.kind = options.kind;
  header.compression_level = options.compression_level;
  KeyRing ring = KeyRing::unencrypted(header.vault);
  if (header.encrypted) {
    Secret vault_key(Sealer::kKeySize);
    random.fill(vault_key.mutable_view());
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
  if (!header.encrypted && !keys.empty()) {
    // Somebody may have put a store of their own in place of the encrypted one.
    throw Error(ErrorCode::invalid_argument,
                "a key was given but the store is not encrypted: leave out the key if that is what it should be");
  }
  KeyRing ring =
      header.encrypted ? KeyRing::of_vault(header.vault, unlock(header, keys)) : KeyRing::unencrypted(header.vault);
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
