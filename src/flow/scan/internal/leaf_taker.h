// SPDX-License-Identifier: Apache-2.0
#pragma once
// Takes what is no folder: files with their hard links, symlinks, fifos and devices are recorded, everything else is
// reported. Any thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "flow/scan/internal/file_reader.h"
#include "flow/scan/internal/linked_files.h"
#include "flow/scan/internal/visit.h"

namespace rehome::scan {

class LeafTaker {
 public:
  LeafTaker(Recorder& recorder, int most_readings) : recorder_(recorder), reader_(recorder, most_readings) {}

  /// `info` is what lstat told of the leaf; it is no folder.
  void take(const Leaf& leaf, const NodeInfo& info);
  /// After the last leaf: how many files of each account another account has names of too.
  std::map<AccountNumber, std::uint64_t> files_shared_between_accounts() { return linked_.shared_between_accounts(); }

 private:
  void take_file(const Leaf& leaf, const NodeInfo& info);
  void take_linked_file(const Leaf& leaf, const NodeInfo& info);
  void lead(const LinkedFiles::Key& key, std::uint64_t group, const Leaf& leaf, const NodeInfo& info);
  /// False where there was nothing to record under this group.
  bool try_to_lead(const LinkedFiles::Key& key, std::uint64_t group, const Leaf& leaf, const NodeInfo& info);
  /// A further name of a file whose leader is recorded, and was forgotten.
  void follow(std::uint64_t group, const Leaf& leaf, const NodeInfo& info);
  void take_special(const Leaf& leaf, const NodeInfo& info);
  void read_attributes(const Leaf& leaf, Object& object);
  void record(const Leaf& leaf, Object object);

  Recorder& recorder_;
  FileReader reader_;
  LinkedFiles linked_;
};

/// Of what is no folder: sockets, and what this system has no word for.
bool can_be_kept(NodeKind kind);
std::string why_not_kept(NodeKind kind);

/// lstat of a leaf; nullopt where that fails, with a finding.
std::optional<NodeInfo> inspect(const Leaf& leaf, Recorder& recorder);

}  // namespace rehome::scan
