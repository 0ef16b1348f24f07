// SPDX-License-Identifier: Apache-2.0
#pragma once
// A store of nothing but memory: what scan hands over comes out again as a FakeState, without the store stage between.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/core/locked.h"
#include "tests/flow/fake_state.h"
#include "tests/support/folder_plan.h"

namespace rehome::testing {

class MemoryCapture final : public CaptureSink {
 public:
  AccountNumber number_of(const Account& account) override {
    auto state = state_.lock();
    return state->numbers.try_emplace(account.name, static_cast<AccountNumber>(state->numbers.size() + 1))
        .first->second;
  }
  bool reuse(Object&) override { return false; }

  void keep_content(Object& object, FileSource& source) override {
    ReadableFile& file = source.file();
    object.size = file.inspect().size;
    object.extents = file.data_extents();
    const bool is_dense = object.extents.size() == 1 && object.extents[0] == Extent{0, object.size};
    if (is_dense) object.extents.clear();
    if (object.extents.empty() && !is_dense && object.size > 0) object.extents = {{0, 0}};
    Bytes content(object.size);
    std::size_t done = 0;
    while (done < content.size()) {
      const std::size_t count = file.read_at(done, std::span(content).subspan(done));
      if (count == 0) break;
      done += count;
    }
    state_.lock()->contents[object.location] = as_text(content);
  }

  void record(Object object) override { state_.lock()->objects.push_back(std::move(object)); }
  void record(Finding finding) override { state_.lock()->findings.push_back(std::move(finding)); }
  bool owns(const NodeInfo&) const override { return false; }

  std::vector<Finding> findings() { return state_.lock()->findings; }

  void move_into(FakeState& capture) {
    auto state = state_.lock();
    for (Object& object : state->objects) capture.add(std::move(object));
    for (const auto& [location, content] : state->contents) capture.set_content(location, content);
  }

 private:
  struct State {
    std::map<std::string, AccountNumber> numbers;
    std::vector<Object> objects;
    std::map<Location, std::string> contents;
    std::vector<Finding> findings;
  };
  Locked<State> state_;
};

}  // namespace rehome::testing
