// SPDX-License-Identifier: Apache-2.0
#pragma once
// The places that `store extract --only` names. In: places of objects. Out: whether each is wanted, and in the end
// which names were of nothing. One thread.

#include <string>
#include <string_view>
#include <vector>

namespace rehome::cli {

class ChosenPlaces {
 public:
  /// Without any everything is wanted.
  explicit ChosenPlaces(const std::vector<std::string>& places);

  bool takes(const std::string& place);
  /// Those at which nothing lay, as they were given.
  std::vector<std::string> missing() const;

 private:
  struct Chosen {
    std::string place;
    bool is_met = false;
  };
  std::vector<Chosen> chosen_;
};

}  // namespace rehome::cli
