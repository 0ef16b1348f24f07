// SPDX-License-Identifier: Apache-2.0
#pragma once
// Accounts that shared a home at the source, or had one in another's: who they are, and who of those planned so far can
// hold the home of the next. In: the store's accounts and the plan as it grows. Called by account_mapping. One thread.

#include <optional>
#include <vector>

#include "flow/load/internal/account_mapping.h"
#include "flow/load/internal/home_choice.h"

namespace rehome::load {

class HomeSharing {
 public:
  /// Both must outlive this.
  HomeSharing(const CaptureInfo& info, Machine& destination) : info_(info), destination_(destination) {}

  /// Those whose home lay in another's go after the others, the outer before the inner ones, and who is among the
  /// accounts `here` already before who comes to share a home.
  std::vector<const CapturedAccount*> in_order(const std::vector<const CapturedAccount*>& accounts,
                                               const std::vector<Account>& here) const;

  /// Of whose home this one lay in at the source, the innermost; nullptr for none.
  const CapturedAccount* outer_of(const MachinePath& home) const;
  /// Somebody else whose home this was at the source; nullptr for none.
  const CapturedAccount* sharer_of(const CapturedAccount& captured) const;

  /// Who shares this home, or else has it in his, and is in the plan. Only a new account or the store's own: the home
  /// of anybody else who is here already is not for a store to share. Valid as long as the plan does not change.
  std::optional<HomeHolder> holder_of(const MachinePath& home, const AccountMapping& plan) const;

 private:
  bool is_in_store(const Account& here) const;

  const CaptureInfo& info_;
  Machine& destination_;
};

}  // namespace rehome::load
