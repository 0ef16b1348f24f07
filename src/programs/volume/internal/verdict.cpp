// SPDX-License-Identifier: Apache-2.0
#include "programs/volume/internal/verdict.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "base/core/platform/process.h"
#include "base/core/quantities.h"
#include "model/outcome.h"
#include "programs/command/json_output.h"

namespace rehome::volume {

using cli::Context;
using cli::ExitCode;

void require_root() {
  if (platform::effective_user_id() == 0) return;
  throw Error(ErrorCode::permission_denied, "this can be done by root only; use sudo");
}

ExitCode refuse(const std::vector<sequence::Reason>& reasons, const sequence::WipeFacts& facts, Context& context) {
  if (context.options.json) {
    Json::List list;
    for (const sequence::Reason& reason : reasons) {
      list.push_back(Json::Object{{"clause", sequence::name_of(reason.clause)},
                                  {"thing", printable(reason.thing)},
                                  {"cause", printable(reason.cause)},
                                  {"remedy", printable(reason.remedy)}});
    }
    cli::print_json(Json::Object{{"may_be_wiped", false}, {"folder", printable(facts.folder)}, {"reasons", list}},
                    context);
    return ExitCode::refused;
  }
  context.surroundings.err << fmt::format("{} must not be wiped:\n", printable(facts.folder));
  for (const std::string& line : sequence::one_screen(reasons)) context.surroundings.err << "  " << line << "\n";
  return ExitCode::refused;
}

ExitCode agree(const sequence::WipeFacts& facts, std::uint64_t objects, Context& context) {
  if (context.options.json) {
    cli::print_json(Json::Object{{"may_be_wiped", true},
                                 {"folder", printable(facts.folder)},
                                 {"reasons", Json::List{}},
                                 {"store", printable(facts.store.path)},
                                 {"accounts", facts.accounts.size()},
                                 {"homes", facts.homes.size()},
                                 {"objects", objects}},
                    context);
  } else if (!context.options.quiet) {
    context.surroundings.out << fmt::format("{} may be wiped: {} and {} are in {}, {} in all, and unchanged\n",
                                            printable(facts.folder), counted(facts.accounts.size(), "account"),
                                            counted(facts.homes.size(), "home"), printable(facts.store.path),
                                            counted(objects, "object"));
  }
  return ExitCode::success;
}

}  // namespace rehome::volume
