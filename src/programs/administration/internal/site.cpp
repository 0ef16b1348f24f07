// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/internal/site.h"

#include "base/core/error.h"

namespace rehome::administration {

namespace {

constexpr const char* kPageSize = "100";

/// By which a page ends and the next begins.
std::string id_of(const Json& item) {
  for (const char* name : {"id", "user"}) {
    if (const Json* id = item.find(name); id != nullptr && id->text() != nullptr) return *id->text();
  }
  if (const Json* number = item.find("number"); number != nullptr && number->integer() != nullptr) {
    return std::to_string(*number->integer());  // of the audit log
  }
  throw Error(ErrorCode::corrupt, "the site gives a list of what has no id");
}

}  // namespace

Site::Site(const cli::SiteLogin& login, const cli::Context& context) : client_(site_login_options(login, context)) {}

Json Site::ask(const site_client::SiteCall& call) { return site_client::ask(client_, call); }

Json Site::list(site_client::SiteCall call) {
  call.method = transport::HttpMethod::get;
  call.query.emplace_back("limit", kPageSize);
  const auto given = call.query;
  Json::List items;
  for (bool more = true; more;) {
    const Json page = ask(call);
    const Json* found = page.find("items");
    if (found == nullptr || found->list() == nullptr) throw Error(ErrorCode::corrupt, "the site gives no list");
    items.insert(items.end(), found->list()->begin(), found->list()->end());
    const Json* mark = page.find("more");
    more = mark != nullptr && mark->boolean() != nullptr && *mark->boolean() && !found->list()->empty();
    call.query = given;
    if (more) call.query.emplace_back("after", id_of(items.back()));
  }
  return Json::Object{{"items", std::move(items)}};
}

}  // namespace rehome::administration
