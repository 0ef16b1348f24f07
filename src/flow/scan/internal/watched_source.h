// SPDX-License-Identifier: Apache-2.0
#pragma once
// The FileSource that the sink gets: remembers what failed at the source, so that an unreadable file is not taken for a
// store that cannot go on, counts progress while a large file is read, and ends the reading when the scan is stopped.
// One thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "flow/scan/internal/recorder.h"
#include "flow/scan/internal/visit.h"

namespace rehome::scan {

class WatchedSource final : public FileSource {
 public:
  WatchedSource(const Leaf& leaf, Recorder& recorder)
      : FileSource(*leaf.in->folder, leaf.name, leaf.in->visit->path()), recorder_(recorder) {}
  /// Takes back the progress that was not settled.
  ~WatchedSource() override;
  WatchedSource(const WatchedSource&) = delete;
  WatchedSource& operator=(const WatchedSource&) = delete;

  ReadableFile& file() override;

  /// Null where the sink did not open the file.
  ReadableFile* opened() { return file_.get(); }
  /// What failed at the source, if anything did.
  const std::optional<Error>& failure() const { return failure_; }
  /// The file counts `size` bytes of progress, whatever was read of it.
  void settle_progress(std::uint64_t size);

 private:
  class WatchedFile;
  /// Runs `action`, remembers its Error, and throws it on.
  template <typename Action>
  auto watch(const Action& action);
  void count(std::uint64_t offset, std::uint64_t length);

  Recorder& recorder_;
  std::unique_ptr<ReadableFile> file_;
  std::optional<Error> failure_;
  std::uint64_t counted_ = 0;  // bytes of progress
  std::uint64_t reached_ = 0;  // offset
};

}  // namespace rehome::scan
