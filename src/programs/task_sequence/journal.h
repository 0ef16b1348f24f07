// SPDX-License-Identifier: Apache-2.0
#pragma once
// How far a sequence is, and what it says, in the protected folder and on stderr. For one thread.

#include "programs/command/command.h"
#include "programs/command/log_file.h"
#include "programs/task_sequence/protected_folder.h"
#include "sequence/run.h"

namespace rehome::task_sequence {

class FolderJournal : public sequence::Journal {
 public:
  FolderJournal(ProtectedFolder& folder, const cli::Context& context)
      : folder_(folder), context_(context), log_(folder.log()) {}

  void save(const sequence::RunState& state) override { folder_.save(state); }
  void say(const std::string& line) override {
    log_.add(context_.surroundings.clock.now(), line);
    if (!context_.options.quiet) context_.surroundings.err << line << "\n" << std::flush;
  }

 private:
  ProtectedFolder& folder_;
  const cli::Context& context_;
  cli::LogFile log_;
};

}  // namespace rehome::task_sequence
