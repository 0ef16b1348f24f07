// SPDX-License-Identifier: Apache-2.0
#pragma once
// A sink that remembers everything. Objects are called by their location: "1: home/f", "0: /etc/hosts".

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/core/locked.h"
#include "model/capture.h"

namespace rehome::scan {

inline std::string name_of(const Object& object) {
  return to_text(object.location, std::to_string(object.location.account));
}

class FakeSink final : public CaptureSink {
 public:
  // What a test may set.
  std::function<bool(Object&)> on_reuse = [](Object&) { return false; };
  std::function<void(Object&, FileSource&)> on_keep = [this](Object& object, FileSource& source) {
    read(object, source);
  };
  std::function<void(const Object&)> on_record = [](const Object&) {};
  std::set<std::uint64_t> own_inodes;

  AccountNumber number_of(const Account&) override { return 1; }
  bool reuse(Object& object) override { return on_reuse(object); }
  void keep_content(Object& object, FileSource& source) override { on_keep(object, source); }
  void record(Object object) override {
    on_record(object);
    state_.lock()->objects.push_back(std::move(object));
  }
  void record(Finding finding) override { state_.lock()->findings.push_back(std::move(finding)); }
  bool owns(const NodeInfo& folder) const override { return own_inodes.contains(folder.inode); }

  /// Reads all of a file, as a store does.
  void read(Object& object, FileSource& source) {
    std::string content;
    Bytes piece(4096);
    while (const std::size_t count = source.file().read_at(content.size(), piece)) {
      content += as_text(ByteView(piece).first(count));
    }
    object.extents = source.file().data_extents();
    object.size = content.size();
    object.chunks = {ChunkRef{1, 1, 1, static_cast<std::uint32_t>(content.size())}};
    state_.lock()->contents[name_of(object)] = content;
  }

  /// In the order in which they came.
  std::vector<std::string> names() {
    std::vector<std::string> names;
    for (auto state = state_.lock(); const Object& object : state->objects) names.push_back(name_of(object));
    return names;
  }
  std::optional<Object> find(const std::string& name) {
    for (auto state = state_.lock(); const Object& object : state->objects) {
      if (name_of(object) == name) return object;
    }
    return std::nullopt;
  }
  std::vector<Object> objects() { return state_.lock()->objects; }
  std::string content_of(const std::string& name) { return state_.lock()->contents[name]; }
  /// "unreadable /home/ann/f", sorted.
  std::vector<std::string> findings() {
    std::vector<std::string> texts;
    for (auto state = state_.lock(); const Finding& finding : state->findings) {
      texts.push_back(std::string(rehome::name_of(finding.kind)) + " " + finding.path);
    }
    std::ranges::sort(texts);
    return texts;
  }

 private:
  struct State {
    std::vector<Object> objects;
    std::vector<Finding> findings;
    std::map<std::string, std::string> contents;
  };
  Locked<State> state_;
};

}  // namespace rehome::scan
