// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/new_file.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/core/error.h"
#include "base/machine/linux/internal/naming.h"

namespace rehome::linux_files {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Both ways, on one real folder: the second is what volumes without O_TMPFILE get.
class NewFileTest : public ::testing::TestWithParam<NewFile::Before> {
 protected:
  NewFileTest() {
    std::string name = (fs::temp_directory_path() / "rehome-new-file-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw system_error(errno, "make a temporary folder");
    root_ = name;
    fd_ = std::make_shared<const platform::UniqueFd>(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  ~NewFileTest() override { fs::remove_all(root_); }

  std::unique_ptr<NewFile> make(std::string_view content) const {
    auto file = std::make_unique<NewFile>(fd_, "/new", GetParam());
    EXPECT_EQ(::write(file->fd(), content.data(), content.size()), static_cast<ssize_t>(content.size()));
    return file;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(root_)) found.push_back(entry.path().filename());
    std::ranges::sort(found);
    return found;
  }
  std::string content(const std::string& name) const {
    std::ifstream file(root_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path root_;
  std::shared_ptr<const platform::UniqueFd> fd_;
};

INSTANTIATE_TEST_SUITE_P(Both, NewFileTest,
                         ::testing::Values(NewFile::Before::no_name_if_possible, NewFile::Before::temporary_name));

TEST_P(NewFileTest, LeavesNothingWithoutAName) {
  make("content").reset();
  EXPECT_THAT(names(), IsEmpty());
}

TEST_P(NewFileTest, TakesAFreeName) {
  EXPECT_EQ(make("content")->give_name(Name("a")), 0);
  EXPECT_THAT(names(), ElementsAre("a"));
  EXPECT_EQ(content("a"), "content");
}

TEST_P(NewFileTest, TakesNoNameFromAnything) {
  fs::create_symlink("nowhere", root_ / "a");
  EXPECT_EQ(make("content")->give_name(Name("a")), EEXIST);
  EXPECT_THAT(names(), ElementsAre("a"));
  EXPECT_TRUE(fs::is_symlink(root_ / "a"));
}

TEST_P(NewFileTest, ReplacesAFileAndALinkButNotItsTarget) {
  std::ofstream(root_ / "target") << "precious";
  fs::create_symlink("target", root_ / "a");
  EXPECT_EQ(make("content")->give_name_replacing(Name("a")), 0);
  EXPECT_THAT(names(), ElementsAre("a", "target"));
  EXPECT_FALSE(fs::is_symlink(root_ / "a"));
  EXPECT_EQ(content("a"), "content");
  EXPECT_EQ(content("target"), "precious");
}

TEST_P(NewFileTest, SparesAFolderAndLeavesNothingBeside) {
  fs::create_directory(root_ / "a");
  EXPECT_EQ(make("content")->give_name_replacing(Name("a")), EISDIR);
  EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_P(NewFileTest, NobodyElseMayLookInside) {
  const auto file = make("content");
  struct stat status{};
  ASSERT_EQ(::fstat(file->fd(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST_P(NewFileTest, MovingNeverReplaces) {
  std::ofstream(root_ / "a") << "a";
  std::ofstream(root_ / "b") << "b";
  EXPECT_EQ(move_without_replacing({fd_->get(), "a"}, {fd_->get(), "b"}), EEXIST);
  EXPECT_EQ(content("b"), "b");
  EXPECT_EQ(move_without_replacing({fd_->get(), "a"}, {fd_->get(), "c"}), 0);
  EXPECT_THAT(names(), ElementsAre("b", "c"));
}

}  // namespace
}  // namespace rehome::linux_files
