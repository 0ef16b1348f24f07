// SPDX-License-Identifier: Apache-2.0
#pragma once
// Brings one file, link, fifo or device to its folder: finds out whether it is there, gives it a free name where
// something else is in its place, writes or links it, sets its metadata. Any thread; one object by one thread.

#include <optional>
#include <string>

#include "flow/load/internal/late_metadata.h"
#include "flow/load/internal/temporary_name.h"
#include "flow/load/load.h"

namespace rehome::load {

struct Leaf {
  Object object;      // whose content it is
  Metadata metadata;  // admitted
  Target target;
  SharedFolder folder;  // null in a dry run where it does not exist yet
  std::string name;

  // A further name of a file that was brought before, and where that is.
  bool is_link = false;
  SharedFolder leader_folder;  // null as `folder`
  std::string leader_name;
};

struct Landing {
  enum class How { written, already_there, kept };  // kept: what is there stays, by a rule
  How how = How::written;
  std::string name;
  bool is_newer = false;  // a linked original that was edited after the capture
};

class LeafRestorer {
 public:
  struct Surroundings {
    const CapturedState& state;
    const Territory& territory;
    const Plan* plan;
    bool dry_run;
    Findings& findings;
    Progress& progress;
    LateMetadata& late;
  };
  explicit LeafRestorer(const Surroundings& around) : around_(around) {}

  /// Throws Error where it cannot be brought.
  Landing restore(const Leaf& leaf);

 private:
  Landing find_place(const Leaf& leaf);
  enum class Tried { done, name_taken };
  enum class Naming { free_name, replace };
  /// The name a node is made under, and the path it will have: another one where it replaces something.
  struct Place {
    std::string name;
    MachinePath path;
  };

  bool is_there(const Leaf& leaf, const std::string& name, const NodeInfo& node);
  bool is_stored_file(const Object& object, const NodeInfo& node) const;
  bool is_link_there(const Leaf& leaf, const std::string& name, const NodeInfo& node);
  void set_right(const Leaf& leaf, const std::string& name, const NodeInfo& node);
  bool may_change(const Leaf& leaf, const MachinePath& path, const NodeInfo& node) const;
  Tried bring(const Leaf& leaf, const std::string& name, Naming naming);
  std::optional<NodeIdentity> make(const Leaf& leaf, const Place& place, Naming naming);
  std::optional<NodeIdentity> link_or_copy(const Leaf& leaf, const Place& place);
  std::optional<NodeIdentity> replace(const Leaf& leaf, const Place& place);
  std::optional<NodeIdentity> link_stored_file(const Leaf& leaf, const Place& place);
  bool link_to_leader(const Leaf& leaf, const Place& place);
  NodeIdentity copy_file(const Leaf& leaf, const Place& place, Naming naming);
  void read_content(const Leaf& leaf, WritableFile& file);
  NodeIdentity make_other_aside(const Leaf& leaf, const Place& place);
  NodeIdentity make_other(const Leaf& leaf, TemporaryName& temporary, const MachinePath& path);
  void set_flags_later(const Leaf& leaf, const std::string& name, const NodeIdentity& node);
  Landing landed(const Leaf& leaf, Landing::How how, const std::string& name, std::uint32_t number);

  Surroundings around_;
};

}  // namespace rehome::load
