// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files out of a store without a restore: names as in the store, owned by whoever runs it, nothing on the computer
// touched but one folder. For a look, for one lost file, and for damaged stores.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/capture.h"

namespace rehome::cli {

struct Selection {
  std::unique_ptr<CapturedState> state;
  std::vector<AccountNumber> numbers;
  std::map<AccountNumber, std::string> names;
};

/// "ann/documents/letters/a.odt": how list shows a place and extract's folders are named.
std::string place_of(const Object& object, const Selection& selection);

class Extractor {
 public:
  Extractor(const Selection& selection, WritableFolder& destination, FindingSink& findings);

  /// A failure of this object alone becomes a finding; Error(no_space) ends it all.
  void extract(const Object& object);
  /// An object that is not wanted. A further name of the same file may be, and comes after it.
  void pass_over(const Object& object);
  /// Objects that are there now.
  std::uint64_t done() const { return done_; }

 private:
  std::unique_ptr<WritableFolder> parent_of(const std::string& place, std::string& name);
  void place(const Object& object);
  void copy_file(const Object& content, const std::string& place, WritableFolder& parent, const std::string& name);
  void add_name(const Object& object, WritableFolder& parent, const std::string& name);

  const Selection& selection_;
  WritableFolder& destination_;
  FindingSink& findings_;
  using LinkGroup = std::pair<AccountNumber, std::uint64_t>;
  static LinkGroup group_of(const Object& object) { return {object.location.account, object.link_group}; }
  std::map<LinkGroup, std::string> extracted_;  // where one name of the file is by now
  std::map<LinkGroup, Object> passed_over_;     // who leads it in the store
  std::uint64_t done_ = 0;
};

}  // namespace rehome::cli
