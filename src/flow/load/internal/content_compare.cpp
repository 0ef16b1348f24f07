// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/content_compare.h"

#include <algorithm>

namespace rehome::load {

namespace {

constexpr std::size_t kPieceSize = std::size_t{256} * 1024;

std::size_t read_fully(ReadableFile& file, std::uint64_t offset, std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const std::size_t count = file.read_at(offset + done, out.subspan(done));
    if (count == 0) break;
    done += count;
  }
  return done;
}

class Comparer final : public ContentConsumer {
 public:
  explicit Comparer(ReadableFile& file) : file_(file), extents_(file.data_extents()), piece_(kPieceSize) {}

  void write(std::uint64_t offset, ByteView bytes) override {
    if (!same_) return;
    same_ = offset >= reached_ && is_zero(reached_, offset);
    reached_ = offset + bytes.size();
    while (same_ && !bytes.empty()) {
      const auto part = std::span(piece_).first(std::min(bytes.size(), piece_.size()));
      same_ = read_fully(file_, offset, part) == part.size() && std::ranges::equal(part, bytes.first(part.size()));
      offset += part.size();
      bytes = bytes.subspan(part.size());
    }
  }

  bool ends_equal(std::uint64_t size) { return same_ && reached_ <= size && is_zero(reached_, size); }

 private:
  /// Looks at the file's data only: the hole of a large file costs nothing.
  bool is_zero(std::uint64_t from, std::uint64_t end) {
    for (const Extent extent : extents_) {
      std::uint64_t at = std::max(from, extent.offset);
      const std::uint64_t stop = std::min(end, extent.offset + extent.length);
      while (at < stop) {
        const auto part = std::span(piece_).first(std::min<std::uint64_t>(stop - at, piece_.size()));
        if (read_fully(file_, at, part) != part.size()) return false;
        if (std::ranges::any_of(part, [](std::uint8_t byte) { return byte != 0; })) return false;
        at += part.size();
      }
    }
    return true;
  }

  ReadableFile& file_;
  std::vector<Extent> extents_;
  Bytes piece_;
  std::uint64_t reached_ = 0;
  bool same_ = true;
};

}  // namespace

bool holds_content(const CapturedState& state, const Object& object, Folder& folder, std::string_view name,
                   const NodeIdentity& node) {
  const auto file = folder.open_file(name);
  const NodeInfo open = file->inspect();
  if (open.identity() != node || open.size != object.size) return false;
  Comparer comparer(*file);
  state.read_content(object, comparer);
  return comparer.ends_equal(object.size);
}

bool hold_same(ReadableFile& a, ReadableFile& b) {
  const std::uint64_t size = a.inspect().size;
  if (size != b.inspect().size) return false;
  Comparer comparer(b);
  Bytes piece(kPieceSize);
  for (std::uint64_t at = 0; at < size;) {
    const auto part = std::span(piece).first(std::min<std::uint64_t>(size - at, piece.size()));
    if (read_fully(a, at, part) != part.size()) return false;
    comparer.write(at, part);
    at += part.size();
  }
  return comparer.ends_equal(size);
}

}  // namespace rehome::load
