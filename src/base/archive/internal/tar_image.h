// SPDX-License-Identifier: Apache-2.0
#pragma once
// A tar archive as an image: ustar, pax and GNU forms, with attributes and ACLs as GNU tar, star and bsdtar write them,
// and files with holes in all four ways of GNU tar. Names and values are taken as bytes: libarchive, which only unpacks
// here, would bring them into the character set of the process, and compose what was decomposed. One thread.

#include <memory>
#include <string>
#include <vector>

#include "base/archive/internal/image.h"
#include "base/archive/internal/tar_format.h"
#include "base/archive/internal/unpacked_stream.h"

namespace rehome::archive {

class TarImage final : public Image {
 public:
  /// Throws Error(unsupported) where `stream` is no tar archive.
  /// `least_room`: as Image::least_room(), where the caller knows it.
  TarImage(std::unique_ptr<UnpackedStream> stream, std::uint64_t least_room);

  std::optional<Entry> next() override;
  /// Of the content of the entry that next() gave, without holes.
  std::uint64_t stored_bytes() const { return stored_; }
  void read_content(const Sink& sink) override;
  std::uint64_t done_bytes() override { return stream_->done_bytes(); }
  std::uint64_t total_bytes() override { return stream_->total_bytes(); }
  std::uint64_t least_room() override { return least_room_; }

 private:
  /// What headers before the one of the entry say about it.
  struct Before {
    PaxRecords records = {};
    std::optional<std::string> name = {};
    std::optional<std::string> link = {};
  };

  bool read_block(TarBlock& block, bool may_end);
  bool next_header(TarBlock& block);
  std::string read_text(std::uint64_t size);
  void skip(std::uint64_t size);
  void read_extension(const TarBlock& block, Before& before);
  Entry entry_of(const TarBlock& block, Before& before);
  void read_metadata(const TarBlock& block, const Before& before, Metadata& metadata);
  void read_attributes(const Before& before, Entry& entry);
  void begin_content(const TarBlock& block, const Before& before, Entry& entry);
  void read_old_sparse_map(TarBlock block);
  void read_pax_sparse_map(const PaxRecords& records);
  std::uint64_t read_map_in_content(std::string& pending);
  void check_map(std::uint64_t size);
  std::uint64_t number(const TarBlock& block, TarField field, const Before& before, std::string_view key);
  void finish();
  [[noreturn]] void damaged(const std::string& cause) const;

  std::unique_ptr<UnpackedStream> stream_;
  std::uint64_t least_room_;
  PaxRecords global_;
  std::optional<TarBlock> first_;  // read to see whether it is a tar archive
  std::vector<Extent> map_;        // where the stored bytes of the file belong
  std::uint64_t stored_ = 0;       // bytes of the entry that are not read yet, without padding
  std::uint64_t padding_ = 0;      // behind them
  std::string path_;               // of the entry, for messages
};

}  // namespace rehome::archive
