// SPDX-License-Identifier: Apache-2.0
#pragma once
// The site that a command speaks to, as the person who is logged in. In: calls. Out: the answers as they are. For one
// thread.

#include <string>

#include "base/codec/json.h"
#include "programs/migration/site_login.h"
#include "programs/site_client/site_call.h"

namespace rehome::administration {

class Site {
 public:
  Site(const cli::SiteLogin& login, const cli::Context& context);

  /// Null where the answer says nothing.
  Json ask(const site_client::SiteCall& call);
  /// All pages of a list, as one: {"items": […]}.
  Json list(site_client::SiteCall call);

 private:
  transport::HttpClient client_;
};

}  // namespace rehome::administration
