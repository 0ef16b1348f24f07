// SPDX-License-Identifier: Apache-2.0
#include "base/boot/internal/init_plan.h"

#include <array>
#include <utility>

#include "base/core/error.h"
#include "base/machine/shell_text.h"

namespace rehome::boot {

namespace {

constexpr std::array<std::pair<std::string_view, std::string InitPlan::*>, 4> kLines = {
    {{"uuid", &InitPlan::uuid}, {"type", &InitPlan::type}, {"options", &InitPlan::options}, {"log", &InitPlan::log}}};

}  // namespace

std::string lines_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    if (line.find('\n') != std::string::npos || line.find('\0') != std::string::npos) {
      throw Error(ErrorCode::invalid_argument, "a word of the command for the other root has more than one line");
    }
    text.append(line).append("\n");
  }
  return text;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split_text(text, '\n')) lines.emplace_back(line);
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

std::string plan_text(const InitPlan& plan) {
  std::vector<std::string> lines;
  for (const auto& [name, member] : kLines) lines.push_back(std::string(name) + ' ' + plan.*member);
  return lines_text(lines);
}

InitPlan parse_plan(std::string_view plan, std::string_view command, std::string_view modules) {
  InitPlan parsed{
      .uuid = {}, .type = {}, .options = {}, .log = {}, .command = lines_of(command), .modules = lines_of(modules)};
  for (const std::string& line : lines_of(plan)) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    for (const auto& [name, member] : kLines) {
      if (std::string_view(line).substr(0, blank) == name)
        parsed.*member = line.substr(std::min(blank + 1, line.size()));
    }
  }
  if (parsed.uuid.empty() || parsed.type.empty() || parsed.command.empty() || parsed.command.front().empty()) {
    throw Error(ErrorCode::corrupt, std::string("/") + kPlanFile + " or /" + kCommandFile +
                                        " of this initramfs does not say which volume to mount and what to run");
  }
  return parsed;
}

}  // namespace rehome::boot
