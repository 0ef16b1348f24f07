// SPDX-License-Identifier: Apache-2.0
#include "base/boot/start_unit.h"

#include "base/boot/internal/file_copy.h"
#include "base/core/error.h"
#include "base/machine/existing_node.h"
#include "base/machine/linux/linux_file_tree.h"

namespace rehome::boot {

namespace {

constexpr const char* kUnits = "/etc/systemd/system";
constexpr const char* kWants = "/etc/systemd/system/multi-user.target.wants";

std::string file_of(const std::string& name) { return name + ".service"; }

/// As systemd reads words: in double quotes, with \ before what would end or change them, and % doubled.
std::string quoted(const std::string& word) {
  std::string text = "\"";
  for (const char byte : word) {
    if (byte == '"' || byte == '\\') text += '\\';
    if (byte == '%' || byte == '$') text += byte;
    text += byte;
  }
  return text + '"';
}

std::string text_of(const StartUnit& unit) {
  std::string command;
  for (const std::string& word : unit.words) command += (command.empty() ? "" : " ") + quoted(word);
  return "[Unit]\nDescription=" + unit.description +
         "\nAfter=network-online.target\nWants=network-online.target\nConditionPathExists=" + unit.only_if_exists +
         "\n\n[Service]\nType=exec\nExecStart=" + command +
         "\nStandardOutput=journal+console\n\n[Install]\nWantedBy=multi-user.target\n";
}

bool has_folder(FileTree& tree, const MachinePath& path) {
  try {
    tree.open(path);
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return false;
  }
}

/// Each of them is there, except the last.
void remove_from(FileTree& tree, const MachinePath& folder, const std::string& name) {
  if (!has_folder(tree, folder)) return;
  if (!existing_node(*tree.open(folder), name)) return;  // who may not write here has nothing to do
  const std::unique_ptr<WritableFolder> open = tree.open_for_writing(folder);
  open->remove_file(name);
  open->sync();
}

}  // namespace

void install_start_unit(const MachinePath& root, const StartUnit& unit) {
  const std::unique_ptr<FileTree> tree = open_linux_file_tree(root);
  if (!has_folder(*tree, kUnits)) {
    throw Error(ErrorCode::unsupported, "the system in " + root + " has no " + kUnits +
                                            ", so nothing would go on after its start: start `rehome sequence resume` "
                                            "there by other means");
  }
  const std::unique_ptr<WritableFolder> units = tree->open_for_writing(kUnits);
  write_file(*units, file_of(unit.name), as_bytes(text_of(unit)), kTextMode);
  units->sync();
  const std::unique_ptr<WritableFolder> wants = open_or_make_folder(*tree, kWants);
  try {
    wants->create_symlink(file_of(unit.name), "../" + file_of(unit.name));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::already_exists) throw;
  }
  wants->sync();
  wants->sync_volume();
}

void remove_start_unit(const MachinePath& root, const std::string& name) {
  const std::unique_ptr<FileTree> tree = open_linux_file_tree(root);
  remove_from(*tree, kWants, file_of(name));
  remove_from(*tree, kUnits, file_of(name));
}

}  // namespace rehome::boot
