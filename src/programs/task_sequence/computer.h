// SPDX-License-Identifier: Apache-2.0
#pragma once
// The computer that a sequence runs on: this one, in the installed system or in the other root. For one thread.

#include "programs/command/command.h"
#include "programs/task_sequence/protected_folder.h"
#include "sequence/run.h"

namespace rehome::task_sequence {

class Computer : public sequence::Host {
 public:
  Computer(ProtectedFolder& folder, const cli::Context& context) : folder_(folder), context_(context) {}

  std::string name() override;
  std::string folder() override { return folder_.path(); }
  std::string boot() override;
  bool is_in_other_root() override;
  bool has_file(const std::string& path) override;
  bool has_folder(const std::string& path) override;
  std::int64_t seconds_since_1970() override;
  bool wait(std::chrono::seconds duration) override;
  void restart() override;
  void enter_other_root(const std::string& image) override;

 private:
  ProtectedFolder& folder_;
  const cli::Context& context_;
};

}  // namespace rehome::task_sequence
