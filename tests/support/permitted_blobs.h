// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a restore sees of a state migration point: single blobs, those that it may read; no list, and nothing can be
// put. Notes what was refused. Any thread may call.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/core/error.h"
#include "base/core/locked.h"
#include "model/blob_store.h"

namespace rehome::testing {

class PermittedBlobs final : public BlobStore {
 public:
  PermittedBlobs(BlobStore& blobs, std::function<bool(std::string_view)> allows)
      : blobs_(blobs), allows_(std::move(allows)) {}

  void put(std::string_view, ByteView) override { throw Error(ErrorCode::refused, "nothing may be put"); }
  Bytes get(std::string_view name, std::uint64_t limit) override {
    require(name);
    return blobs_.get(name, limit);
  }
  Bytes get_range(std::string_view name, std::uint64_t offset, std::uint64_t length) override {
    require(name);
    return blobs_.get_range(name, offset, length);
  }
  std::optional<std::uint64_t> size_of(std::string_view name) override {
    require(name);
    return blobs_.size_of(name);
  }
  std::vector<BlobInfo> list(std::string_view) override { throw Error(ErrorCode::refused, "no list is given"); }
  std::optional<std::uint64_t> free_bytes() override { return std::nullopt; }
  std::string display_name() const override { return blobs_.display_name(); }

  std::set<std::string> refused() { return *refused_.lock(); }

 private:
  void require(std::string_view name) {
    if (allows_(name)) return;
    refused_.lock()->emplace(name);
    throw Error(ErrorCode::not_found, std::string(name) + " does not exist");
  }

  BlobStore& blobs_;
  std::function<bool(std::string_view)> allows_;
  Locked<std::set<std::string>> refused_;
};

}  // namespace rehome::testing
