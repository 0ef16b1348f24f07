// SPDX-License-Identifier: Apache-2.0
#include "base/archive/internal/image_accounts.h"

#include "base/archive/internal/tar_format.h"
#include "base/core/error.h"
#include "base/machine/shell_text.h"

namespace rehome::archive {

namespace {

constexpr std::uint64_t kLargestFile = 16 * 1024 * 1024;

/// Empty where there is none.
std::string text_of(Folder& top, std::string_view name) {
  try {
    const std::unique_ptr<ReadableFile> file = top.open_folder("etc")->open_file(name);
    const std::uint64_t size = file->inspect().size;
    if (size > kLargestFile) return {};
    Bytes bytes(size);
    bytes.resize(file->read_at(0, bytes));
    return std::string(as_text(bytes));
  } catch (const Error&) {
    return {};  // the ACLs that need it are reported one by one
  }
}

std::optional<std::uint32_t> find(const std::map<std::string, std::uint32_t, std::less<>>& ids, std::string_view name) {
  const auto found = ids.find(name);
  return found == ids.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

ImageAccounts::Ids ImageAccounts::read(Folder& top, std::string_view file) {
  Ids ids;
  const std::string text = text_of(top, file);
  for (const std::string_view line : split_text(text, '\n')) {
    const std::vector<std::string_view> fields = split_text(line, ':');
    if (fields.size() < 3) continue;
    const std::optional<std::uint64_t> id = parse_digits(fields[2]);
    if (id && *id < UINT32_MAX) ids.try_emplace(std::string(fields[0]), static_cast<std::uint32_t>(*id));
  }
  return ids;
}

ImageAccounts::ImageAccounts(Folder& top) : users_(read(top, "passwd")), groups_(read(top, "group")) {}

IdsOfNames ImageAccounts::ids() const {
  return {.user = [this](std::string_view name) { return find(users_, name); },
          .group = [this](std::string_view name) { return find(groups_, name); }};
}

}  // namespace rehome::archive
