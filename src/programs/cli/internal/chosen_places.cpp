// SPDX-License-Identifier: Apache-2.0
#include "programs/cli/internal/chosen_places.h"

#include "model/outcome.h"

namespace rehome::cli {

namespace {

bool lies_at(std::string_view place, std::string_view prefix) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  return place == prefix || (place.starts_with(prefix) && place[prefix.size()] == '/');
}

}  // namespace

ChosenPlaces::ChosenPlaces(const std::vector<std::string>& places) {
  for (const std::string& place : places) chosen_.push_back({.place = place});
}

bool ChosenPlaces::takes(const std::string& place) {
  if (chosen_.empty()) return true;
  // As it is, or as `store list` writes it.
  const std::string shown = printable(place);
  bool is_wanted = false;
  for (Chosen& each : chosen_) {
    if (!lies_at(place, each.place) && !lies_at(shown, each.place)) continue;
    each.is_met = true;
    is_wanted = true;
  }
  return is_wanted;
}

std::vector<std::string> ChosenPlaces::missing() const {
  std::vector<std::string> missing;
  for (const Chosen& each : chosen_) {
    if (!each.is_met) missing.push_back(each.place);
  }
  return missing;
}

}  // namespace rehome::cli
