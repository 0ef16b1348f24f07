// SPDX-License-Identifier: Apache-2.0
#pragma once
// The reading half of tree_content.h.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/core/error.h"
#include "flow/store/internal/tree_content.h"
#include "flow/store/internal/tree_path.h"
#include "flow/store/internal/tree_volume.h"

namespace rehome::store {

class TreeReader final : public ContentReader {
 public:
  TreeReader(const TreePlace& place, std::string capture_id);

  Object check(Object object) override;
  void read(const Object& object, ContentConsumer& consumer) override;
  std::optional<NodeInfo> stored_file(const Object& object) override;
  std::optional<NodeInfo> link(const Object& object, WritableFolder& folder, std::string_view name) override;
  ContentCheck verify(const Object& object, bool content) override;

 private:
  struct Stored {
    TreeFolders::Handle folder;
    std::string leaf;
    NodeInfo info;
  };

  bool is_copy(const Object& object) const;
  /// nullopt where no file lies there.
  static std::optional<Stored> look(TreeVolume& tree, const TreePath& path);
  /// What the catalog says lies there, does. Throws Error(corrupt).
  Stored find(const Object& object);
  Stored find_copy(const Object& object);
  /// The very file that was linked, whatever it holds by now. Throws Error(corrupt).
  Stored find_link(const Object& object);
  Error missing() const;
  void hand_over(const Object& object, const Stored& stored, ContentConsumer& consumer);

  StoreKind kind_;
  std::string capture_id_;
  std::vector<std::unique_ptr<TreeVolume>> trees_;  // the first is STORE/Tree
  MachinePath anothers_;                            // a sister that belongs to another store; "" where there is none
};

}  // namespace rehome::store
