// SPDX-License-Identifier: Apache-2.0
#pragma once
// For tests: a folder of its own below the system's temporary one, gone at the end, as the root of a small computer.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rehome::linux_etc {

class TestRoot {
 public:
  TestRoot() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rehome-root-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~TestRoot() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestRoot(const TestRoot&) = delete;
  TestRoot& operator=(const TestRoot&) = delete;

  const std::string& path() const { return path_; }
  std::filesystem::path at(std::string_view path) const { return path_ + std::string(path); }

  void folder(std::string_view path) { std::filesystem::create_directories(at(path)); }
  void file(std::string_view path, std::string_view content) {
    std::filesystem::create_directories(at(path).parent_path());
    std::ofstream(at(path), std::ios::binary) << content;
  }
  void link(std::string_view path, std::string_view target) {
    std::filesystem::create_directories(at(path).parent_path());
    std::filesystem::create_symlink(target, at(path));
  }
  std::string content(std::string_view path) const {
    std::ifstream in(at(path), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  bool exists(std::string_view path) const { return std::filesystem::exists(at(path)); }

 private:
  std::string path_;
};

}  // namespace rehome::linux_etc
