// SPDX-License-Identifier: Apache-2.0
#pragma once
// Brings the content of one file to the sink and looks afterwards whether it was still the same file while it was read.
// Any thread.

#include <optional>

#include "flow/scan/internal/visit.h"

namespace rehome::scan {

class WatchedSource;

class FileReader {
 public:
  FileReader(Recorder& recorder, int most_readings) : recorder_(recorder), most_readings_(most_readings) {}

  /// The complete object, ready to be recorded; nullopt where there is none and a finding was reported. `info` is what
  /// lstat told.
  std::optional<Object> read(const Leaf& leaf, NodeInfo info);

 private:
  enum class Result { done, changed, failed };
  /// One reading. Fills `object`; on `changed`, `info` is what the file is now.
  Result read_once(const Leaf& leaf, NodeInfo& info, Object& object);
  bool keep_content(const Leaf& leaf, Object& object, WatchedSource& source);
  /// Reads the attributes and tells what the file is now.
  std::optional<NodeInfo> look_again(const Leaf& leaf, Object& object, WatchedSource& source);

  Recorder& recorder_;
  int most_readings_;
};

}  // namespace rehome::scan
