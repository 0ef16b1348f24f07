// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/settled_state.h"

#include "model/object.h"

namespace rehome::load {

void SettledState::visit(std::span<const AccountNumber> accounts, FindingSink& findings,
                         const std::function<void(Object)>& take) const {
  captured_.visit(accounts, findings, [&](Object object) {
    if (const std::string* text = text_of(object)) {
      object.size = text->size();
      object.extents.clear();
      object.chunks.clear();
      object.piece_hashes.clear();
    }
    take(std::move(object));
  });
}

Object SettledState::check_content(Object object) const {
  return text_of(object) != nullptr ? object : captured_.check_content(std::move(object));
}

void SettledState::read_content(const Object& object, ContentConsumer& consumer) const {
  if (const std::string* text = text_of(object)) {
    consumer.write(0, as_bytes(*text));
  } else {
    captured_.read_content(object, consumer);
  }
}

std::optional<NodeInfo> SettledState::stored_file(const Object& object) const {
  return text_of(object) != nullptr ? std::nullopt : captured_.stored_file(object);
}

std::optional<NodeInfo> SettledState::link_content(const Object& object, WritableFolder& folder,
                                                   std::string_view name) const {
  return text_of(object) != nullptr ? std::nullopt : captured_.link_content(object, folder, name);
}

std::vector<Finding> SettledState::findings(std::span<const AccountNumber> accounts) const {
  return captured_.findings(accounts);
}

const std::string* SettledState::text_of(const Object& object) const {
  if (object.kind != NodeKind::file || (object.link_group != 0 && !object.leads_link_group)) return nullptr;
  const auto found = texts_.find(object.location);
  return found == texts_.end() ? nullptr : &found->second;
}

}  // namespace rehome::load
