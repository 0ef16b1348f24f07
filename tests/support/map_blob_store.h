// SPDX-License-Identifier: Apache-2.0
#pragma once
// Blobs in a map that tests of the store can look into, damage, copy and make fail at any call. (flow/transport has a
// store in memory too, which stages beside it may not include.) Any thread may call.

#include <cerrno>
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

namespace rehome::testing {

class MapBlobStore final : public OwnedBlobStore {
 public:
  using Blobs = std::map<std::string, Bytes, std::less<>>;

  MapBlobStore() = default;
  explicit MapBlobStore(Blobs blobs) { state_.lock()->blobs = std::move(blobs); }

  void put(std::string_view name, ByteView content) override {
    check_blob_name(name);
    auto state = state_.lock();
    state->pass();
    if (state->blobs.contains(name)) throw Error(ErrorCode::already_exists, std::string(name) + " exists");
    state->blobs.emplace(name, Bytes(content.begin(), content.end()));
    state->bytes_put += content.size();
  }
  Bytes get(std::string_view name, std::uint64_t size_limit) override {
    auto state = state_.lock();
    state->pass();
    state->read(name);
    state->limits[std::string(name)].insert(size_limit);
    const Bytes& blob = state->find(name);
    if (blob.size() > size_limit) throw Error(ErrorCode::limit_exceeded, std::string(name) + " is too large");
    return blob;
  }
  Bytes get_range(std::string_view name, std::uint64_t offset, std::uint64_t length) override {
    auto state = state_.lock();
    state->pass();
    state->read(name);
    state->ranges.insert({std::string(name), offset});
    const Bytes& blob = state->find(name);
    if (offset > blob.size() || length > blob.size() - offset) {
      throw Error(ErrorCode::corrupt, std::string(name) + " ends before");
    }
    const ByteView part = ByteView(blob).subspan(offset, length);
    return Bytes(part.begin(), part.end());
  }
  std::optional<std::uint64_t> size_of(std::string_view name) override {
    auto state = state_.lock();
    state->pass();
    const auto found = state->blobs.find(name);
    if (found == state->blobs.end()) return std::nullopt;
    return found->second.size();
  }
  std::vector<BlobInfo> list(std::string_view prefix) override {
    auto state = state_.lock();
    state->pass();
    std::vector<BlobInfo> found;
    const std::string start = prefix.empty() ? "" : std::string(prefix) + "/";
    for (const auto& [name, blob] : state->blobs) {
      if (name.starts_with(start)) found.push_back({name, blob.size()});
    }
    return found;
  }
  std::optional<std::uint64_t> free_bytes() override { return std::nullopt; }
  std::string display_name() const override { return "the map"; }
  void remove(std::string_view name) override {
    auto state = state_.lock();
    state->pass();
    const auto found = state->blobs.find(name);
    if (found != state->blobs.end()) state->blobs.erase(found);
  }
  std::unique_ptr<BlobStoreLock> lock() override {
    if (*held_.lock()) throw Error(ErrorCode::busy, "the map is in use");
    *held_.lock() = true;
    return std::make_unique<Held>(held_);
  }
  void clean() override {}

  /// From the n-th call on (counted from 1) every call fails: what a process sees that is being killed.
  void die_at(std::uint64_t n) {
    auto state = state_.lock();
    state->calls = 0;
    state->dies_at = n;
  }
  /// Reading this blob fails as on a broken sector, or with another code; "" heals it.
  void break_reading(std::string name, ErrorCode code = ErrorCode::io) {
    auto state = state_.lock();
    state->unreadable = std::move(name);
    state->unreadable_code = code;
  }
  void live() { state_.lock()->dies_at = UINT64_MAX; }
  std::uint64_t calls() { return state_.lock()->calls; }
  std::uint64_t bytes_put() { return state_.lock()->bytes_put; }
  /// Every range that was read, as often as it was.
  std::multiset<std::pair<std::string, std::uint64_t>> ranges() { return state_.lock()->ranges; }

  /// The limits with which each blob was read as a whole.
  std::map<std::string, std::set<std::uint64_t>> limits() { return state_.lock()->limits; }

  Blobs blobs() { return state_.lock()->blobs; }
  void replace(const std::string& name, Bytes content) { state_.lock()->blobs[name] = std::move(content); }
  void erase(const std::string& name) { state_.lock()->blobs.erase(name); }
  void flip(const std::string& name, std::size_t offset) { state_.lock()->blobs.at(name).at(offset) ^= 0x20; }

 private:
  struct State {
    Blobs blobs;
    std::uint64_t calls = 0;
    std::uint64_t dies_at = UINT64_MAX;
    std::uint64_t bytes_put = 0;
    std::string unreadable;
    ErrorCode unreadable_code = ErrorCode::io;
    std::multiset<std::pair<std::string, std::uint64_t>> ranges;
    std::map<std::string, std::set<std::uint64_t>> limits;

    void pass() {
      if (++calls >= dies_at) throw Error(ErrorCode::io, "the map is gone");
    }
    void read(std::string_view name) const {
      if (name == unreadable) throw Error(unreadable_code, std::string(name) + " cannot be read", EIO);
    }
    const Bytes& find(std::string_view name) const {
      const auto found = blobs.find(name);
      if (found == blobs.end()) throw Error(ErrorCode::not_found, std::string(name) + " does not exist");
      return found->second;
    }
  };
  class Held final : public BlobStoreLock {
   public:
    explicit Held(Locked<bool>& held) : held_(held) {}
    ~Held() override { *held_.lock() = false; }

   private:
    Locked<bool>& held_;
  };

  Locked<State> state_;
  Locked<bool> held_{false};
};

}  // namespace rehome::testing
