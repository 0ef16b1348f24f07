// SPDX-License-Identifier: Apache-2.0
#pragma once
// Lists of records as answers.

#include "programs/server/internal/bodies.h"
#include "programs/server/internal/json_of.h"

namespace rehome::server {

/// {"items": […], "more": …}
template <typename T>
http::Response page_response(const site::Page<T>& page) {
  Json::List items;
  for (const T& item : page.items) items.push_back(json_of(item));
  return json_response(Json::Object{{"items", std::move(items)}, {"more", page.more}});
}
template <typename Items>
http::Response list_response(const Items& all) {
  Json::List items;
  for (const auto& item : all) items.push_back(json_of(item));
  return json_response(Json::Object{{"items", std::move(items)}, {"more", false}});
}

}  // namespace rehome::server
