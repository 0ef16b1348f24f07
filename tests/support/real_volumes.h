// SPDX-License-Identifier: Apache-2.0
#pragma once
// Real volumes for tests: images in a temporary folder, mounted through loop devices. Needs root; a test asks
// why_no_volumes() and skips aloud.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

namespace rehome::testing {

inline bool runs(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

/// A temporary folder in which volumes are mounted; everything goes with it.
class RealVolumes {
 public:
  RealVolumes() {
    std::string name = (std::filesystem::temp_directory_path() / "rehome-volumes-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    base_ = name;
    std::filesystem::create_directory(root());
  }
  ~RealVolumes() {
    for (auto mount = mounts_.rbegin(); mount != mounts_.rend(); ++mount) runs("umount " + *mount);
    std::error_code left;
    if (all_unmounted()) std::filesystem::remove_all(base_, left);
  }
  RealVolumes(const RealVolumes&) = delete;
  RealVolumes& operator=(const RealVolumes&) = delete;

  std::filesystem::path root() const { return base_ / "root"; }

  /// A fresh volume at `place` below the root. False where this system cannot make or mount one.
  bool mount(const std::string& type, const std::string& place, std::uint64_t bytes,
             const std::string& make_options = "") {
    const std::string image = (base_ / ("image-" + std::to_string(mounts_.size()))).string();
    std::ofstream{image};
    std::filesystem::resize_file(image, bytes);
    const std::string at = (root() / place.substr(1)).string();
    std::filesystem::create_directories(at);
    if (!runs("mkfs." + type + " -q " + make_options + " " + image)) return false;
    if (!runs("mount -t " + type + " -o loop " + image + " " + at)) return false;
    mounts_.push_back(at);
    return true;
  }
  bool bind(const std::string& from, const std::string& to) {
    const std::string at = (root() / to.substr(1)).string();
    std::filesystem::create_directories(at);
    if (!runs("mount --bind " + (root() / from.substr(1)).string() + " " + at)) return false;
    mounts_.push_back(at);
    return true;
  }

 private:
  bool all_unmounted() const {
    std::ifstream table("/proc/self/mounts");
    const std::string text((std::istreambuf_iterator<char>(table)), std::istreambuf_iterator<char>());
    return text.find(base_.string()) == std::string::npos;
  }

  std::filesystem::path base_;
  std::vector<std::string> mounts_;
};

}  // namespace rehome::testing
