// SPDX-License-Identifier: Apache-2.0
#include "base/archive/platform/squashfs_mount.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>

namespace rehome::archive {

using platform::UniqueFd;

namespace {

constexpr int kMostAttempts = 16;  // to get a loop device that nobody takes first

[[noreturn]] void fail(const std::string& path, const std::string& cause, int error) {
  throw Error(ErrorCode::unsupported,
              path + " is a squashfs image, and this system cannot open it: " + cause +
                  "; load its modules (modprobe loop squashfs) as root, or unpack the image with unsquashfs and apply "
                  "the folder",
              error);
}

/// The device goes back when its last user is gone.
UniqueFd attach(const UniqueFd& image, const std::string& path, std::string& name) {
  const UniqueFd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
  if (!control) fail(path, "it has no loop devices", errno);
  int error = EBUSY;
  for (int attempt = 0; attempt < kMostAttempts && error == EBUSY; ++attempt) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) fail(path, "no loop device is free", errno);
    name = "/dev/loop" + std::to_string(number);
    UniqueFd device(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
    if (!device) fail(path, name + " cannot be opened", errno);
    struct loop_config config{};
    config.fd = static_cast<std::uint32_t>(image.get());
    config.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR;
    if (::ioctl(device.get(), LOOP_CONFIGURE, &config) == 0) return device;
    error = errno;
  }
  fail(path, "no loop device could be used", error);
}

UniqueFd mount_detached(const std::string& device, const std::string& path) {
  const UniqueFd context(::fsopen("squashfs", FSOPEN_CLOEXEC));
  if (!context) fail(path, "its kernel has no squashfs", errno);
  if (::fsconfig(context.get(), FSCONFIG_SET_STRING, "source", device.c_str(), 0) != 0 ||
      ::fsconfig(context.get(), FSCONFIG_SET_FLAG, "ro", nullptr, 0) != 0) {
    fail(path, "the mount was refused", errno);
  }
  if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
    const int error = errno;
    if (error == EPERM || error == EACCES) fail(path, "only root may mount it", error);
    throw Error(ErrorCode::corrupt,
                path +
                    " is damaged, was not copied whole, or is compressed in a way that this kernel does not know; "
                    "compare it with its source and copy it again",
                error);
  }
  UniqueFd mount(::fsmount(context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
  if (!mount) fail(path, "the mount was refused", errno);
  return mount;
}

}  // namespace

SquashfsMount::SquashfsMount(const std::string& path) {
  const UniqueFd image(platform::checked(::open(path.c_str(), O_RDONLY | O_CLOEXEC), [&] { return "open " + path; }));
  std::string name;
  device_ = attach(image, path, name);
  mount_ = mount_detached(name, path);
}

std::string SquashfsMount::folder() const { return "/proc/self/fd/" + std::to_string(mount_.get()); }

}  // namespace rehome::archive
