// SPDX-License-Identifier: Apache-2.0
#include "base/archive/cpio_writer.h"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/archive/unpack.h"
#include "base/core/error.h"
#include "base/machine/linux/linux_file_tree.h"
#include "tests/support/scratch_folder.h"

namespace rehome::archive {
namespace {

Bytes unpacked(const testing::ScratchFolder& scratch, std::size_t most) {
  const std::unique_ptr<FileTree> tree = open_linux_file_tree(scratch.path().string());
  return read_unpacked(tree->open("/")->open_file("out"), "out", most);
}

std::string listing(CpioCompression compression, const testing::ScratchFolder& scratch) {
  const std::unique_ptr<FileTree> tree = open_linux_file_tree(scratch.path().string());
  const std::unique_ptr<WritableFolder> folder = tree->open_for_writing("/");
  const std::unique_ptr<WritableFile> file = folder->create_file("out");
  CpioWriter writer(*file, compression);
  writer.add_char_device("dev/console", 0600, std::uint64_t{5} << 32 | 1);
  writer.add_file("lib/a", 0755, as_bytes("content"));
  writer.add_file("lib/b", 0644, as_bytes("content"));
  writer.add_symlink("init", "lib/a");
  EXPECT_THROW(writer.add_file("init", 0644, {}), Error);
  writer.finish();
  file->commit();
  const Bytes archive = unpacked(scratch, 1 << 20);
  return std::string(as_text(archive));
}

TEST(CpioWriter, WritesWhatTheKernelReads) {
  for (const CpioCompression compression : {CpioCompression::none, CpioCompression::gzip, CpioCompression::zstd}) {
    const testing::ScratchFolder scratch;
    const std::string archive = listing(compression, scratch);
    EXPECT_TRUE(archive.starts_with("070701"));
    EXPECT_NE(archive.find("TRAILER!!!"), std::string::npos);
    EXPECT_EQ(archive.size() % 4, 0U);
    // Each folder before what is in it, and once.
    EXPECT_LT(archive.find(std::string("lib\0", 4)), archive.find("lib/a"));
    scratch.write("plain", archive);
    const std::string python =
        "python3 -c '\n"
        "import sys\n"
        "data, at, names = open(sys.argv[1], \"rb\").read(), 0, []\n"
        "while True:\n"
        "    field = [int(data[at + 6 + i * 8:at + 14 + i * 8], 16) for i in range(13)]\n"
        "    name = data[at + 110:at + 110 + field[11] - 1].decode()\n"
        "    at = (at + 110 + field[11] + 3) & ~3\n"
        "    content = data[at:at + field[6]]\n"
        "    at = (at + field[6] + 3) & ~3\n"
        "    if name == \"TRAILER!!!\": break\n"
        "    names.append((name, oct(field[1]), field[2], field[9], field[10], content))\n"
        "assert names == [(\"dev\", \"0o40755\", 0, 0, 0, b\"\"), (\"dev/console\", \"0o20600\", 0, 5, 1, b\"\"), "
        "(\"lib\", \"0o40755\", 0, 0, 0, b\"\"), (\"lib/a\", \"0o100755\", 0, 0, 0, b\"content\"), "
        "(\"lib/b\", \"0o100644\", 0, 0, 0, b\"content\"), (\"init\", \"0o120777\", 0, 0, 0, b\"lib/a\")], names\n"
        "' " +
        scratch.path_of("plain");
    EXPECT_EQ(std::system(python.c_str()), 0);
  }
}

TEST(ReadUnpacked, HasALimitAndSeesDamage) {
  const testing::ScratchFolder scratch;
  scratch.write("big", std::string(100'000, 'x'));
  ASSERT_EQ(std::system(("xz -c " + scratch.path_of("big") + " >" + scratch.path_of("out")).c_str()), 0);
  EXPECT_EQ(unpacked(scratch, 100'000).size(), 100'000U);
  EXPECT_THROW(unpacked(scratch, 99'999), Error);
  std::filesystem::resize_file(scratch.path_of("out"), std::filesystem::file_size(scratch.path_of("out")) / 2);
  EXPECT_THROW(unpacked(scratch, 100'000), Error);
}

}  // namespace
}  // namespace rehome::archive
