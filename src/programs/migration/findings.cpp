// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/findings.h"

#include <fmt/format.h>

namespace rehome::cli {

namespace {
constexpr std::uint64_t kShownPerKind = 20;
}

void FindingList::record(Finding finding) {
  auto state = state_.lock();
  state->counts.add(finding.kind);
  if (++state->by_kind[finding.kind] <= kKeptPerKind) state->kept.push_back(std::move(finding));
}

FindingCounts FindingList::counts() { return state_.lock()->counts; }

std::vector<Finding> FindingList::kept() { return state_.lock()->kept; }

std::map<FindingKind, std::uint64_t> FindingList::by_kind() { return state_.lock()->by_kind; }

void print_findings(FindingList& findings, Context& context, std::string_view where_all) {
  std::map<FindingKind, std::uint64_t> shown;
  for (const Finding& finding : findings.kept()) {
    if (context.options.quiet && level_of(finding.kind) == FindingLevel::note) continue;
    if (++shown[finding.kind] > kShownPerKind) continue;
    const std::string place = finding.path.empty() ? "" : printable(finding.path) + ": ";
    context.surroundings.err << fmt::format("  {}: {}{}\n", name_of(finding.kind), place, printable(finding.message));
  }
  bool is_cut_off = false;
  for (const auto& [kind, count] : findings.by_kind()) {
    if (shown[kind] <= kShownPerKind) continue;
    context.surroundings.err << fmt::format("  {}: and {} more\n", name_of(kind), count - kShownPerKind);
    is_cut_off = true;
  }
  if (is_cut_off && !where_all.empty()) context.surroundings.err << fmt::format("  {}\n", where_all);
}

Json to_json(const Finding& finding) {
  return Json::Object{{"kind", name_of(finding.kind)},
                      {"account", finding.account},
                      {"path", printable(finding.path)},
                      {"message", printable(finding.message)}};
}

Json to_json(FindingList& findings) {
  Json::List list;
  for (const Finding& finding : findings.kept()) list.push_back(to_json(finding));
  Json::Object by_kind;
  for (const auto& [kind, count] : findings.by_kind()) by_kind.push_back({std::string(name_of(kind)), count});
  const FindingCounts counts = findings.counts();
  return Json::Object{{"errors", counts.errors},
                      {"losses", counts.losses},
                      {"notes", counts.notes},
                      {"by_kind", std::move(by_kind)},
                      {"list", std::move(list)}};
}

}  // namespace rehome::cli
