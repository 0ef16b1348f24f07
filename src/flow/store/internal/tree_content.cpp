// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/tree_content.h"

#include <exception>
#include <utility>

#include "base/core/error.h"
#include "flow/store/internal/tree_reader.h"
#include "flow/store/internal/tree_removal.h"
#include "flow/store/internal/tree_volume.h"
#include "flow/store/internal/tree_writer.h"

namespace rehome::store {

namespace {

/// Does all of it whatever fails, then says what failed first.
class AllTheSame {
 public:
  template <typename Action>
  void attempt(const Action& action) {
    try {
      action();
    } catch (const Error&) {
      if (!failure_) failure_ = std::current_exception();
    }
  }
  void finish() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::exception_ptr failure_;
};

/// The captures in a tree: its folders.
std::vector<std::string> captures_in(TreeVolume& tree) {
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : tree.root().list()) {
    if (tree.root().inspect(entry.name).kind == NodeKind::folder) names.push_back(entry.name);
  }
  return names;
}

void remove_tree_itself(const TreePlace& place, TreeVolume& tree, std::string_view name) {
  const auto parent = place.files.open_for_writing(tree.parent());
  remove_tree(*parent, name);
  parent->sync();
}

}  // namespace

std::unique_ptr<ContentWriter> open_tree_writer(const TreePlace& place, TreeCapture capture, FindingSink& findings) {
  return std::make_unique<TreeWriter>(place, std::move(capture), findings);
}

std::unique_ptr<ContentReader> open_tree_reader(const TreePlace& place, const std::string& capture_id) {
  return std::make_unique<TreeReader>(place, capture_id);
}

void check_removable(const TreePlace& place, const std::string& capture_id) {
  const std::unique_ptr<TreeVolume> main = open_main_tree(place);
  if (main == nullptr) return;
  for (const Sister& sister : open_sisters(place, *main)) {
    if (sister.bond != Bond::unsaid || sister.tree->folders().find(capture_id) == nullptr) continue;
    const std::string path = printable(sister.tree->path());
    throw Error(ErrorCode::refused,
                path +
                    " does not say to which store of its id it belongs, as stores of earlier versions do not: if this "
                    "store was copied from another, remove the copy's own folder by hand; if not, remove that folder, "
                    "then try again");
  }
}

void remove_tree_content(const TreePlace& place, const std::string& capture_id) {
  std::vector<std::unique_ptr<TreeVolume>> trees;
  trees.push_back(open_main_tree(place));
  if (trees.front() == nullptr) return;
  for (Sister& sister : open_sisters(place, *trees.front())) {
    if (sister.bond == Bond::ours) trees.push_back(std::move(sister.tree));
  }
  for (const auto& tree : trees) check_not_mounted(*place.files.open_for_writing(tree->parent()), tree->name());
  AllTheSame work;
  for (const auto& tree : trees) {
    const auto captures = capture_id.empty() ? captures_in(*tree) : std::vector<std::string>{capture_id};
    for (const std::string& capture : captures) {
      work.attempt([&] { remove_tree(tree->root(), capture); });
    }
  }
  work.finish();
  if (!capture_id.empty()) return;
  // The list of the sisters lies in the main tree, which therefore goes last.
  for (std::size_t i = 1; i < trees.size(); ++i) remove_tree_itself(place, *trees[i], sister_name(place.vault_id));
  remove_tree_itself(place, *trees.front(), kTreeName);
}

}  // namespace rehome::store
