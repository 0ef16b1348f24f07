// SPDX-License-Identifier: Apache-2.0
#pragma once
// An event of a site as a line: for people, or with --json as a document of its own. In: what a site sent, hostile.
// Out: text that can be shown. Any thread.

#include <string>

#include "base/codec/json.h"
#include "base/core/clock.h"
#include "programs/site_client/event_reader.h"

namespace rehome::administration {

/// What came with it; null where that is no JSON.
Json data_of(const site_client::Event& event);

/// Whether it is of that computer: done by it, to it, or about its work.
bool is_about(const Json& data, const std::string& computer);

std::string line_for_people(const site_client::Event& event, const Json& data, Timestamp now);
/// {"event": …, "id": …, "data": …}
std::string line_of_json(const site_client::Event& event, const Json& data);

}  // namespace rehome::administration
