// SPDX-License-Identifier: Apache-2.0
#pragma once
// A complete capture, opened for reading. In: its manifest and the keys at hand. Out: what is known about it, its
// objects a segment at a time, their content. With keys of single accounts the others are passed over: nothing of them
// is shown. Any thread may use it.

#include <memory>

#include "flow/store/internal/catalog_records.h"
#include "flow/store/internal/content.h"
#include "flow/store/internal/manifest.h"
#include "flow/store/internal/pack_table.h"
#include "flow/store/internal/segment_format.h"
#include "flow/store/internal/vault_context.h"
#include "model/capture.h"

namespace rehome::store {

/// What is known about a capture, from the system account's last segment or, where that is damaged, from the last
/// segments of the other accounts. Throws Error(corrupt) where none can be read. With keys of single accounts, from
/// their segments; see Vault::open_capture for what it throws.
CaptureInfo read_capture_info(const VaultContext& vault, const Manifest& manifest);

class CaptureReader final : public CapturedState {
 public:
  CaptureReader(std::shared_ptr<const VaultContext> vault, Manifest manifest);

  const CaptureInfo& info() const override { return info_; }
  void visit(std::span<const AccountNumber> accounts, FindingSink& findings,
             const std::function<void(Object)>& take) const override;
  Object check_content(Object object) const override;
  void read_content(const Object& object, ContentConsumer& consumer) const override;
  std::optional<NodeInfo> stored_file(const Object& object) const override;
  std::optional<NodeInfo> link_content(const Object& object, WritableFolder& folder,
                                       std::string_view name) const override;
  std::vector<Finding> findings(std::span<const AccountNumber> accounts) const override;

  std::string name_of_account(AccountNumber account) const;
  const Manifest& manifest() const { return manifest_; }
  const PackTable& packs() const { return packs_; }
  ContentReader& content() const { return *content_; }

 private:
  using TakeRecord = std::function<void(CatalogRecord)>;
  void visit_account(AccountNumber account, FindingSink& findings, const TakeRecord& take) const;
  void visit_segment(const SegmentPlace& place, FindingSink& findings, const TakeRecord& take) const;

  std::shared_ptr<const VaultContext> vault_;
  Manifest manifest_;
  CaptureInfo info_;
  mutable PackTable packs_;  // filled by what is visited
  std::unique_ptr<ContentReader> content_;
};

}  // namespace rehome::store
