// SPDX-License-Identifier: Apache-2.0
#pragma once
// The only way to share mutable state between threads: a value that can be reached through its lock alone.

#include <condition_variable>
#include <mutex>
#include <utility>

namespace rehome {

template <typename T>
class Locked {
 public:
  template <typename... Arguments>
  explicit Locked(Arguments&&... arguments) : value_(std::forward<Arguments>(arguments)...) {}

  /// The value together with its held lock; the lock is released when this goes away.
  class Guard {
   public:
    explicit Guard(Locked& owner) : lock_(owner.mutex_), value_(owner.value_) {}
    T* operator->() { return &value_; }
    T& operator*() { return value_; }
    /// Sleeps until `ready(value)` holds, with the lock released meanwhile.
    template <typename Predicate>
    void wait(std::condition_variable& signal, Predicate ready) {
      signal.wait(lock_, [&] { return ready(value_); });
    }

   private:
    std::unique_lock<std::mutex> lock_;
    T& value_;
  };

  Guard lock() { return Guard(*this); }

 private:
  std::mutex mutex_;
  T value_;
};

}  // namespace rehome
