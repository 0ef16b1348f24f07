// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/single_flight_cache.h"

#include <atomic>
#include <gtest/gtest.h>
#include <string>

#include "base/core/error.h"
#include "base/core/worker_pool.h"

namespace rehome::store {
namespace {

using Cache = SingleFlightCache<int, std::string>;

std::size_t weigh(const std::string& text) { return text.size(); }

TEST(SingleFlightCache, LoadsOnceAndKeeps) {
  Cache cache(100, weigh);
  int loads = 0;
  const auto load = [&] {
    ++loads;
    return std::string("value");
  };
  EXPECT_EQ(*cache.get(1, load), "value");
  EXPECT_EQ(*cache.get(1, load), "value");
  EXPECT_EQ(loads, 1);
}

TEST(SingleFlightCache, DropsWhatWasNotAskedForLongest) {
  Cache cache(10, weigh);
  int loads = 0;
  const auto load = [&] {
    ++loads;
    return std::string(4, 'x');
  };
  cache.get(1, load);
  cache.get(2, load);
  cache.get(1, load);
  cache.get(3, load);  // 2 goes
  cache.get(1, load);
  EXPECT_EQ(loads, 3);
  cache.get(2, load);
  EXPECT_EQ(loads, 4);
}

TEST(SingleFlightCache, AValueLargerThanTheBudgetIsStillGiven) {
  Cache cache(1, weigh);
  EXPECT_EQ(cache.get(1, [] { return std::string(50, 'x'); })->size(), 50U);
}

TEST(SingleFlightCache, AFailureIsNotKept) {
  Cache cache(100, weigh);
  EXPECT_THROW(cache.get(1, []() -> std::string { throw Error(ErrorCode::corrupt, "no"); }), Error);
  EXPECT_EQ(*cache.get(1, [] { return std::string("yes"); }), "yes");
}

TEST(SingleFlightCache, ManyThreadsLoadEachValueOnce) {
  Cache cache(1'000'000, weigh);
  std::atomic<int> loads{0};
  WorkerPool pool({.name = "test", .threads = 8});
  for (int i = 0; i < 2000; ++i) {
    pool.submit([&, i] {
      const auto value = cache.get(i % 50, [&] {
        ++loads;
        return std::to_string(i % 50);
      });
      EXPECT_EQ(*value, std::to_string(i % 50));
    });
  }
  pool.finish();
  EXPECT_EQ(loads, 50);
}

}  // namespace
}  // namespace rehome::store
