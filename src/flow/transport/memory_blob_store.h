// SPDX-License-Identifier: Apache-2.0
#pragma once
// Blobs in memory, for the tests of everything above the port: in and out as any BlobStore, with puts that fail or get
// lost when a test says so. What it holds outlives crashes of the test's own making. Any thread may call.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/error.h"
#include "base/core/locked.h"
#include "model/blob_store.h"

namespace rehome::transport {

class MemoryBlobStore final : public OwnedBlobStore {
 public:
  MemoryBlobStore();
  ~MemoryBlobStore() override;

  void put(std::string_view name, ByteView content) override;
  Bytes get(std::string_view name, std::uint64_t size_limit) override;
  Bytes get_range(std::string_view name, std::uint64_t offset, std::uint64_t length) override;
  std::optional<std::uint64_t> size_of(std::string_view name) override;
  std::vector<BlobInfo> list(std::string_view prefix) override;
  std::optional<std::uint64_t> free_bytes() override;
  std::string display_name() const override { return "memory"; }
  void remove(std::string_view name) override;
  std::unique_ptr<BlobStoreLock> lock() override;
  void clean() override {}

  /// The n-th put from now on, counted from 1, throws `code` and stores nothing.
  void fail_put(std::uint64_t n, ErrorCode code);
  /// All puts from the n-th on fail: what a process sees that is being killed.
  void fail_puts_from(std::uint64_t n, ErrorCode code);
  /// The n-th put says it is done but stores nothing.
  void lose_put(std::uint64_t n);
  /// Puts that would go above it fail with no_space.
  void set_capacity(std::uint64_t bytes);
  void clear_failures();

  /// What a damaged medium or an enemy does: puts these bytes in place of the blob's.
  void replace(std::string_view name, Bytes content);
  std::uint64_t puts() const;

 private:
  struct State;
  class Held;
  std::shared_ptr<Locked<State>> state_;  // shared with the lock, which may outlive the store
};

}  // namespace rehome::transport
