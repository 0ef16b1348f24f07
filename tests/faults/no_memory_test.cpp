// SPDX-License-Identifier: Apache-2.0
// Memory that runs out in a capture ends it with an exception: nobody waits for what will not come, and the next
// capture goes on. Every larger allocation fails in turn.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <new>

#include "tests/support/vault_world.h"

namespace {

/// Small ones are those of the test, of threads being made and of exceptions themselves.
constexpr std::size_t kLarger = std::size_t{64} << 10;

std::atomic<std::uint64_t> larger_allocations{0};
std::atomic<std::uint64_t> failing_allocation{0};  // counted from 1; 0: none

void* allocate(std::size_t size) {
  if (size >= kLarger && ++larger_allocations == failing_allocation) throw std::bad_alloc();
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// For the whole test program; as the standard's own as long as no test asks for a failure.
void* operator new(std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace rehome {
namespace {

using rehome::testing::noise;
using rehome::testing::VaultWorld;
using ::testing::IsEmpty;

/// From its making on the n-th larger allocation fails, and no other.
class FailingAllocation {
 public:
  explicit FailingAllocation(std::uint64_t n) {
    larger_allocations = 0;
    failing_allocation = n;
  }
  ~FailingAllocation() { failing_allocation = 0; }
  FailingAllocation(const FailingAllocation&) = delete;
  FailingAllocation& operator=(const FailingAllocation&) = delete;
};

void fill(VaultWorld& world) {
  static const std::string content = noise(5'000'000);
  world.machine.add_file("/home/ann/alone", content.substr(0, 600'000));  // a chunk that is a frame of its own
  world.machine.add_file("/home/ann/large", content);
  for (std::size_t i = 0; i < 8; ++i) {
    world.machine.add_file("/home/ann/" + std::to_string(i), content.substr(i * 200'000, 200'000));
  }
}

TEST(NoMemory, EndsACaptureAndHoldsUpNobody) {
  constexpr std::uint64_t kMost = 1000;
  std::uint64_t n = 0;
  for (bool survived = false; !survived;) {
    ASSERT_LT(++n, kMost);
    VaultWorld world;
    fill(world);
    const auto vault = world.create();
    try {
      const FailingAllocation failing(n);
      world.capture(*vault);
      survived = larger_allocations < n;
    } catch (const std::exception&) {
    }
    world.capture(*vault);
    EXPECT_EQ(world.restore(*vault), world.source()) << "allocation " << n;
    Progress progress;
    EXPECT_THAT(vault->verify("", true, progress).damages, IsEmpty()) << "allocation " << n;
  }
  EXPECT_GT(n, 20U);
}

}  // namespace
}  // namespace rehome
