// SPDX-License-Identifier: Apache-2.0
#pragma once
// One image onto one target: the work of apply_image(). One thread; used once.

#include <map>
#include <string>
#include <vector>

#include "base/archive/apply.h"
#include "base/archive/internal/image.h"
#include "base/archive/internal/target_folders.h"

namespace rehome::archive {

class Applier {
 public:
  Applier(Image& image, WritableFolder& target, const ApplyOptions& options);
  Applied run();

 private:
  using Names = std::vector<std::string>;
  /// ACLs with names of accounts that the image may bring only later.
  struct NamedAcls {
    Entry entry;
    Names names;
  };

  void check_room();
  void place(Entry& entry);
  void place_folder(WritableFolder& parent, const Names& names, const Entry& entry);
  void place_file(WritableFolder& parent, const std::string& name, const Entry& entry);
  void place_link(const Names& names, const Entry& entry);
  void place_special(WritableFolder& parent, const std::string& name, const Entry& entry);
  void make_way(WritableFolder& parent, const std::string& name, const std::string& path);
  void take_acls(Entry& entry, const Names& names);
  void finish_named_acls();
  void finish_folders();
  void lose(const std::string& path, const MetadataLosses& losses);
  void step();

  Image& image_;
  TargetFolders folders_;
  const ApplyOptions& options_;
  Applied applied_;
  // Their times last, since what comes into them changes these; a name and some numbers for each folder.
  std::map<Names, Metadata> folder_metadata_;
  std::vector<NamedAcls> named_acls_;
};

}  // namespace rehome::archive
