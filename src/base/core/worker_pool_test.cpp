// SPDX-License-Identifier: Apache-2.0
#include "base/core/worker_pool.h"

#include <atomic>
#include <future>
#include <gtest/gtest.h>
#include <stdexcept>

namespace rehome {
namespace {

WorkerPool::Options options(std::size_t threads, WorkerPool::Order order = WorkerPool::Order::fifo) {
  return {.name = "test", .threads = threads, .order = order, .queue_limit = 0};
}

TEST(WorkerPool, RunsEveryTaskBeforeFinishReturns) {
  WorkerPool pool(options(4));
  std::atomic<int> done{0};
  for (int i = 0; i < 1000; ++i) pool.submit([&] { ++done; });
  pool.finish();
  EXPECT_EQ(done, 1000);
}

TEST(WorkerPool, WaitsForTasksThatTasksSubmit) {
  WorkerPool pool(options(2, WorkerPool::Order::lifo));
  std::atomic<int> done{0};
  std::function<void(int)> descend = [&](int depth) {
    ++done;
    if (depth == 0) return;
    for (int i = 0; i < 3; ++i) pool.submit([&descend, depth] { descend(depth - 1); });
  };
  pool.submit([&] { descend(6); });
  pool.finish();
  EXPECT_EQ(done, (3 * 3 * 3 * 3 * 3 * 3 * 3 - 1) / 2);
}

TEST(WorkerPool, FirstFailureComesOutOfFinishAndDropsWhatIsPending) {
  WorkerPool pool(options(1));
  std::atomic<int> after{0};
  std::promise<void> gate;
  pool.submit([&] { gate.get_future().wait(); });
  pool.submit([] { throw std::runtime_error("first"); });
  pool.submit([&] { ++after; });
  gate.set_value();
  EXPECT_THROW(pool.finish(), std::runtime_error);
  EXPECT_EQ(after, 0);
}

TEST(WorkerPool, CanBeUsedAgainAfterAFailure) {
  WorkerPool pool(options(2));
  pool.submit([] { throw std::runtime_error("once"); });
  EXPECT_THROW(pool.finish(), std::runtime_error);
  std::atomic<int> done{0};
  pool.submit([&] { ++done; });
  EXPECT_NO_THROW(pool.finish());
  EXPECT_EQ(done, 1);
}

TEST(WorkerPool, NewestFirstWhenLifo) {
  WorkerPool pool(options(1, WorkerPool::Order::lifo));
  std::promise<void> gate;
  std::vector<int> order;
  pool.submit([&] { gate.get_future().wait(); });
  for (int i = 0; i < 3; ++i) pool.submit([&order, i] { order.push_back(i); });
  gate.set_value();
  pool.finish();
  EXPECT_EQ(order, (std::vector<int>{2, 1, 0}));
}

TEST(WorkerPool, QueueLimitHoldsBackOutsidersButNeverTasksOfThePool) {
  WorkerPool pool({.name = "bounded", .threads = 1, .order = WorkerPool::Order::fifo, .queue_limit = 1});
  std::atomic<int> done{0};
  for (int i = 0; i < 20; ++i) {
    pool.submit([&] {
      pool.submit([&] { ++done; });
      pool.submit([&] { ++done; });
    });
  }
  pool.finish();
  EXPECT_EQ(done, 40);
}

TEST(WorkerPool, DestructionDropsPendingTasks) {
  std::atomic<int> done{0};
  {
    WorkerPool pool(options(1));
    std::promise<void> started;
    pool.submit([&] {
      started.set_value();
      while (!pool.stopping()) std::this_thread::yield();
    });
    started.get_future().wait();
    pool.submit([&] { ++done; });
  }
  EXPECT_EQ(done, 0);
}

}  // namespace
}  // namespace rehome
