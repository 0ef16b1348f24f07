// SPDX-License-Identifier: Apache-2.0
#pragma once
// A log in a private folder: one line each, with its time. In: sentences in which everything that came from outside is
// printable() and no secret is. For one thread at a time.

#include <string>
#include <string_view>

#include "base/core/clock.h"
#include "base/core/platform/fd.h"

namespace rehome::cli {

class LogFile {
 public:
  static constexpr std::int64_t kLargest = std::int64_t{8} << 20;  // then it becomes NAME.1, once it is opened again

  explicit LogFile(const std::string& path);
  /// A log that cannot be written (a full disk) ends nothing.
  void add(Timestamp now, std::string_view text);

 private:
  platform::UniqueFd file_;
};

}  // namespace rehome::cli
