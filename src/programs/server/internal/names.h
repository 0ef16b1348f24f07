// SPDX-License-Identifier: Apache-2.0
#pragma once
// Names instead of ids in the addresses that people use: what stands for {computer}, {smp}, {folder}, {association},
// {group} or {work} of a pattern becomes the id, before the route is asked. Bodies and parameters are their routes'
// matter, which ask site/names.h too. Any thread.

#include <optional>
#include <string>
#include <string_view>

#include "programs/server/internal/route.h"

namespace rehome::server {

/// The id of the computer that a parameter of the query names.
std::optional<std::string> query_computer(const Call& call, std::string_view parameter);

void put_ids_for_names(Call& call, std::string_view pattern);

}  // namespace rehome::server
