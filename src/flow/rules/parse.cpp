// SPDX-License-Identifier: Apache-2.0
#include "base/codec/xml.h"
#include "base/core/words.h"
#include "flow/rules/internal/builders.h"
#include "flow/rules/internal/references.h"
#include "flow/rules/internal/shape_check.h"
#include "flow/rules/rule_set.h"

namespace rehome::rules {

namespace {

class Parser {
 public:
  ParsedRules run(std::span<const RuleFile> files) {
    for (const RuleFile& file : files) sources_.add(file.name, file.text);
    DiagnosticLog log(sources_);
    std::vector<MigrationFile> parsed(files.size());
    for (std::uint32_t i = 0; i < files.size(); ++i) parsed[i] = parse_one(i, log);
    share_named_elements(parsed);
    for (MigrationFile& file : parsed) check_references(file, log);
    Diagnostics diagnostics = log.take();
    return {std::make_shared<const RuleSet>(std::move(sources_), std::move(parsed)), std::move(diagnostics)};
  }

 private:
  MigrationFile parse_one(std::uint32_t file, DiagnosticLog& log) {
    auto root = read_xml(sources_.text(file));
    if (!root) {
      log.error({file, root.error().position.line, root.error().position.column}, root.error().message);
      return {};
    }
    const Place start{file, (*root)->position.line, (*root)->position.column};
    if (!same_word((*root)->name, "migration")) {
      log.error(start, describe_other_root((*root)->name));
      return {};
    }
    check_shape(**root, file, log);
    ElementReader reader(file, sources_, log);
    if (is_second(ElementReader::value(**root, "urlid"), file, start, log)) return {};
    return build_migration(**root, reader);
  }

  /// The language says that of two files with one urlid the second is not processed. Said aloud, because what it would
  /// have brought is missing then.
  bool is_second(const std::string& urlid, std::uint32_t file, Place start, DiagnosticLog& log) {
    if (urlid.empty()) return false;
    auto [first, is_new] = by_urlid_.emplace(urlid, file);
    if (is_new) return false;
    const bool same = sources_.text(first->second) == sources_.text(file);
    const std::string message = "this file is not processed: it has the urlid of " + sources_.name(first->second);
    if (same) {
      log.warning(start, message + " and says the same");
    } else {
      log.error(start, message + "; give it one of its own");
    }
    return true;
  }

  SourceFiles sources_;
  WordMap<std::uint32_t> by_urlid_;
};

}  // namespace

ParsedRules parse(std::span<const RuleFile> files) { return Parser().run(files); }

}  // namespace rehome::rules
