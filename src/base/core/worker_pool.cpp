// SPDX-License-Identifier: Apache-2.0
#include "base/core/worker_pool.h"

#include <algorithm>
#include <utility>

#include "base/core/platform/this_thread.h"

namespace rehome {

namespace {
// The pool whose task this thread is running, so that a task that submits to its own pool never waits for room.
thread_local const WorkerPool* current_pool = nullptr;
}  // namespace

std::size_t usable_processors() { return std::max<std::size_t>(1, platform::available_processors()); }

WorkerPool::WorkerPool(Options options) : options_(std::move(options)) {
  threads_.reserve(options_.threads);
  for (std::size_t i = 0; i < std::max<std::size_t>(1, options_.threads); ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

WorkerPool::~WorkerPool() {
  {
    auto state = state_.lock();
    state->pending.clear();
    state->closing = true;
  }
  stop_.request_stop();
  work_or_end_.notify_all();
}

void WorkerPool::submit(std::function<void()> task) {
  {
    auto state = state_.lock();
    if (options_.queue_limit > 0 && current_pool != this) {
      state.wait(idle_or_room_, [&](const State& s) { return s.pending.size() < options_.queue_limit || stopping(); });
    }
    if (stopping()) return;
    state->pending.push_back(std::move(task));
  }
  work_or_end_.notify_one();
}

void WorkerPool::finish() {
  std::exception_ptr failure;
  {
    auto state = state_.lock();
    state.wait(idle_or_room_, [](const State& s) { return s.pending.empty() && s.running == 0; });
    failure = std::exchange(state->failure, nullptr);
    stop_ = std::stop_source();
  }
  if (failure) std::rethrow_exception(failure);
}

void WorkerPool::stop() {
  {
    auto state = state_.lock();
    state->pending.clear();
    stop_.request_stop();
  }
  idle_or_room_.notify_all();
}

void WorkerPool::work() {
  current_pool = this;
  platform::name_this_thread(options_.name);
  for (;;) {
    std::function<void()> task;
    {
      auto state = state_.lock();
      state.wait(work_or_end_, [](const State& s) { return s.closing || !s.pending.empty(); });
      if (state->pending.empty()) return;
      auto next = options_.order == Order::fifo ? state->pending.begin() : std::prev(state->pending.end());
      task = std::move(*next);
      state->pending.erase(next);
      ++state->running;
    }
    idle_or_room_.notify_all();
    run_one(task);
  }
}

void WorkerPool::run_one(std::function<void()>& task) {
  std::exception_ptr failure;
  try {
    task();
  } catch (...) {
    failure = std::current_exception();
  }
  task = nullptr;  // what the task holds goes before finish() can return
  {
    auto state = state_.lock();
    --state->running;
    if (failure && !state->failure) {
      state->failure = failure;
      state->pending.clear();
      stop_.request_stop();
    }
  }
  idle_or_room_.notify_all();
}

}  // namespace rehome
