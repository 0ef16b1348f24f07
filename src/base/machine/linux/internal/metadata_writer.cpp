// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/metadata_writer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/error.h"
#include "base/machine/linux/internal/attributes.h"
#include "base/machine/linux/internal/inode_flags.h"
#include "base/machine/linux/internal/metadata_loss.h"
#include "base/machine/posix_acl.h"

namespace rehome::linux_files {

namespace {

constexpr std::uint32_t kNoId = UINT32_MAX;  // to chown() it means: leave as it is
constexpr std::uint32_t kSetIdBits = S_ISUID | S_ISGID;
constexpr std::int64_t kYear1980 = 315'532'800;  // many volumes keep no earlier second
constexpr std::int64_t kYear2038 = std::int64_t{1} << 31;

class MetadataWriter {
 public:
  MetadataWriter(const NodeRef& node, const Metadata& wanted)
      : node_(node), wanted_(wanted), before_(inspect_node(node)) {}

  MetadataLosses run() {
    set_owner();
    const bool has_mode = before_.kind != NodeKind::symlink;
    if (has_mode) set_mode();
    set_attributes();
    if (has_mode) recheck_mode();
    set_times();
    return std::move(losses_);
  }

 private:
  void set_owner();
  bool chown_to(std::uint32_t uid, std::uint32_t gid);
  void set_mode();
  void write_mode();
  void recheck_mode();
  void set_attributes();
  void remove_unwanted(const std::vector<std::string>& existing);
  void set_attribute_if_different(const ExtendedAttribute& attribute, const std::vector<std::string>& existing);
  void set_times();
  void check_time_was_kept();
  void lose(std::string_view item, int error);
  [[noreturn]] void fail(int error, const char* what) const;

  const NodeRef& node_;
  const Metadata& wanted_;
  const NodeInfo before_;
  std::uint32_t mode_ = wanted_.mode & 07777;
  bool owner_changed_ = false;
  bool owner_is_wrong_ = false;
  MetadataLosses losses_;
};

void MetadataWriter::lose(std::string_view item, int error) { losses_.push_back(describe_loss(item, error, node_)); }

void MetadataWriter::fail(int error, const char* what) const {
  throw system_error(error, std::string("set the ") + what + " of " + std::string(node_.path));
}

bool MetadataWriter::chown_to(std::uint32_t uid, std::uint32_t gid) {
  if (::fchownat(node_.fd, "", uid, gid, AT_EMPTY_PATH) == 0) return owner_changed_ = true;
  if (!is_refusal(errno)) fail(errno, "owner");
  return false;
}

void MetadataWriter::set_owner() {
  const bool other_user = wanted_.uid != before_.metadata.uid;
  const bool other_group = wanted_.gid != before_.metadata.gid;
  if (!other_user && !other_group) return;
  errno = EINVAL;
  if (wanted_.uid != kNoId && wanted_.gid != kNoId && chown_to(wanted_.uid, wanted_.gid)) return;
  const int error = errno;
  owner_is_wrong_ = true;
  if (other_user) lose("owner " + std::to_string(wanted_.uid), error);
  // Who is not root may still give a file to another group of his.
  const bool group_may_go_alone = other_user && wanted_.gid != kNoId;
  if (other_group && !(group_may_go_alone && chown_to(kNoId, wanted_.gid))) {
    lose("group " + std::to_string(wanted_.gid), error);
  }
}

void MetadataWriter::set_mode() {
  if (owner_is_wrong_ && (mode_ & kSetIdBits) != 0) {
    // The program would run with the rights of somebody who never agreed to that.
    mode_ &= ~kSetIdBits;
    losses_.push_back("setuid and setgid bits: not kept because owner and group are not");
  }
  const bool was_cleared = owner_changed_ && (mode_ & kSetIdBits) != 0;
  if (mode_ != before_.metadata.mode || was_cleared) write_mode();
}

void MetadataWriter::write_mode() {
  const int result = node_.only_path ? ::chmod(path_in_proc(node_.fd).c_str(), mode_) : ::fchmod(node_.fd, mode_);
  if (result == 0) return;
  if (!is_refusal(errno)) fail(errno, "mode");
  lose("mode", errno);
}

/// An ACL brings group bits of its own, and setgid is dropped without a word for who is not in the group.
void MetadataWriter::recheck_mode() {
  const bool has_acl = std::ranges::count(wanted_.attributes, kAccessAcl, &ExtendedAttribute::name) > 0;
  if (!has_acl && (mode_ & kSetIdBits) == 0) return;
  if (inspect_node(node_).metadata.mode == mode_) return;
  write_mode();
  if (inspect_node(node_).metadata.mode != mode_) lose("mode", EPERM);
}

void MetadataWriter::set_attributes() {
  if (before_.kind == NodeKind::symlink && wanted_.attributes.empty()) return;
  const std::vector<std::string> existing = list_attributes(node_);
  remove_unwanted(existing);
  for (const ExtendedAttribute& attribute : wanted_.attributes) set_attribute_if_different(attribute, existing);
}

/// What the captured node did not have goes: a new node inherits the default ACL of its folder, which would let people
/// in whom its owner kept out; an old one may have capabilities. Labels of the destination's own policy stay.
void MetadataWriter::remove_unwanted(const std::vector<std::string>& existing) {
  for (const std::string& name : existing) {
    const bool gives_power = (name.starts_with("security.") && !is_label(name)) || name.starts_with("trusted.");
    const bool is_ours = name.starts_with("user.") || name == kAccessAcl || name == kDefaultAcl || gives_power;
    if (!is_ours || std::ranges::count(wanted_.attributes, name, &ExtendedAttribute::name) > 0) continue;
    const int error = remove_attribute(node_, name.c_str());
    if (error == 0 || error == ENODATA) continue;
    if (!is_refusal(error)) fail(error, "extended attributes");
    lose("extended attribute " + name + " that was there and could not be removed", error);
  }
}

void MetadataWriter::set_attribute_if_different(const ExtendedAttribute& attribute,
                                                const std::vector<std::string>& existing) {
  const std::string item = "extended attribute " + attribute.name;
  if (attribute.name.empty() || attribute.name.find('\0') != std::string::npos) return lose(item, EINVAL);
  if (std::ranges::binary_search(existing, attribute.name) && get_attribute(node_, attribute.name) == attribute.value) {
    return;
  }
  const int error = set_attribute(node_, attribute);
  if (error == 0) return;
  if (!is_refusal(error)) fail(error, "extended attributes");
  lose(item, error);
}

void MetadataWriter::set_times() {
  const std::array<Timestamp, 2> times = {wanted_.accessed, wanted_.modified};
  if (times[0] == before_.metadata.accessed && times[1] == before_.metadata.modified) return;
  std::array<timespec, 2> raw{};
  for (std::size_t i = 0; i < raw.size(); ++i) {
    // Larger values have meanings of their own to the kernel: "now" and "leave".
    if (times[i].nanoseconds > 999'999'999) return lose("times", EINVAL);
    raw[i] = {.tv_sec = times[i].seconds, .tv_nsec = static_cast<long>(times[i].nanoseconds)};
  }
  const int result = node_.only_path ? ::utimensat(AT_FDCWD, path_in_proc(node_.fd).c_str(), raw.data(), 0)
                                     : ::futimens(node_.fd, raw.data());
  if (result == 0) return check_time_was_kept();
  if (!is_refusal(errno)) fail(errno, "times");
  lose("times", errno);
}

/// A volume puts a time beyond its range to its first or last one and reports success.
void MetadataWriter::check_time_was_kept() {
  const std::int64_t seconds = wanted_.modified.seconds;
  if (seconds >= kYear1980 && seconds < kYear2038) return;
  if (inspect_node(node_).metadata.modified.seconds == seconds) return;
  lose("modification time", EOPNOTSUPP);
}

}  // namespace

MetadataLosses write_metadata_but_flags(const NodeRef& node, const Metadata& wanted) {
  return MetadataWriter(node, wanted).run();
}

MetadataLosses write_metadata(const NodeRef& node, const Metadata& wanted) {
  MetadataLosses losses = write_metadata_but_flags(node, wanted);
  if (wanted.flags != 0) write_flags(node, wanted.flags, losses);
  return losses;
}

}  // namespace rehome::linux_files
