// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one place where threads are born. A pool runs tasks in the order of their submission (fifo) or newest first
// (lifo, for tree walks: it keeps the number of pending folders small). The first exception of a task cancels the
// pending ones and is thrown again from finish().

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/core/locked.h"

namespace rehome {

/// Processors this process may use, at least 1.
std::size_t usable_processors();

class WorkerPool {
 public:
  enum class Order { fifo, lifo };
  struct Options {
    std::string name;  // at most 15 bytes reach the kernel, for ps and perf
    std::size_t threads = 1;
    Order order = Order::fifo;
    std::size_t queue_limit = 0;  // submit() by an outsider blocks above this; 0 = no limit
  };

  explicit WorkerPool(Options options);
  /// Drops the pending tasks and waits for the running ones.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Hands over a task. From inside a task of the same pool it never blocks. After a task failed it does nothing.
  void submit(std::function<void()> task);

  /// Waits until nothing is pending or running, then throws what the first failing task threw, if any. The pool can
  /// be used again afterwards.
  void finish();

  /// True once a task failed or stop() was called: long tasks look at it and return early.
  bool stopping() const { return stop_.stop_requested(); }
  /// Drops what is pending; running tasks end by themselves.
  void stop();

 private:
  struct State {
    std::deque<std::function<void()>> pending;
    std::size_t running = 0;
    std::exception_ptr failure;
    bool closing = false;
  };

  void work();
  void run_one(std::function<void()>& task);

  Options options_;
  std::stop_source stop_;
  Locked<State> state_;
  std::condition_variable work_or_end_;
  std::condition_variable idle_or_room_;
  std::vector<std::jthread> threads_;
};

}  // namespace rehome
