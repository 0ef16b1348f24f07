// SPDX-License-Identifier: Apache-2.0
#pragma once
// The steps of run_init(), as process 1. One thread.

#include <string>
#include <string_view>
#include <vector>

#include "base/boot/internal/init_plan.h"
#include "base/boot/other_root.h"
#include "base/core/platform/fd.h"

namespace rehome::boot {

class Init {
 public:
  explicit Init(const InitTimes& times) : times_(times) {}
  /// Ends with the computer.
  [[noreturn]] void run();

 private:
  void prepare();
  void load_modules(const InitPlan& plan);
  std::string find_device(const InitPlan& plan);
  void mount_volume(const InitPlan& plan);
  void open_log(const InitPlan& plan);
  int run_command(const InitPlan& plan);
  void say(std::string_view line);
  void write(std::string_view bytes);
  [[noreturn]] void leave();

  InitTimes times_;
  platform::UniqueFd log_;
};

}  // namespace rehome::boot
