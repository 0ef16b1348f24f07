// SPDX-License-Identifier: Apache-2.0
#include "base/archive/internal/tar_image.h"

#include <algorithm>
#include <utility>

#include "base/archive/internal/tar_attributes.h"
#include "base/core/error.h"

namespace rehome::archive {

namespace {

constexpr std::uint64_t kLongestHeader = 16 * 1024 * 1024;  // names, attributes and maps of one entry
constexpr std::size_t kMostSparseParts = 1'000'000;
constexpr std::size_t kReadAtOnce = 1024 * 1024;

NodeKind kind_of(char type, const std::string& name) {
  switch (type) {
    case '2':
      return NodeKind::symlink;
    case '3':
      return NodeKind::char_device;
    case '4':
      return NodeKind::block_device;
    case '5':
    case 'D':
      return NodeKind::folder;
    case '6':
      return NodeKind::fifo;
    case '\0':  // before ustar a name that ends so was a folder
      return name.ends_with('/') ? NodeKind::folder : NodeKind::file;
    case '0':
    case '1':
    case '7':
    case 'S':
      return NodeKind::file;
    default:
      return NodeKind::unknown;
  }
}

}  // namespace

TarImage::TarImage(std::unique_ptr<UnpackedStream> stream, std::uint64_t least_room)
    : stream_(std::move(stream)), least_room_(least_room) {
  TarBlock block{};
  const bool is_too_short = !stream_->is_compressed() && stream_->total_bytes() < block.size();
  const bool has_block = !is_too_short && read_block(block, true);
  if (!has_block || (!is_zero(block) && !has_right_checksum(block))) {
    throw Error(ErrorCode::unsupported, stream_->name() +
                                            " is no image that can be applied: neither a tar archive nor a squashfs "
                                            "image nor a folder; make one of these of the system");
  }
  first_ = block;
}

void TarImage::damaged(const std::string& cause) const {
  const std::string where = path_.empty() ? "" : ", after " + path_;
  throw Error(ErrorCode::corrupt, stream_->name() + " is damaged or was not copied whole: " + cause + where +
                                      "; compare it with its source and copy it again");
}

/// False where the stream ends before the block and may.
bool TarImage::read_block(TarBlock& block, bool may_end) {
  std::size_t have = 0;
  while (have < block.size()) {
    const ByteView part = stream_->read(block.size() - have);
    if (part.empty()) {
      if (have == 0 && may_end) return false;
      damaged("it ends too early");
    }
    std::ranges::copy(part, block.begin() + static_cast<std::ptrdiff_t>(have));
    have += part.size();
  }
  return true;
}

void TarImage::skip(std::uint64_t size) {
  if (!stream_->skip(size)) damaged("it ends too early");
}

std::string TarImage::read_text(std::uint64_t size) {
  if (size > kLongestHeader) damaged("a header has " + std::to_string(size) + " bytes");
  std::string text;
  while (text.size() < size) {
    const ByteView part = stream_->read(size - text.size());
    if (part.empty()) damaged("it ends too early");
    text += as_text(part);
  }
  skip(tar_padding(size));
  return text;
}

/// The next block with something in it; false at the end mark.
bool TarImage::next_header(TarBlock& block) {
  if (first_) {
    block = *first_;
    first_.reset();
  } else if (!read_block(block, true)) {
    damaged("it has no end");
  }
  if (is_zero(block)) return false;
  if (!has_right_checksum(block)) damaged("a header has a wrong checksum");
  return true;
}

std::optional<Entry> TarImage::next() {
  skip(std::exchange(stored_, 0) + std::exchange(padding_, 0));
  map_.clear();
  Before before;
  TarBlock block{};
  while (next_header(block)) {
    switch (static_cast<char>(block[kTarType])) {
      case 'x':
      case 'X':
      case 'g':
      case 'L':
      case 'K':
      case 'V':
        read_extension(block, before);
        break;
      default:
        return entry_of(block, before);
    }
  }
  finish();
  return std::nullopt;
}

/// What is behind the end mark is no part of the archive, but shows whether all of the file is there.
void TarImage::finish() {
  while (!stream_->read(kReadAtOnce).empty()) {
  }
}

void TarImage::read_extension(const TarBlock& block, Before& before) {
  const std::optional<std::int64_t> size = tar_number(block, kTarSize);
  if (!size || *size < 0) damaged("a header has no size");
  std::string text = read_text(static_cast<std::uint64_t>(*size));
  const char type = static_cast<char>(block[kTarType]);
  if (type == 'V') return;
  if (type == 'L' || type == 'K') {
    text.resize(std::min(text.find('\0'), text.size()));
    (type == 'L' ? before.name : before.link) = std::move(text);
    return;
  }
  std::optional<PaxRecords> records = parse_pax(text);
  if (!records) damaged("a pax header makes no sense");
  PaxRecords& into = type == 'g' ? global_ : before.records;
  std::ranges::move(*records, std::back_inserter(into));
  if (into.size() > kMostSparseParts) damaged("too many pax records");
}

std::uint64_t TarImage::number(const TarBlock& block, TarField field, const Before& before, std::string_view key) {
  if (const std::string* text = key.empty() ? nullptr : find_pax(before.records, key)) {
    if (const auto value = parse_digits(*text)) return *value;
    damaged("the pax record " + std::string(key) + " is no number");
  }
  const std::optional<std::int64_t> value = tar_number(block, field);
  if (!value || *value < 0) damaged("a header has a field that is no number");
  return static_cast<std::uint64_t>(*value);
}

Entry TarImage::entry_of(const TarBlock& block, Before& before) {
  before.records.insert(before.records.begin(), global_.begin(), global_.end());
  Entry entry;
  const std::string prefix = is_ustar(block) ? tar_text(block, kTarPrefix) : "";
  entry.path = (prefix.empty() ? "" : prefix + "/") + tar_text(block, kTarName);
  if (before.name) entry.path = *before.name;
  if (const std::string* path = find_pax(before.records, "path")) entry.path = *path;
  if (const std::string* path = find_pax(before.records, "GNU.sparse.name")) entry.path = *path;
  path_ = entry.path;

  std::string link = before.link.value_or(tar_text(block, kTarLink));
  if (const std::string* path = find_pax(before.records, "linkpath")) link = *path;
  const char type = static_cast<char>(block[kTarType]);
  entry.kind = kind_of(type, entry.path);
  if (entry.kind == NodeKind::unknown) {
    throw Error(ErrorCode::unsupported,
                stream_->name() + " holds " + entry.path + " as something that only a special " + "tar knows (type " +
                    std::to_string(block[kTarType]) + "); make the archive with GNU tar or bsdtar, in one volume");
  }
  if (type == '1') entry.same_node_as = link;
  if (entry.kind == NodeKind::symlink) entry.link_target = link;
  if (entry.kind == NodeKind::char_device || entry.kind == NodeKind::block_device) {
    entry.device_number = number(block, kTarMajor, before, "") << 32 | number(block, kTarMinor, before, "");
  }
  read_metadata(block, before, entry.metadata);
  read_attributes(before, entry);
  begin_content(block, before, entry);
  return entry;
}

void TarImage::read_metadata(const TarBlock& block, const Before& before, Metadata& metadata) {
  metadata.mode = static_cast<std::uint32_t>(number(block, kTarMode, before, "")) & 07777;
  const std::uint64_t uid = number(block, kTarUid, before, "uid");
  const std::uint64_t gid = number(block, kTarGid, before, "gid");
  if (uid >= UINT32_MAX || gid >= UINT32_MAX) damaged("an owner is no number of an account");
  metadata.uid = static_cast<std::uint32_t>(uid);
  metadata.gid = static_cast<std::uint32_t>(gid);
  const auto time = [&](std::string_view key) -> std::optional<Timestamp> {
    const std::string* text = find_pax(before.records, key);
    if (text == nullptr) return std::nullopt;
    const std::optional<Timestamp> value = parse_pax_time(*text);
    if (!value) damaged("the pax record " + std::string(key) + " is no time");
    return value;
  };
  const std::optional<std::int64_t> modified = tar_number(block, kTarModified);
  if (!modified) damaged("a header has no time");
  metadata.modified = time("mtime").value_or(Timestamp{.seconds = *modified});
  metadata.accessed = time("atime").value_or(metadata.modified);
}

void TarImage::read_attributes(const Before& before, Entry& entry) {
  for (const auto& [key, value] : before.records) {
    if (const auto name = attribute_of_pax(key)) {
      std::erase_if(entry.metadata.attributes, [&](const auto& each) { return each.name == *name; });
      const ByteView bytes = as_bytes(value);
      entry.metadata.attributes.push_back({.name = *name, .value = Bytes(bytes.begin(), bytes.end())});
    } else if (const auto acl = acl_of_pax(key); acl && !value.empty()) {
      std::erase_if(entry.acls, [&](const auto& each) { return each.attribute == *acl; });
      entry.acls.push_back({.attribute = *acl, .text = value});
    } else if (key == "SCHILY.fflags") {
      entry.metadata.flags = flags_of_words(value);
    }
  }
  std::ranges::sort(entry.metadata.attributes, {}, &ExtendedAttribute::name);
}

void TarImage::begin_content(const TarBlock& block, const Before& before, Entry& entry) {
  stored_ = number(block, kTarSize, before, "size");
  const char type = static_cast<char>(block[kTarType]);
  // Some give a further name the size of its file, and nothing follows; others write 0.
  const bool has_no_content = type >= '1' && type <= '6';
  if (has_no_content) stored_ = 0;
  padding_ = tar_padding(stored_);
  if (entry.kind != NodeKind::file) return;
  entry.size = stored_;
  if (type == 'S') {
    entry.size = number(block, kGnuRealSize, {}, "");
    read_old_sparse_map(block);
  } else if (find_pax(before.records, "GNU.sparse.major") != nullptr ||
             find_pax(before.records, "GNU.sparse.size") != nullptr) {
    const std::string* size = find_pax(before.records, "GNU.sparse.realsize");
    if (size == nullptr) size = find_pax(before.records, "GNU.sparse.size");
    const auto value = size == nullptr ? std::nullopt : parse_digits(*size);
    if (!value) damaged("a file with holes has no size");
    entry.size = *value;
    read_pax_sparse_map(before.records);
  } else {
    map_ = {{.offset = 0, .length = stored_}};
    return;
  }
  check_map(entry.size);
}

void TarImage::read_old_sparse_map(TarBlock block) {
  std::size_t at = kGnuSparseMap;
  std::size_t count = kGnuSparseInHeader;
  std::size_t continues = kGnuSparseContinues;
  for (;;) {
    for (std::size_t i = 0; i < count; ++i, at += 24) {
      const std::optional<std::int64_t> offset = tar_number(block, {.offset = at, .length = 12});
      const std::optional<std::int64_t> length = tar_number(block, {.offset = at + 12, .length = 12});
      if (!offset || !length || *offset < 0 || *length < 0) damaged("the map of a file with holes makes no sense");
      map_.push_back({static_cast<std::uint64_t>(*offset), static_cast<std::uint64_t>(*length)});
    }
    if (block[continues] == 0) return;
    if (map_.size() > kMostSparseParts) damaged("a file has too many holes");
    read_block(block, false);
    at = 0;
    count = kGnuSparseInBlock;
    continues = kGnuBlockContinues;
  }
}

void TarImage::read_pax_sparse_map(const PaxRecords& records) {
  std::vector<std::uint64_t> numbers;
  const auto add = [&](std::string_view text) {
    const auto value = parse_digits(text);
    if (!value) damaged("the map of a file with holes makes no sense");
    numbers.push_back(*value);
  };
  if (find_pax(records, "GNU.sparse.major") != nullptr) {  // 1.0: in front of the content, up to a whole block
    std::string pending;
    const std::uint64_t count = read_map_in_content(pending);
    if (count > kMostSparseParts) damaged("a file has too many holes");
    for (std::uint64_t i = 0; i < count * 2; ++i) numbers.push_back(read_map_in_content(pending));
  } else if (const std::string* map = find_pax(records, "GNU.sparse.map")) {  // 0.1
    for (std::size_t at = 0; at < map->size();) {
      const std::size_t end = std::min(map->find(',', at), map->size());
      add(std::string_view(*map).substr(at, end - at));
      at = end + 1;
    }
  } else {  // 0.0
    for (const auto& [key, value] : records) {
      if (key == "GNU.sparse.offset" || key == "GNU.sparse.numbytes") add(value);
    }
  }
  if (numbers.size() % 2 != 0) damaged("the map of a file with holes makes no sense");
  for (std::size_t i = 0; i < numbers.size(); i += 2) map_.push_back({numbers[i], numbers[i + 1]});
}

/// The next line. `pending`: what is read of the map and not used.
std::uint64_t TarImage::read_map_in_content(std::string& pending) {
  while (pending.find('\n') == std::string::npos) {
    TarBlock block{};
    if (stored_ < block.size()) damaged("the map of a file with holes makes no sense");
    read_block(block, false);
    stored_ -= block.size();
    pending += as_text(block);
  }
  const std::size_t end = pending.find('\n');
  const auto value = parse_digits(pending.substr(0, end));
  if (!value) damaged("the map of a file with holes makes no sense");
  pending.erase(0, end + 1);
  return *value;
}

void TarImage::check_map(std::uint64_t size) {
  std::uint64_t end = 0;
  std::uint64_t stored = 0;
  for (const Extent& part : map_) {
    if (part.length == 0) continue;
    if (part.offset < end || part.length > size || part.offset > size - part.length) {
      damaged("the map of a file with holes makes no sense");
    }
    end = part.offset + part.length;
    stored += part.length;
  }
  if (stored != stored_) damaged("a file with holes has another size than its map");
}

void TarImage::read_content(const Sink& sink) {
  for (const Extent& part : map_) {
    for (std::uint64_t done = 0; done < part.length;) {
      const ByteView bytes = stream_->read(std::min<std::uint64_t>(part.length - done, kReadAtOnce));
      if (bytes.empty()) damaged("it ends too early");
      sink(part.offset + done, bytes);
      done += bytes.size();
      stored_ -= bytes.size();
    }
  }
}

}  // namespace rehome::archive
