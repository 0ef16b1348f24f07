// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/account_passwords.h"

namespace rehome::agent {

StateWithPasswords::StateWithPasswords(const CapturedState& state, const std::string& hash)
    : state_(state), info_(state.info()) {
  for (CapturedAccount& captured : info_.accounts) {
    if (captured.account.kind != AccountKind::local) continue;
    captured.account.password_hash = hash;
    captured.account.locked = false;
    if (captured.account.aging) captured.account.aging->changed.reset();  // it is a new password
  }
}

}  // namespace rehome::agent
