// SPDX-License-Identifier: Apache-2.0
#pragma once
// Takes a file's content from the store and writes it, checking what the store says against what it gives. One thread.

#include "model/capture.h"
#include "model/progress.h"

namespace rehome::load {

class FileWriter final : public ContentConsumer {
 public:
  FileWriter(WritableFile& file, const Object& object, Progress& progress)
      : file_(file), object_(object), progress_(progress) {}
  /// Throws Error(corrupt) for a piece beyond the file's size or before the last one.
  void write(std::uint64_t offset, ByteView bytes) override;
  /// Gives the file its size. Throws Error(corrupt) where the store gave less than the catalog says. The holes of an
  /// original that is only linked are not in the catalog: with `is_linked` what is missing is hole.
  void finish(bool is_linked);

 private:
  WritableFile& file_;
  const Object& object_;
  Progress& progress_;
  std::uint64_t end_ = 0;
  std::uint64_t written_ = 0;
};

/// Copies a file of the destination, its holes as holes.
void copy_content(ReadableFile& from, WritableFile& to, const Progress& progress);

}  // namespace rehome::load
