// SPDX-License-Identifier: Apache-2.0
#include "base/codec/json_fields.h"

#include <algorithm>
#include <utility>

#include "base/core/error.h"

namespace rehome {
namespace {

constexpr std::size_t kLongestNameShown = 60;

[[noreturn]] void refuse(const std::string& path, const std::string& must) {
  throw Error(ErrorCode::invalid_argument, "\"" + path + "\" " + must);
}

[[noreturn]] void refuse_length(const std::string& path, std::size_t most, const char* unit) {
  throw Error(ErrorCode::limit_exceeded,
              "\"" + path + "\" has more than the " + std::to_string(most) + " " + unit + " it may have");
}

const std::string& checked_text(const Json& value, const std::string& path, std::size_t most_bytes) {
  const std::string* text = value.text();
  if (text == nullptr) refuse(path, "must be a text");
  if (text->size() > most_bytes) refuse_length(path, most_bytes, "bytes");
  return *text;
}

std::string path_of_item(const std::string& list, std::size_t place) {
  return list + "[" + std::to_string(place) + "]";
}

}  // namespace

JsonFields::JsonFields(const Json& value, std::string path) : members_(value.object()), path_(std::move(path)) {
  if (members_ == nullptr) refuse(path_, "must be an object");
}

std::string JsonFields::path_of(std::string_view name) const { return path_ + "." + std::string(name); }

const Json* JsonFields::find(std::string_view name) {
  asked_.emplace(name);
  const auto found = std::ranges::find(*members_, name, &JsonMember::name);
  return found == members_->end() ? nullptr : &found->value;
}

const Json& JsonFields::require(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) refuse(path_of(name), "is missing");
  return *value;
}

bool JsonFields::has(std::string_view name) {
  const Json* value = find(name);
  return value != nullptr && !value->is_null();
}

std::string JsonFields::text(std::string_view name, std::size_t most_bytes) {
  return checked_text(require(name), path_of(name), most_bytes);
}

std::int64_t JsonFields::integer(std::string_view name, std::int64_t least, std::int64_t most) {
  const std::int64_t* value = require(name).integer();
  if (value == nullptr || *value < least || *value > most) {
    refuse(path_of(name), "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return *value;
}

double JsonFields::number(std::string_view name, double least, double most) {
  const std::optional<double> value = require(name).number();
  if (!value || *value < least || *value > most) {
    refuse(path_of(name), "must be a number from " + to_text(least) + " to " + to_text(most));
  }
  return *value;
}

bool JsonFields::boolean(std::string_view name) {
  const bool* value = require(name).boolean();
  if (value == nullptr) refuse(path_of(name), "must be true or false");
  return *value;
}

JsonFields JsonFields::object(std::string_view name) { return {require(name), path_of(name)}; }

const Json::List& JsonFields::list(std::string_view name, std::size_t most_items) {
  const Json::List* items = require(name).list();
  if (items == nullptr) refuse(path_of(name), "must be a list");
  if (items->size() > most_items) refuse_length(path_of(name), most_items, "items");
  return *items;
}

std::vector<JsonFields> JsonFields::objects(std::string_view name, std::size_t most_items) {
  const std::string path = path_of(name);
  std::vector<JsonFields> found;
  for (const Json& item : list(name, most_items)) found.emplace_back(item, path_of_item(path, found.size()));
  return found;
}

std::vector<std::string> JsonFields::texts(std::string_view name, std::size_t most_items, std::size_t most_bytes) {
  const std::string path = path_of(name);
  std::vector<std::string> found;
  for (const Json& item : list(name, most_items)) {
    found.push_back(checked_text(item, path_of_item(path, found.size()), most_bytes));
  }
  return found;
}

std::optional<std::string> JsonFields::optional_text(std::string_view name, std::size_t most_bytes) {
  return has(name) ? std::optional(text(name, most_bytes)) : std::nullopt;
}

std::optional<std::int64_t> JsonFields::optional_integer(std::string_view name, std::int64_t least, std::int64_t most) {
  return has(name) ? std::optional(integer(name, least, most)) : std::nullopt;
}

std::optional<bool> JsonFields::optional_boolean(std::string_view name) {
  return has(name) ? std::optional(boolean(name)) : std::nullopt;
}

std::optional<JsonFields> JsonFields::optional_object(std::string_view name) {
  return has(name) ? std::optional(object(name)) : std::nullopt;
}

std::vector<std::string> JsonFields::names(std::size_t most) const {
  if (members_->size() > most) {
    throw Error(ErrorCode::limit_exceeded, path_ + " has more than " + std::to_string(most) + " fields");
  }
  std::vector<std::string> names;
  for (const JsonMember& member : *members_) names.push_back(member.name);
  return names;
}

void JsonFields::refuse_unknown() const {
  for (const JsonMember& member : *members_) {
    if (!asked_.contains(member.name)) {
      refuse(path_of(member.name.substr(0, kLongestNameShown)), "is unknown here: check its spelling");
    }
  }
}

}  // namespace rehome
