// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keeps objects that are dear to make and serve one thread at a time (a Compressor, a KeyedHash): a thread borrows one,
// or makes one when all are out, and it comes back when the loan ends. There are never more than threads that borrow.

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/core/locked.h"

namespace rehome::store {

template <typename T>
class Shelf {
 public:
  explicit Shelf(std::function<std::unique_ptr<T>()> make) : make_(std::move(make)) {}

  class Loan {
   public:
    Loan(Shelf& shelf, std::unique_ptr<T> object) : shelf_(shelf), object_(std::move(object)) {}
    ~Loan() { shelf_.idle_.lock()->push_back(std::move(object_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    T& operator*() { return *object_; }
    T* operator->() { return object_.get(); }

   private:
    Shelf& shelf_;
    std::unique_ptr<T> object_;
  };

  Loan borrow() {
    {
      auto idle = idle_.lock();
      if (!idle->empty()) {
        std::unique_ptr<T> object = std::move(idle->back());
        idle->pop_back();
        return Loan(*this, std::move(object));
      }
    }
    return Loan(*this, make_());
  }

 private:
  std::function<std::unique_ptr<T>()> make_;
  Locked<std::vector<std::unique_ptr<T>>> idle_;
};

}  // namespace rehome::store
