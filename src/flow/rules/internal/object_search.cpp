// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/object_search.h"

#include <cerrno>
#include <memory>
#include <vector>

#include "base/core/error.h"
#include "flow/rules/internal/compiled_plan.h"

namespace rehome::rules {

namespace {

MachinePath child_of(const MachinePath& folder, std::string_view name) {
  MachinePath path = folder;
  if (!path.ends_with('/')) path += '/';
  return path += name;
}

CompiledPlan plan_of(const Pattern& pattern, MachineFlavour flavour) {
  CompiledRule rule;
  rule.pattern = pattern;
  std::vector<CompiledRule> rules;
  rules.push_back(std::move(rule));
  return {std::move(rules), flavour};
}

/// A link that leads to itself leads nowhere, and what is longer than a path can be is nothing.
bool says_not_there(const Error& error) {
  return error.code() == ErrorCode::not_found || error.system_code() == ELOOP || error.system_code() == ENAMETOOLONG;
}

bool opens(FileTree& files, const MachinePath& path) {
  try {
    files.open(path);
    return true;
  } catch (const Error& error) {
    if (!says_not_there(error)) throw;
    return false;
  }
}

/// Goes through folders, breadth first, as long as the pattern can lead to something in them.
class TreeSearch {
 public:
  TreeSearch(Machine& machine, const Pattern& pattern, Budget& budget)
      : machine_(machine), plan_(plan_of(pattern, machine.flavour())), budget_(budget) {}

  SearchResult run(const MachinePath& from, const std::vector<Glob>& node, std::size_t components) {
    PlanState state = plan_.start();
    for (std::size_t i = 0; i < components; ++i) state = plan_.enter(state, node[i].text());
    if (plan_.decide_folder(state).included && opens(machine_.files(), from)) return {Truth::yes, from};
    pending_ = {{from, state}};
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      if (!budget_.spend_folder()) return {Truth::unknown, {}};
      SearchResult result = look_into(Pending(pending_[i]));
      if (result.exists != Truth::no) return result;
    }
    return {could_not_look_ ? Truth::yes : Truth::no, from};
  }

 private:
  struct Pending {
    MachinePath path;
    PlanState state;
  };

  SearchResult look_into(const Pending& at) {
    try {
      std::unique_ptr<Folder> folder = machine_.files().open(at.path);
      if (folder->volume().volume_class != VolumeClass::local) return {};
      return look_at_entries(*folder, at);
    } catch (const Error& error) {
      could_not_look_ |= !says_not_there(error);
      return {};
    }
  }

  SearchResult look_at_entries(Folder& folder, const Pending& at) {
    for (const DirectoryEntry& entry : folder.list()) {
      const NodeKind kind = entry.kind == NodeKind::unknown ? folder.inspect(entry.name).kind : entry.kind;
      const MachinePath path = child_of(at.path, entry.name);
      if (kind != NodeKind::folder) {
        if (plan_.decide_leaf(at.state, entry.name).included) return {Truth::yes, path};
        continue;
      }
      const PlanState state = plan_.enter(at.state, entry.name);
      if (plan_.decide_folder(state).included) return {Truth::yes, path};
      if (plan_.reaches_inside(state)) pending_.push_back({path, state});
    }
    return {};
  }

  Machine& machine_;
  CompiledPlan plan_;
  Budget& budget_;
  std::vector<Pending> pending_;
  bool could_not_look_ = false;  // into some folder
};

std::string key_text(const std::vector<Glob>& node, std::size_t components) {
  std::string key;
  for (std::size_t i = 0; i < components; ++i) key += (i > 0 ? "/" : "") + node[i].text();
  return key;
}

class KeySearch {
 public:
  KeySearch(Registry& registry, const Account* account, const Pattern& pattern, Budget& budget)
      : registry_(registry),
        account_(account),
        pattern_(pattern),
        plan_(plan_of(pattern, MachineFlavour::windows)),
        budget_(budget) {}

  SearchResult run() {
    const std::size_t fixed = pattern_.fixed_components();
    PlanState state = plan_.start();
    for (std::size_t i = 0; i < fixed; ++i) state = plan_.enter(state, pattern_.node[i].text());
    pending_ = {{key_text(pattern_.node, fixed), state}};
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      if (!budget_.spend_folder()) return {Truth::unknown, {}};
      SearchResult result = look_into(Pending(pending_[i]));
      if (result.exists != Truth::no) return result;
    }
    return {};
  }

 private:
  struct Pending {
    std::string key;
    PlanState state;
  };

  SearchResult look_into(const Pending& at) {
    auto keys = registry_.keys(at.key, account_);
    if (!keys) return {};
    if (plan_.decide_folder(at.state).included) return {Truth::yes, at.key};
    for (const RegistryValue& value : registry_.values(at.key, account_)) {
      if (plan_.decide_leaf(at.state, value.name).included) return {Truth::yes, at.key};
    }
    for (const std::string& name : *keys) {
      const PlanState state = plan_.enter(at.state, name);
      if (plan_.decide_folder(state).included || plan_.reaches_inside(state)) {
        pending_.push_back({at.key + "/" + name, state});
      }
    }
    return {};
  }

  Registry& registry_;
  const Account* account_;
  const Pattern& pattern_;
  CompiledPlan plan_;
  Budget& budget_;
  std::vector<Pending> pending_;
};

}  // namespace

SearchResult ObjectSearch::find(const Pattern& pattern) {
  try {
    if (pattern.type == PatternType::ini) {
      Pattern file = pattern;
      file.leaf.reset();
      return find_file(file);
    }
    return pattern.type == PatternType::registry ? find_key(pattern) : find_file(pattern);
  } catch (const Error& error) {
    if (says_not_there(error)) return {};
    return {Truth::yes, pattern.type == PatternType::file ? pattern.fixed_path(machine_.flavour()) : std::string()};
  }
}

bool ObjectSearch::is_folder(const MachinePath& path) {
  try {
    return opens(machine_.files(), path);
  } catch (const Error&) {
    return true;
  }
}

SearchResult ObjectSearch::find_file(const Pattern& pattern) {
  const bool one_name = !pattern.leaf || pattern.leaf->is_literal();
  if (pattern.names_one_folder() && one_name) return find_in_one_folder(pattern);
  return find_in_tree(pattern);
}

SearchResult ObjectSearch::find_in_one_folder(const Pattern& pattern) {
  if (!budget_.spend_folder()) return {Truth::unknown, {}};
  MachinePath folder = pattern.fixed_path(machine_.flavour());
  if (pattern.leaf) return find_child(folder, pattern.leaf->text(), false);
  if (opens(machine_.files(), folder)) return {Truth::yes, folder};
  const std::size_t slash = folder.rfind('/');
  const std::string name = folder.substr(slash + 1);
  // The parent of "/a" and of "C:/a" keeps its slash.
  folder.resize(slash == folder.find('/') ? slash + 1 : slash);
  return find_child(folder, name, true);
}

SearchResult ObjectSearch::find_child(const MachinePath& folder, const std::string& name, bool may_be_folder) {
  if (name.empty()) return {};
  const NodeKind kind = machine_.files().open(folder)->inspect(name).kind;
  if (kind == NodeKind::folder && !may_be_folder) return {};
  return {Truth::yes, child_of(folder, name)};
}

SearchResult ObjectSearch::find_in_tree(const Pattern& pattern) {
  const std::size_t fixed = pattern.fixed_components();
  TreeSearch search(machine_, pattern, budget_);
  if (fixed > 0 || machine_.flavour() == MachineFlavour::linux) {
    return search.run(pattern.fixed_path(machine_.flavour()), pattern.node, fixed);
  }
  for (const MachinePath& root : machine_.files().roots()) {
    SearchResult result = search.run(root, {Glob({root.substr(0, root.find('/'))})}, 1);
    if (result.exists != Truth::no) return result;
  }
  return {};
}

SearchResult ObjectSearch::find_key(const Pattern& pattern) {
  const bool of_account = !pattern.node.empty() && pattern.node.front().text() == "HKCU";
  if (machine_.registry() == nullptr || pattern.node.empty() || (of_account && account_ == nullptr)) return {};
  return KeySearch(*machine_.registry(), account_, pattern, budget_).run();
}

}  // namespace rehome::rules
