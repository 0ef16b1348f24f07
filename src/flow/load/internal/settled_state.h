// SPDX-License-Identifier: Apache-2.0
#pragma once
// A capture in which some files hold what this destination needs them to. Everything else is as it was captured. Any
// thread.

#include <map>
#include <string>
#include <utility>

#include "model/capture.h"

namespace rehome::load {

class SettledState final : public CapturedState {
 public:
  /// Only files with a content of their own are looked up in `texts`.
  SettledState(const CapturedState& captured, std::map<Location, std::string> texts)
      : captured_(captured), texts_(std::move(texts)) {}

  const CaptureInfo& info() const override { return captured_.info(); }
  void visit(std::span<const AccountNumber> accounts, FindingSink& findings,
             const std::function<void(Object)>& take) const override;
  Object check_content(Object object) const override;
  void read_content(const Object& object, ContentConsumer& consumer) const override;
  std::optional<NodeInfo> stored_file(const Object& object) const override;
  std::optional<NodeInfo> link_content(const Object& object, WritableFolder& folder,
                                       std::string_view name) const override;
  std::vector<Finding> findings(std::span<const AccountNumber> accounts) const override;

 private:
  const std::string* text_of(const Object& object) const;

  const CapturedState& captured_;
  std::map<Location, std::string> texts_;
};

}  // namespace rehome::load
