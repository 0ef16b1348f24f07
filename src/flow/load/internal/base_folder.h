// SPDX-License-Identifier: Apache-2.0
#pragma once
// The way from the root of the destination to a base. In: a path that an account file, a user or an administrator
// wrote. Out: the folder itself, held open, so that everything is judged and written through that one handle; whoever
// moves a folder or puts a link in its place afterwards moves nothing of ours.
//
// A way is guarded while every folder on it is root's and nobody else can give names in it. Where it is not, its owner
// can put anything under any name at any moment: no link is followed there and nothing is made. One thread.

#include <memory>
#include <string>

#include "base/machine/file_tree.h"

namespace rehome::load {

struct BaseFolder {
  std::shared_ptr<WritableFolder> folder;  // the deepest one on the way that is there
  NodeInfo node;                           // of `folder`
  MachinePath path;                        // of the base, without links
  std::string missing;                     // what of `path` is still to be made in `folder`; empty: it is the base
  bool is_guarded = false;                 // only root decides what `path` leads to
};

/// Throws Error(refused) for a path that is not absolute, leads through something that is no folder or through a link
/// that not only root could set, or where what is missing would have to be made in a folder that is not guarded.
BaseFolder open_base_folder(FileTree& files, const MachinePath& path);

/// A base in another one, `rest` beneath it, reached from its open folder. Throws Error(refused) for a way that leads
/// through a link, whoever set it, or through something that is no folder. What is missing may be made, but only in the
/// open folder of `outer`, whose owner may put anything in its place before.
BaseFolder open_base_folder_in(const BaseFolder& outer, const std::string& rest);

}  // namespace rehome::load
