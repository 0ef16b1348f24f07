// SPDX-License-Identifier: Apache-2.0
#pragma once
// Follows the events of a site for as long as it is wanted: connects again where the connection is lost, and asks for
// what it missed. In: the site's stream, hostile. Out: whole events, one after the other. For one thread.

#include <functional>
#include <string>

#include "flow/transport/http_client.h"
#include "programs/site_client/event_reader.h"

namespace rehome::administration {

struct EventFollowing {
  /// To the site; `stop` of it ends the following.
  transport::HttpClientOptions site;
  std::function<void(const site_client::Event&)> take;
  /// A lost connection and one that is there again, for people.
  std::function<void(const std::string&)> say;
};

/// Until `site.stop` says so. Throws where the first connection fails, or the site refuses a later one.
void follow_events(EventFollowing following);

}  // namespace rehome::administration
