// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an initramfs of ours tells the init in it: three small files, which a person can read and change. Pure but for
// the reading; any thread.

#include <string>
#include <string_view>
#include <vector>

namespace rehome::boot {

constexpr const char* kPlanFile = "rehome/volume";      // lines "uuid …", "type …", "options …", "log …"
constexpr const char* kCommandFile = "rehome/command";  // a word of the command on each line
constexpr const char* kModulesFile = "rehome/modules";  // files below /, in the order in which they are loaded
constexpr const char* kTarget = "target";               // where the volume is mounted

struct InitPlan {
  std::string uuid, type, options;
  std::string log;  // below the volume, "rehome/other-root.log"; its folder is there already
  std::vector<std::string> command;
  std::vector<std::string> modules;
};

std::string plan_text(const InitPlan& plan);
/// One on each line. Throws Error(invalid_argument) where a line holds an end of line.
std::string lines_text(const std::vector<std::string>& lines);
std::vector<std::string> lines_of(std::string_view text);
/// Out of the three texts. Throws Error(corrupt) without a UUID, a type or a command.
InitPlan parse_plan(std::string_view plan, std::string_view command, std::string_view modules);

}  // namespace rehome::boot
