// SPDX-License-Identifier: Apache-2.0
#pragma once
// OSDMigrateLocalAccounts: the accounts that a restore makes get one given password and are not locked. In: a captured
// state. Out: the same state, in which every local account has that password; what exists on the destination keeps its
// own.

#include <optional>
#include <string>
#include <utility>

#include "model/capture.h"

namespace rehome::agent {

class StateWithPasswords final : public CapturedState {
 public:
  /// `hash`: as in /etc/shadow. The state must outlive this.
  StateWithPasswords(const CapturedState& state, const std::string& hash);

  const CaptureInfo& info() const override { return info_; }
  void visit(std::span<const AccountNumber> accounts, FindingSink& findings,
             const std::function<void(Object)>& take) const override {
    state_.visit(accounts, findings, take);
  }
  Object check_content(Object object) const override { return state_.check_content(std::move(object)); }
  void read_content(const Object& object, ContentConsumer& consumer) const override {
    state_.read_content(object, consumer);
  }
  std::optional<NodeInfo> stored_file(const Object& object) const override { return state_.stored_file(object); }
  std::optional<NodeInfo> link_content(const Object& object, WritableFolder& folder,
                                       std::string_view name) const override {
    return state_.link_content(object, folder, name);
  }
  std::vector<Finding> findings(std::span<const AccountNumber> accounts) const override {
    return state_.findings(accounts);
  }

 private:
  const CapturedState& state_;
  CaptureInfo info_;
};

}  // namespace rehome::agent
