// SPDX-License-Identifier: Apache-2.0
// Real archives, made by GNU tar, Python and mksquashfs, on a real volume. Needs root.
#include "base/archive/apply.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/error.h"
#include "base/machine/linux/linux_file_tree.h"
#include "tests/support/scratch_folder.h"

namespace rehome::archive {
namespace {

namespace fs = std::filesystem;

bool shell(const std::string& command) { return std::system(("( " + command + " ) >/dev/null 2>&1").c_str()) == 0; }

std::string output(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");
  for (int letter = std::fgetc(pipe); letter != EOF; letter = std::fgetc(pipe)) text += static_cast<char>(letter);
  ::pclose(pipe);
  return text;
}

class ApplyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: owners, devices and mounts";
    fs::create_directory(source());
    fs::create_directory(target());
    // In memory there are no user attributes, so that the work has a volume of its own.
    if (!shell("cd " + work() + " && truncate -s 64M volume && mkfs.ext4 -q volume && mount -o loop volume target")) {
      GTEST_SKIP() << "no loop device";
    }
    if (!shell("cd " + work() +
               " && truncate -s 64M from && mkfs.ext4 -q from && mount -o loop from source && rmdir source/*")) {
      GTEST_SKIP() << "no loop device";
    }
  }
  void TearDown() override {
    shell("umount " + target() + "/inner");
    shell("umount " + target());
    shell("umount " + source());
  }

  std::string work() const { return scratch_.path().string(); }
  std::string source() const { return scratch_.path_of("source"); }
  std::string target() const { return scratch_.path_of("target"); }
  std::string image() const { return scratch_.path_of("image"); }

  /// Everything that has to survive.
  void make_system() const {
    ASSERT_TRUE(
        shell("cd " + source() +
              " && mkdir -p etc home/ann usr/bin dev var/empty && chmod 0750 home/ann && chown 1234:2345 home/ann"
              " && printf 'root:x:0:0::/:\\nann:x:1234:2345::/:\\n' >etc/passwd && printf 'staff:x:50:\\n' >etc/group"
              " && printf program >usr/bin/su && chown 0:5 usr/bin/su && chmod 6755 usr/bin/su"
              " && ln usr/bin/su usr/bin/su-too && ln -s usr/bin bin && chown -h 7:8 bin && touch -h -d '2001-02-03 "
              "04:05:06.5' bin"
              " && truncate -s 20M home/ann/holes && printf end | dd of=home/ann/holes bs=1 seek=10M conv=notrunc"
              " && mknod dev/null c 1 3 && mkfifo dev/pipe && mknod dev/sda b 8 0"
              " && printf a >\"home/ann/$(printf 'e\\314\\201\\377 \\nx')\""
              " && printf b >home/ann/$(printf 'n%.0s' $(seq 150))"
              " && setfattr -n user.note -v value home/ann/holes && setfacl -m u:4321:rw,g:50:r home/ann/holes"
              " && setfacl -d -m u:4321:rwx home/ann && printf ping >usr/bin/ping && setcap cap_net_raw+ep usr/bin/ping"
              " && touch -d '1999-12-31 23:59:59.123456789' home/ann var/empty etc/passwd && chmod 0700 ."));
  }
  /// As text: names, types, modes, owners, times, sizes, links, content, attributes and ACLs.
  std::string record(const std::string& folder) const {
    return output(
        "cd " + folder +
        " && find . -name lost+found -prune -o ! -type d -printf '%P %y %m %U %G %T@ %s %l %n\\n' -o "
        "-printf '%P %y %m %U %G %T@\\n' | sort; find . -type f | sort | xargs -d '\\n' sha256sum 2>&1; "
        "find . -name lost+found -prune -o ! -type l -print | sort | tr '\\n' '\\0' | xargs -0 getfattr -d -m - 2>&1; "
        "ls -l dev; stat -c %i usr/bin/su usr/bin/su-too | uniq | wc -l");
  }
  Applied apply(const ApplyOptions& options = {}) {
    const std::unique_ptr<FileTree> tree = open_linux_file_tree(target());
    return apply_image(image(), *tree->open_for_writing("/"), options);
  }
  ErrorCode failure(const ApplyOptions& options = {}) {
    try {
      apply(options);
    } catch (const Error& error) {
      message_ = error.what();
      return error.code();
    }
    ADD_FAILURE() << "it was applied";
    return ErrorCode::invalid_argument;
  }
  /// Entries as Python's tarfile writes them, hostile or not: "file NAME TEXT", "link NAME TARGET", "hard NAME TARGET",
  /// "folder NAME".
  void write_tar(const std::string& lines) const {
    std::ofstream(scratch_.path_of("make.py")) << R"(
import io, sys, tarfile
with tarfile.open(sys.argv[1], "w", format=tarfile.GNU_FORMAT) as tar:
    for line in sys.stdin.read().splitlines():
        kind, name, value = (line.split(" ") + [""])[:3]
        info = tarfile.TarInfo(name)
        data = None
        if kind == "file":
            info.size, data = len(value), io.BytesIO(value.encode())
        elif kind == "folder":
            info.type, info.mode = tarfile.DIRTYPE, 0o755
        else:
            info.type, info.linkname = {"link": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE}[kind], value
        tar.addfile(info, data)
)";
    std::ofstream(scratch_.path_of("lines")) << lines;
    ASSERT_TRUE(shell("python3 " + scratch_.path_of("make.py") + " " + image() + " <" + scratch_.path_of("lines")));
  }
  void expect_same() {
    const std::string before = record(source());
    EXPECT_NE(before.find("security.capability"), std::string::npos) << "the test would see no loss: " << before;
    EXPECT_EQ(before, record(target()));
    struct stat holes{};
    ASSERT_EQ(::stat((target() + "/home/ann/holes").c_str(), &holes), 0);
    EXPECT_LT(holes.st_blocks * 512, 1 << 20);
  }

  testing::ScratchFolder scratch_;
  std::string message_;
};

constexpr const char* kWholeTar = "tar --xattrs --xattrs-include='*' --acls --sparse ";

TEST_F(ApplyTest, BringsEverythingOfATarArchiveInEachFormOfFilesWithHoles) {
  make_system();
  const std::string tar = std::string(kWholeTar) + "--numeric-owner -H posix -C " + source() + " -cf " + image();
  for (const std::string& form :
       {std::string("--sparse-version=0.0"), std::string("--sparse-version=0.1"), std::string("--sparse-version=1.0"),
        std::string("--sparse-version=1.0 --zstd"), std::string("-z"), std::string("-J")}) {
    std::string command = tar;
    command.append(" ").append(form).append(" --exclude=./lost+found .");
    ASSERT_TRUE(shell(command)) << form;
    ASSERT_TRUE(shell("rm -rf " + target() + "/*"));
    const Applied applied = apply();
    EXPECT_EQ(applied.losses, 0U) << applied.listed_losses.front();
    EXPECT_LT(applied.content_bytes, 1U << 20) << form;
    expect_same();
  }
}

TEST_F(ApplyTest, BringsEverythingOfAnOldGnuArchiveButAttributes) {
  make_system();
  ASSERT_TRUE(shell("tar --sparse -H gnu -C " + source() + " -cf " + image() + " ."));
  apply();
  const std::string names = "cd " + source() + " && find . ! -type d -printf '%P %y %m %U %G %s %l %n\\n' | sort";
  EXPECT_EQ(output(names), output("cd " + target() + " && " + names.substr(names.find("find"))));
  EXPECT_TRUE(shell("cmp " + source() + "/home/ann/holes " + target() + "/home/ann/holes"));
}

TEST_F(ApplyTest, BringsEverythingOfASquashfsImageAndOfAFolder) {
  make_system();
  ASSERT_TRUE(shell("mksquashfs " + source() + " " + image() + " -e lost+found"));
  apply();
  // squashfs keeps whole seconds, and neither ACLs nor the link count of what is elsewhere.
  EXPECT_EQ(output("stat -c '%a %u %g %h %Y' " + source() + "/usr/bin/su"),
            output("stat -c '%a %u %g %h %Y' " + target() + "/usr/bin/su"));
  EXPECT_TRUE(shell("getcap " + target() + "/usr/bin/ping | grep -q cap_net_raw"));
  EXPECT_EQ(output("losetup -j " + image()), "") << "the loop device was given back";

  ASSERT_TRUE(shell("rm -rf " + target() + "/* " + image() + " && ln -s source " + image()));
  EXPECT_EQ(apply().losses, 0U);
  expect_same();
}

TEST_F(ApplyTest, AppliesAnImageOverItsOwnLeftovers) {
  make_system();
  ASSERT_TRUE(shell(std::string(kWholeTar) + "--numeric-owner -C " + source() + " -cf " + image() +
                    " --exclude=./lost+found ."));
  int steps = 0;
  EXPECT_EQ(failure({.cancelled = [&] { return ++steps > 15; }}), ErrorCode::cancelled);
  apply();
  expect_same();
  apply();
  expect_same();
}

TEST_F(ApplyTest, IsDoneAgainAfterItWasKilled) {
  make_system();
  ASSERT_TRUE(shell(std::string(kWholeTar) + "--numeric-owner -C " + source() + " -cf " + image() +
                    " --exclude=./lost+found ."));
  for (const int most : {3, 9, 18, 24}) {
    const pid_t child = ::fork();
    if (child == 0) {
      int steps = 0;
      apply({.cancelled = [&] { return ++steps > most && ::raise(SIGKILL) != 0; }});
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it was over after fewer steps than " << most;
  }
  apply();
  expect_same();
}

TEST_F(ApplyTest, GivesAclsWithNamesToTheAccountsOfTheImage) {
  make_system();
  ASSERT_TRUE(shell("cd " + source() + " && printf 'zoe:x:4321:1::/:\\n' >>etc/passwd"));
  std::ofstream(scratch_.path_of("acl.py")) << R"(
import io, sys, tarfile
with tarfile.open(sys.argv[1], "w", format=tarfile.PAX_FORMAT) as tar:
    for name, text, acl in (("note", b"x", "user::rw-,user:zoe:r--,group::r--,mask::r--,other::---"),
                            ("lost", b"x", "user::rw-,user:nobody-knows:r--,group::r--,mask::r--,other::---"),
                            ("etc/passwd", b"zoe:x:4321:1::/:\n", None)):
        info = tarfile.TarInfo(name)
        info.size = len(text)
        info.mode = 0o640
        if acl:
            info.pax_headers = {"SCHILY.acl.access": acl}
        tar.addfile(info, io.BytesIO(text))
)";
  ASSERT_TRUE(shell("python3 " + scratch_.path_of("acl.py") + " " + image()));
  const Applied applied = apply();
  EXPECT_TRUE(shell("getfacl -n " + target() + "/note | grep -q '^user:4321:r--'"));
  ASSERT_EQ(applied.losses, 1U);
  EXPECT_NE(applied.listed_losses[0].find("nobody-knows"), std::string::npos);
}

TEST_F(ApplyTest, TellsItsProgressByBytesOfTheImage) {
  make_system();
  ASSERT_TRUE(
      shell("head -c 5000000 /dev/urandom >" + source() + "/big && tar -C " + source() + " -czf " + image() + " ."));
  std::uint64_t last = 0;
  apply({.on_progress = [&](const ApplyProgress& progress) {
    EXPECT_LE(last, progress.done_bytes);
    EXPECT_EQ(progress.total_bytes, fs::file_size(image()));
    last = progress.done_bytes;
  }});
  EXPECT_EQ(last, fs::file_size(image()));
}

TEST_F(ApplyTest, NeverTouchesAProtectedFolder) {
  ASSERT_TRUE(shell("cd " + target() + " && mkdir -m 0700 rehome && printf store >rehome/store"));
  const std::string before = output("stat -c '%a %i %y' " + target() + "/rehome " + target() + "/rehome/store");
  write_tar("folder rehome\nfile rehome/store hostile\nfile ./rehome/new x\nfile other y\nlink ./rehome /etc\n");
  const Applied applied = apply({.protected_names = {"rehome"}});
  EXPECT_EQ(applied.left_out, 4U);
  EXPECT_EQ(output("cat " + target() + "/other " + target() + "/rehome/store; ls " + target() + "/rehome"),
            "ystorestore\n");
  EXPECT_EQ(output("stat -c '%a %i %y' " + target() + "/rehome " + target() + "/rehome/store"), before);

  write_tar("hard stolen rehome/store\n");
  EXPECT_EQ(failure({.protected_names = {"rehome"}}), ErrorCode::refused);
  write_tar("hard stolen ./rehome\n");
  EXPECT_EQ(failure({.protected_names = {"rehome"}}), ErrorCode::refused);
}

TEST_F(ApplyTest, RefusesWhateverWouldLandOutside) {
  const std::string outside = scratch_.path_of("outside");
  fs::create_directory(outside);
  std::ofstream(outside + "/secret") << "secret";
  for (const std::string& lines : std::vector<std::string>{
           "file ../outside/new x\n", "file a/../../outside/new x\n", std::string("file ") + outside + "/new x\n",
           "link way " + outside + "\nfile way/new x\n", "link way ../outside\nfile way/new x\n",
           "link way ../outside\nfolder way\nlink way ../outside\nfile way/deep/new x\n",
           "hard stolen ../outside/secret\n", "hard stolen " + outside + "/secret\n",
           "link way ../outside\nhard stolen way/secret\n", "file a x\nfile a/new x\n"}) {
    ASSERT_TRUE(shell("rm -rf " + target() + "/*"));
    write_tar(lines);
    EXPECT_EQ(failure(), ErrorCode::refused) << lines;
    EXPECT_FALSE(fs::exists(outside + "/new")) << lines;
    EXPECT_FALSE(fs::exists(target() + "/stolen")) << lines;
    EXPECT_EQ(output("ls " + outside), "secret\n");
  }
}

TEST_F(ApplyTest, ReplacesALinkAndDoesNotFollowIt) {
  const std::string outside = scratch_.path_of("outside");
  std::ofstream(outside) << "secret";
  write_tar("link name " + outside + "\nfile name content\n");
  apply();
  EXPECT_EQ(output("cat " + outside + " " + target() + "/name"), "secretcontent");
  write_tar("hard a missing\n");
  EXPECT_EQ(failure(), ErrorCode::corrupt);
  write_tar("hard a missing/name\n");
  EXPECT_EQ(failure(), ErrorCode::corrupt);
}

TEST_F(ApplyTest, CrossesNoMount) {
  ASSERT_TRUE(shell("mkdir " + target() + "/inner && mount -t tmpfs none " + target() + "/inner"));
  for (const char* lines : {"file inner/x x\n", "folder inner\n", "link inner x\n", "file inner x\n"}) {
    write_tar(lines);
    EXPECT_EQ(failure(), ErrorCode::refused) << lines;
    EXPECT_NE(message_.find("unmount"), std::string::npos) << message_;
  }
  ASSERT_TRUE(shell("mkdir -p " + source() + "/inner && umount " + target() + "/inner && mount -t tmpfs none " +
                    source() + "/inner && touch " + source() + "/inner/x && rm -f " + image() + " && ln -s source " +
                    image()));
  const Applied applied = apply();
  shell("umount " + source() + "/inner");
  EXPECT_FALSE(fs::exists(target() + "/inner/x"));
  EXPECT_EQ(applied.losses, 1U);
}

TEST_F(ApplyTest, SaysWhatIsWrongWithAnImage) {
  EXPECT_EQ(failure(), ErrorCode::not_found);
  scratch_.write("image", "this is no image");
  EXPECT_EQ(failure(), ErrorCode::unsupported);
  scratch_.write("image", "");
  EXPECT_EQ(failure(), ErrorCode::unsupported);

  make_system();
  for (const std::string& form :
       {std::string("-c"), std::string("-cz"), std::string("-cJ"), std::string("-c --zstd")}) {
    ASSERT_TRUE(shell("head -c 300000 /dev/urandom >" + source() + "/big && tar " + form + " -C " + source() + " -f " +
                      image() + " ."));
    const std::uintmax_t size = fs::file_size(image());
    for (const std::uintmax_t part : {size / 2, size - size / 7, size - 10300, std::uintmax_t{700}}) {
      ASSERT_TRUE(shell("tar " + form + " -C " + source() + " -f " + image() + " ."));
      fs::resize_file(image(), part);
      EXPECT_EQ(failure(), ErrorCode::corrupt) << form << " " << part;
      EXPECT_THROW(read_image(image(), {}), Error) << form << " " << part;
    }
  }
  ASSERT_TRUE(shell("tar -C " + source() + " -cf " + image() + " . && printf X | dd of=" + image() +
                    " bs=1 seek=520 conv=notrunc"));
  EXPECT_EQ(failure(), ErrorCode::corrupt) << "";
  ASSERT_TRUE(shell("rm " + image() + "; mksquashfs " + source() + " " + image()));
  fs::resize_file(image(), fs::file_size(image()) / 2);
  EXPECT_EQ(failure(), ErrorCode::corrupt);
  ASSERT_TRUE(shell("rm " + image() + " && ln -s target " + image()));
  EXPECT_EQ(failure(), ErrorCode::refused) << "the target itself";
}

TEST_F(ApplyTest, ReadingAnImageFindsWhatApplyingItWrites) {
  make_system();
  for (const char* make : {"tar --xattrs -czf image -C source .", "mksquashfs source image", "ln -s source image"}) {
    ASSERT_TRUE(shell("cd " + work() + " && rm -f image && " + make));
    const ImageContent content = read_image(image(), {});
    EXPECT_FALSE(fs::exists(target() + "/etc")) << make;
    const Applied applied = apply();
    EXPECT_EQ(content.bytes, applied.content_bytes) << make;
    ASSERT_TRUE(shell("rm -rf " + target() + "/*"));
  }
}

TEST_F(ApplyTest, SaysBeforehandThatItDoesNotFit) {
  ASSERT_TRUE(shell("cd " + work() + " && mkdir large && fallocate -l 90M large/file && printf 1 >large/early"));
  for (const char* make : {"tar -cf image -C large early file", "ln -s large image"}) {
    ASSERT_TRUE(shell("cd " + work() + " && rm -f image && " + make));
    EXPECT_EQ(failure(), ErrorCode::no_space) << make;
    EXPECT_FALSE(fs::exists(target() + "/early")) << "nothing was written";
  }
  ASSERT_TRUE(shell("cd " + work() + " && rm -f image && tar -czf image -C large early file"));
  EXPECT_EQ(failure(), ErrorCode::no_space) << "compressed, it is seen when the volume is full";
}

TEST_F(ApplyTest, SurvivesEveryDamagedByteOfAnArchive) {
  make_system();
  ASSERT_TRUE(shell(std::string(kWholeTar) + "-H posix --sparse-version=1.0 -C " + source() + " -cf " + image() +
                    " home/ann/holes etc/passwd bin"));
  std::string whole;
  {
    std::ifstream in(image(), std::ios::binary);
    whole.assign(std::istreambuf_iterator<char>(in), {});
  }
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
    std::ofstream(image(), std::ios::binary) << damaged;
    try {
      apply();
    } catch (const Error&) {
      continue;  // any sentence will do, as long as nothing else happens
    }
  }
  EXPECT_EQ(output("ls " + work()), "from\nimage\nsource\ntarget\nvolume\n");
}

}  // namespace
}  // namespace rehome::archive
