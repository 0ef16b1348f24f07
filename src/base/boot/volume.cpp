// SPDX-License-Identifier: Apache-2.0
#include "base/boot/volume.h"

#include <array>
#include <charconv>
#include <fcntl.h>
#include <unistd.h>

#include <climits>

#include "base/boot/internal/file_copy.h"
#include "base/core/bytes.h"
#include "base/core/error.h"
#include "base/core/platform/fd.h"
#include "base/machine/linux/linux_file_tree.h"
#include "base/machine/shell_text.h"

namespace rehome::boot {

namespace {

struct SuperBlock {
  const char* type;
  off_t magic_at;
  std::string_view magic;
  off_t uuid_at;
};
// Documentation of the kernel: ext4 "The Super Block", XFS "struct xfs_sb", btrfs "On-disk format".
constexpr std::array<SuperBlock, 3> kSuperBlocks = {{{"ext4", 1024 + 0x38, "\x53\xEF", 1024 + 0x68},
                                                     {"xfs", 0, "XFSB", 32},
                                                     {"btrfs", 65536 + 0x40, "_BHRfS_M", 65536 + 0x20}}};

std::optional<std::string> read_from(int fd, off_t at, std::size_t size) {
  std::string bytes(size, '\0');
  const ssize_t count = platform::retry_interrupted([&] { return ::pread(fd, bytes.data(), size, at); });
  if (count != static_cast<ssize_t>(size)) return std::nullopt;
  return bytes;
}

std::string uuid_text(std::string_view bytes) {
  std::string text = to_hex(as_bytes(bytes));
  for (const std::size_t at : {std::size_t{20}, std::size_t{16}, std::size_t{12}, std::size_t{8}}) text.insert(at, "-");
  return text;
}

/// A line of mountinfo: proc(5).
struct MountLine {
  std::string numbers, top, mounted_at, type, source;
};

std::string unescaped(std::string_view text) {  // "\040" is a blank
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int value = 0;
    if (text[i] == '\\' && i + 3 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 4, value, 8).ec == std::errc{}) {
      plain += static_cast<char>(value);
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

std::optional<MountLine> mount_line(std::uint64_t mount) {
  const std::string text = read_text("/proc/self/mountinfo").value_or("");
  for (const std::string_view line : split_text(text, '\n')) {
    const std::vector<std::string_view> words = split_text(line, ' ');
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words[0] != std::to_string(mount) || words.end() - dash < 4) continue;
    return MountLine{.numbers = std::string(words[2]),
                     .top = unescaped(words[3]),
                     .mounted_at = unescaped(words[4]),
                     .type = std::string(dash[1]),
                     .source = unescaped(dash[2])};
  }
  return std::nullopt;
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string link_target(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
  return size <= 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(size));
}

/// The kernel's name of the device; btrfs shows no numbers of one, others perhaps no path ("/dev/root").
std::string device_of(const MountLine& line, FileTree& tree) {
  const std::string by_numbers = link_target("/sys/dev/block/" + line.numbers);
  return base_name(by_numbers.empty() ? tree.canonical(line.source) : by_numbers);
}

}  // namespace

std::optional<FileSystemIdentity> identify(const std::string& device_path) {
  const platform::UniqueFd device(::open(device_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!device) return std::nullopt;
  for (const SuperBlock& form : kSuperBlocks) {
    if (read_from(device.get(), form.magic_at, form.magic.size()) != form.magic) continue;
    if (const std::optional<std::string> uuid = read_from(device.get(), form.uuid_at, 16)) {
      return FileSystemIdentity{.uuid = uuid_text(*uuid), .type = form.type};
    }
  }
  return std::nullopt;
}

Volume volume_of(const MachinePath& folder) {
  const std::unique_ptr<FileTree> tree = open_linux_file_tree("/");
  const std::optional<MountLine> line = mount_line(tree->open(folder)->inspect_self().mount);
  if (!line)
    throw Error(ErrorCode::unsupported, "the system does not say what is mounted at " + folder + "; mount /proc");
  const std::string device = device_of(*line, *tree);
  const std::optional<FileSystemIdentity> identity = identify("/dev/" + device);
  if (!identity || device.starts_with("dm-") || device.starts_with("md")) {
    throw Error(ErrorCode::unsupported,
                folder + " is on a volume (" + line->type + " on " + line->source +
                    ") that the initramfs made here cannot reach: it takes ext4, xfs and btrfs on a disk or partition; "
                    "for LVM, RAID and encrypted volumes start a live system, or give an image of your own");
  }
  Volume volume{.uuid = identity->uuid,
                .type = identity->type,
                .options = {},
                .device = device,
                .mounted_at = line->mounted_at,
                .top = line->top};
  if (volume.type == "btrfs" && line->top != "/") volume.options = "subvol=" + line->top;
  return volume;
}

}  // namespace rehome::boot
