// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/codec/base64.h"
#include "base/core/error.h"
#include "programs/server/internal/lists.h"
#include "programs/server/internal/names.h"
#include "programs/server/internal/route.h"
#include "site/associations.h"
#include "site/keys.h"

namespace rehome::server {
namespace {

constexpr std::uint64_t kMostImportBytes = std::uint64_t{8} << 20;

http::Response list(Call& call) {
  const site::AssociationFilter filter{.source = query_computer(call, "source"),
                                       .destination = query_computer(call, "destination"),
                                       .with_deleted = query_flag(call.request, "with_deleted")};
  return page_response(site::list_associations(call.site(), page_request(call.request), filter));
}

http::Response show(Call& call) { return json_response(json_of(site::association(call.site(), call.arguments[0]))); }

http::Response add(Call& call) {
  JsonBody body(call.request);
  site::NewAssociation wanted{.source = body->text("source", kLongestName),
                              .destination = body->text("destination", kLongestName)};
  if (body->has("behaviour")) wanted.behaviour = site::behaviour_of(body->text("behaviour", kLongestName));
  if (body->has("accounts")) wanted.accounts = body->texts("accounts", kMostAccounts, kLongestName);
  body.end();
  return json_response(json_of(site::create_association(call.site(), wanted, call.who())), 201);
}

http::Response change(Call& call) {
  JsonBody body(call.request);
  site::AssociationChange change;
  if (body->has("behaviour")) change.behaviour = site::behaviour_of(body->text("behaviour", kLongestName));
  if (body->has("accounts")) change.accounts = body->texts("accounts", kMostAccounts, kLongestName);
  body.end();
  return json_response(json_of(site::change_association(call.site(), call.arguments[0], change, call.account)));
}

http::Response remove(Call& call) {
  site::delete_association(call.site(), call.arguments[0], query_flag(call.request, "force"), call.who());
  return {.status = 204};
}

http::Response undelete(Call& call) {
  JsonBody(call.request).end();
  return json_response(json_of(site::undelete_association(call.site(), call.arguments[0], call.who())));
}

http::Response import(Call& call) {
  const std::string csv = call.request.body.read_all();
  const site::ImportReport report =
      site::import_associations(call.site(), csv, query_flag(call.request, "dry_run"), call.who());
  return json_response(json_of(report), report.bad_lines.empty() ? 200 : 422);
}

http::Response recover(Call& call) {
  const std::string why = call.request.target.parameter("why").value_or("");
  if (why.empty()) throw Error(ErrorCode::invalid_argument, "say why: the audit log keeps it (parameter why)");
  const site::RecoveryInformation found = site::recovery_information(call.site(), call.arguments[0], call.account, why);
  return json_response(Json::Object{{"store", found.store.id},
                                    {"vault", found.store.vault},
                                    {"capture", found.store.capture},
                                    {"smp", found.store.point},
                                    {"folder", found.store.folder_path},
                                    {"vault_key", to_base64(found.vault_key.view())}});
}

}  // namespace

RouteTable association_routes() {
  static constexpr std::array kRoutes = {
      Route{"GET", "/api/v1/associations", Who::viewer, list},
      Route{"POST", "/api/v1/associations", Who::site_operator, add},
      Route{"POST", "/api/v1/associations/import", Who::site_operator, import, kMostImportBytes},
      Route{"GET", "/api/v1/associations/{association}", Who::viewer, show},
      Route{"PATCH", "/api/v1/associations/{association}", Who::site_operator, change},
      Route{"DELETE", "/api/v1/associations/{association}", Who::site_operator, remove},
      Route{"POST", "/api/v1/associations/{association}/undelete", Who::site_operator, undelete},
      Route{"GET", "/api/v1/associations/{association}/recovery", Who::viewer, recover},
  };
  return kRoutes;
}

}  // namespace rehome::server
