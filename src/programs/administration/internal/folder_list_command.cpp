// SPDX-License-Identifier: Apache-2.0
// `rehome site folder list`: the folders of all state migration points.
#include <array>
#include <memory>

#include "programs/administration/internal/declarations.h"
#include "programs/administration/internal/show.h"
#include "programs/administration/internal/site.h"

namespace rehome::administration {

namespace {

constexpr std::array kColumns = {
    Column{"ID", "id"},           Column{"SMP", "smp"},           Column{"PATH", "path"},
    Column{"CLIENTS", "clients"}, Column{"MOST", "most_clients"}, Column{"MINIMUM FREE", "minimum_free"},
    Column{"PROBLEM", "problem"}};

Json folders_of(const Json& points) {
  Json::List folders;
  for (const Json& point : *points.find("items")->list()) {
    const Json* of_point = point.find("folders");
    if (of_point == nullptr || of_point->list() == nullptr) continue;
    for (const Json& folder : *of_point->list()) {
      if (folder.object() == nullptr) continue;
      Json::Object row = *folder.object();
      row.push_back({"smp", *point.find("id")});
      folders.emplace_back(std::move(row));
    }
  }
  return Json::Object{{"items", std::move(folders)}};
}

}  // namespace

void declare_folder_list(cli::Arguments& arguments) {
  const auto login = std::make_shared<cli::SiteLogin>();
  cli::declare_site(arguments, *login);
  arguments.run([login](cli::Context& context) {
    Site site(*login, context);
    show_list(folders_of(site.list({.path = "/api/v1/smps"})), kColumns, context);
    return cli::ExitCode::success;
  });
}

}  // namespace rehome::administration
