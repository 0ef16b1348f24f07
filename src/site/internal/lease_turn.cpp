// SPDX-License-Identifier: Apache-2.0
#include "site/internal/lease_turn.h"

#include <utility>

#include "base/core/error.h"

namespace rehome::site {

LeaseTurn::LeaseTurn(LeasesBeingReleased& all, std::string lease) : all_(all), lease_(std::move(lease)) {
  if (all_.lock()->insert(lease_).second) return;
  throw Error(ErrorCode::busy, "lease " + lease_ + " is being released right now: ask again");
}

LeaseTurn::~LeaseTurn() { all_.lock()->erase(lease_); }

}  // namespace rehome::site
