// SPDX-License-Identifier: Apache-2.0
#include "base/archive/internal/folder_image.h"
#include "base/archive/internal/image.h"
#include "base/archive/internal/tar_image.h"
#include "base/archive/platform/squashfs_mount.h"
#include "base/core/error.h"
#include "base/machine/linux/linux_file_tree.h"

namespace rehome::archive {

namespace {

constexpr std::string_view kSquashfsMagic = "hsqs";
constexpr std::size_t kSquashfsSuperBlock = 96;
constexpr std::size_t kSquashfsUsed = 40;  // in it: the length of the image, 8 bytes

struct Found {
  std::unique_ptr<Folder> folder;
  std::string name;
  NodeInfo info;
};

/// `path` without links.
Found find(FileTree& tree, const MachinePath& path) {
  const std::size_t slash = path.rfind('/');
  Found found{
      .folder = tree.open(slash == 0 ? "/" : path.substr(0, slash)), .name = path.substr(slash + 1), .info = {}};
  found.info = found.folder->inspect(found.name);
  return found;
}

void check_whole(ByteView head, std::uint64_t size, const MachinePath& path) {
  const std::uint64_t used =
      head.size() < kSquashfsSuperBlock ? UINT64_MAX : ByteReader(head.subspan(kSquashfsUsed), path).u64();
  if (used <= size) return;
  throw Error(ErrorCode::corrupt, path + " was not copied whole: it has " + std::to_string(size) +
                                      " bytes, and says that it has more; copy it again");
}

/// Costs only the reading of its headers where it is not compressed. What is compressed would have to be unpacked for
/// it: there only its own length is known, which what is in it will not be less than.
std::uint64_t content_of_tar(Folder& folder, const std::string& name, const MachinePath& path) {
  TarImage archive(std::make_unique<UnpackedStream>(folder.open_file(name), path), 0);
  std::uint64_t sum = 0;
  while (archive.next()) sum += archive.stored_bytes();
  return sum;
}

std::unique_ptr<Image> open_file_image(Found found, const MachinePath& path, const NodeIdentity& target) {
  std::unique_ptr<ReadableFile> file = found.folder->open_file(found.name);
  Bytes head(kSquashfsSuperBlock);
  head.resize(file->read_at(0, head));
  if (as_text(head).starts_with(kSquashfsMagic)) {
    check_whole(head, found.info.size, path);
    auto mount = std::make_shared<SquashfsMount>(path);
    std::unique_ptr<FileTree> tree = open_linux_file_tree(mount->folder());
    return std::make_unique<FolderImage>(std::move(tree), path, target, mount);
  }
  auto stream = std::make_unique<UnpackedStream>(std::move(file), path);
  const std::uint64_t room =
      stream->is_compressed() ? stream->total_bytes() : content_of_tar(*found.folder, found.name, path);
  return std::make_unique<TarImage>(std::move(stream), room);
}

}  // namespace

std::unique_ptr<Image> open_image(const MachinePath& path, const NodeIdentity& target) {
  if (!path.starts_with('/')) {
    throw Error(ErrorCode::invalid_argument, "the image " + path + " is no absolute path");
  }
  const std::unique_ptr<FileTree> tree = open_linux_file_tree("/");
  const MachinePath real = tree->canonical(path);
  if (real == "/") return std::make_unique<FolderImage>(open_linux_file_tree("/"), "/", target);
  try {
    Found found = find(*tree, real);
    if (found.info.kind == NodeKind::folder) {
      return std::make_unique<FolderImage>(open_linux_file_tree(real), path, target);
    }
    return open_file_image(std::move(found), real, target);
  } catch (Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    throw Error(ErrorCode::not_found,
                "there is no image " + path + "; mount the volume it is on, or name the right place",
                error.system_code());
  }
}

}  // namespace rehome::archive
