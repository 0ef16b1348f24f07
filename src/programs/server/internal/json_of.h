// SPDX-License-Identifier: Apache-2.0
#pragma once
// The site's records as JSON. Moments are seconds since 1970-01-01 UTC, or null.

#include <vector>

#include "base/codec/json.h"
#include "site/administrators.h"
#include "site/associations.h"
#include "site/audit.h"
#include "site/computers.h"
#include "site/cycles.h"
#include "site/deletion.h"
#include "site/enrolment.h"
#include "site/lifecycle.h"
#include "site/migration_points.h"
#include "site/requests.h"
#include "site/site.h"
#include "site/work.h"

namespace rehome::server {

Json json_of(const site::Account& account);
Json json_of(const site::ApiToken& token);
Json json_of(const site::Association& association);
Json json_of(const site::AuthorityInfo& authority);
Json json_of(const site::ImportReport& report);
Json json_of(const site::AuditEntry& entry);
Json json_of(const site::Computer& computer);
Json json_of(const site::Cycle& cycle);
Json json_of(const site::CycleReport& report);
Json json_of(const site::Store& store);
Json json_of(const site::Folder& folder);
Json json_of(const site::MigrationPoint& point);
Json json_of(const site::Work& work);
Json json_of(const site::Settings& settings);

Json json_of(const std::vector<std::string>& texts);

}  // namespace rehome::server
