// SPDX-License-Identifier: Apache-2.0
#pragma once
// The data of a file as one stream, holes left out, and the way back: what every kind of content reads, hashes and
// stores. In: an open file. Out: its bytes, and the ranges they lie in. One thread.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/core/bytes.h"
#include "base/machine/file_tree.h"
#include "model/capture.h"
#include "model/object.h"

namespace rehome::store {

/// Ascending, none empty, none beyond the size, whatever the volume says.
std::vector<Extent> data_ranges(ReadableFile& file, const NodeInfo& info);

/// Of an object's extents: as data_ranges, but what they say is the catalog's.
std::vector<Extent> ranges_of(const Object& object);

/// The other way: ranges as Object::extents has them.
std::vector<Extent> extents_of(const std::vector<Extent>& ranges, std::uint64_t size);

/// Throws Error(corrupt) for ranges that a file of that size cannot have. Gives how many bytes they hold.
std::uint64_t check_ranges(const Object& object);

/// Throws Error(corrupt) when ranges, chunks and size of a file do not fit each other: the catalog is authentic when
/// this is asked, but a program that wrote nonsense must not become one that restores it.
void check_shape(const Object& object);

std::uint64_t total_length(const std::vector<Extent>& ranges);

class DataStream {
 public:
  DataStream(ReadableFile& file, std::vector<Extent> ranges) : file_(file), ranges_(std::move(ranges)) {}

  std::uint64_t remaining() const;
  /// Fills `out`; less only where the data ends.
  std::size_t read(std::span<std::uint8_t> out);

  /// What is there: less than was asked for where the file became shorter meanwhile.
  const std::vector<Extent>& ranges() const { return ranges_; }
  bool was_cut_short() const { return cut_short_; }
  std::uint64_t end() const { return end_; }

 private:
  void end_here();

  ReadableFile& file_;
  std::vector<Extent> ranges_;
  std::size_t current_ = 0;
  std::uint64_t done_ = 0;  // bytes of the current range
  bool cut_short_ = false;
  std::uint64_t end_ = 0;
};

/// Spreads a stream of bytes over the ranges of a file. The stream must not be longer than they are.
class RangeWriter {
 public:
  RangeWriter(std::vector<Extent> ranges, ContentConsumer& consumer)
      : ranges_(std::move(ranges)), consumer_(consumer) {}
  void write(ByteView bytes);

 private:
  std::vector<Extent> ranges_;
  ContentConsumer& consumer_;
  std::size_t current_ = 0;
  std::uint64_t done_ = 0;
};

}  // namespace rehome::store
