// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads the fields of one JSON object and checks each: the guard between hostile JSON and the code that acts on it.
// Every mistake throws Error(invalid_argument) that names the field by its path ("request.blobs[3].size"); of a text or
// list that is too long, Error(limit_exceeded). For one thread; the Json must outlive it.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec/json.h"

namespace rehome {

class JsonFields {
 public:
  /// `path` names the object in messages. Throws unless `value` is an object.
  JsonFields(const Json& value, std::string path);

  std::string text(std::string_view name, std::size_t most_bytes);
  std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most);
  double number(std::string_view name, double least, double most);
  bool boolean(std::string_view name);
  JsonFields object(std::string_view name);
  /// The items as they are; objects() and texts() for those that are all of one kind.
  const Json::List& list(std::string_view name, std::size_t most_items);
  std::vector<JsonFields> objects(std::string_view name, std::size_t most_items);
  std::vector<std::string> texts(std::string_view name, std::size_t most_items, std::size_t most_bytes);

  /// Of a field that may be absent or null; where it is neither, it must be right.
  std::optional<std::string> optional_text(std::string_view name, std::size_t most_bytes);
  std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t least, std::int64_t most);
  std::optional<bool> optional_boolean(std::string_view name);
  std::optional<JsonFields> optional_object(std::string_view name);

  /// Whether a field is there and not null.
  bool has(std::string_view name);
  const std::string& path() const { return path_; }

  /// All that the object has, for one whose names are data. At most so many.
  std::vector<std::string> names(std::size_t most) const;

  /// Throws where the object has a field that was never asked for: a misspelt option must not be passed over.
  void refuse_unknown() const;

 private:
  /// Null where it is absent.
  const Json* find(std::string_view name);
  const Json& require(std::string_view name);
  std::string path_of(std::string_view name) const;

  const Json::Object* members_ = nullptr;
  std::string path_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace rehome
