// SPDX-License-Identifier: Apache-2.0
#pragma once
// What goes wrong on the fake machine, and what is counted there. Every call on an open file or folder passes here
// before it does anything; tests say which calls fail, read short, or run something first (to change a file while it
// is being read). What a test itself does to the tree by whole paths does not pass here. Any thread may call.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/core/locked.h"
#include "base/machine/file_tree.h"

namespace rehome {

enum class Operation : std::uint8_t {
  any,  // in an Injection: all of them
  open_folder,
  open_file,
  list,
  inspect,
  read,
  read_attributes,
  read_link,
  data_extents,
  create_file,
  create_folder,
  create_symlink,
  create_special,
  write,
  set_size,
  set_metadata,
  commit,
  link,
  rename,
  remove,
  sync,
  sync_volume,
  lock,
};
std::string_view name_of(Operation operation);

/// What happens at some calls of one operation on some paths.
struct Injection {
  Operation operation = Operation::any;
  std::string path = "*";   // '*' stands for any bytes, also '/'
  std::uint64_t first = 1;  // the matching calls counted from 1 at which it happens
  std::uint64_t last = UINT64_MAX;
  int error = 0;                                                  // the call fails with this errno
  std::size_t longest_read = SIZE_MAX;                            // a read gives no more than this
  std::function<void(const MachinePath& path)> before = nullptr;  // runs before the call, without a lock held
};

class Failures {
 public:
  void add(Injection injection);
  /// Every matching call fails with `error` (an errno).
  void fail(Operation operation, std::string path, int error);
  /// Only the `call`-th matching call from now on fails, counted from 1.
  void fail_once(Operation operation, std::string path, int error, std::uint64_t call = 1);
  /// From the `call`-th call of anything on, everything fails: what a process sees that is being killed.
  void fail_everything_from(std::uint64_t call, int error);
  void shorten_reads(std::string path, std::size_t longest_read);
  /// Runs `hook` before the `call`-th matching call, or before all of them for 0.
  void before(Operation operation, std::string path, std::function<void(const MachinePath&)> hook,
              std::uint64_t call = 1);
  /// Forgets what was added; counting goes on.
  void clear();

  /// How many matching calls there were, failed ones included.
  std::uint64_t calls(Operation operation, std::string_view path = "*");
  /// The paths of these calls, each once, sorted.
  std::vector<MachinePath> paths(Operation operation);
  void clear_counts();

  /// Called by the tree. Returns the longest read; throws the injected Error.
  std::size_t pass(Operation operation, const MachinePath& path);

 private:
  struct Armed {
    Injection injection;
    std::uint64_t calls = 0;
  };
  struct State {
    std::vector<Armed> armed;
    std::map<std::pair<Operation, MachinePath>, std::uint64_t> counts;
  };
  Locked<State> state_;
};

}  // namespace rehome
