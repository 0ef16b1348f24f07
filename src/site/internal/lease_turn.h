// SPDX-License-Identifier: Apache-2.0
#pragma once
// One release of a lease at a time. The look into the folder and the tidying between the two transactions of a release
// rely on the lease being open; a second release of the same lease that came to them late would tidy beside the next
// capture into the vault.

#include <string>

#include "site/site.h"

namespace rehome::site {

class LeaseTurn {
 public:
  /// Error(busy) where another has it.
  LeaseTurn(LeasesBeingReleased& all, std::string lease);
  ~LeaseTurn();
  LeaseTurn(const LeaseTurn&) = delete;
  LeaseTurn& operator=(const LeaseTurn&) = delete;

 private:
  LeasesBeingReleased& all_;
  std::string lease_;
};

}  // namespace rehome::site
