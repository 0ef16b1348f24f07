// SPDX-License-Identifier: Apache-2.0
#pragma once
// One capture being written. In: what the scan finds. Out: content, then the segments that refer to it, then the mark
// that makes the capture complete; in this order at every moment, so that a process killed anywhere leaves a capture
// that is absent, resumable or complete. Holds the vault's lock where the vault is ours.

#include <atomic>
#include <memory>
#include <mutex>
#include <set>

#include "base/core/locked.h"
#include "flow/store/internal/account_numbers.h"
#include "flow/store/internal/catalog_writer.h"
#include "flow/store/internal/content.h"
#include "flow/store/internal/known_packs.h"
#include "flow/store/internal/pack_table.h"
#include "flow/store/internal/previous_captures.h"
#include "flow/store/internal/vault_context.h"
#include "flow/store/vault.h"

namespace rehome::store {

class Session final : public CaptureSession {
 public:
  /// Writes nothing before something is recorded or kept. `lock` is null where the vault is another's.
  Session(std::shared_ptr<const VaultContext> vault, std::unique_ptr<BlobStoreLock> lock);
  /// Where finish() was not called: writes down what is known so far, if the store still takes it, so that little is
  /// read again.
  ~Session() override;

  AccountNumber number_of(const Account& account) override;
  bool reuse(Object& object) override;
  void keep_content(Object& object, FileSource& source) override;
  void record(Object object) override;
  void record(Finding finding) override;
  void watch(FindingSink& watcher) override { watcher_ = &watcher; }
  bool keeps_names_across_accounts() const override { return vault_->header.kind == StoreKind::hard_link; }
  bool owns(const NodeInfo& folder) const override { return content_->owns(folder); }
  CaptureInfo finish(CaptureInfo info) override;
  std::uint64_t stored_bytes() const override;

 private:
  struct Totals {
    std::uint64_t objects = 0;
    std::uint64_t content_bytes = 0;
    FindingCounts findings;
  };

  void begin();
  void write_numbers();
  void flush_when_due();
  void flush();
  bool is_due() const;
  void complete_info(CaptureInfo& info);
  void write_manifest(const Manifest& manifest);
  void sweep();

  std::shared_ptr<const VaultContext> vault_;
  std::unique_ptr<BlobStoreLock> lock_;
  std::vector<CaptureEntry> earlier_;
  CaptureStart start_;
  KnownPacks known_packs_;
  PackTable packs_;
  PreviousCaptures previous_;
  AccountNumbers numbers_;
  CatalogWriter catalog_;
  Locked<std::set<AccountNumber>> accounts_;
  Locked<Totals> totals_;
  std::unique_ptr<ContentWriter> content_;  // after what its findings go into
  std::once_flag start_written_;
  std::atomic<bool> has_begun_{false};
  std::once_flag numbers_written_;
  std::atomic<bool> flushing_{false};
  std::atomic<std::uint64_t> unflushed_content_{0};
  std::atomic<std::int64_t> last_flush_seconds_{0};
  std::atomic<std::uint64_t> manifest_bytes_{0};
  FindingSink* watcher_ = nullptr;
  bool finished_ = false;
};

}  // namespace rehome::store
