// SPDX-License-Identifier: Apache-2.0
#pragma once
// Content that lies as a plain file, authenticated piece by piece: Object::piece_hashes. A piece is 4 MiB of the file's
// data, holes left out; a file without any data has one empty piece, so the hashes of a copied file are never empty.

#include <cstddef>
#include <cstdint>

#include "base/core/bytes.h"
#include "base/machine/file_tree.h"
#include "model/capture.h"
#include "model/object.h"

namespace rehome::store {

constexpr std::size_t kPieceSize = std::size_t{4} << 20;

/// Copies the data of `from`, keeping its holes; fills size, extents and piece_hashes of `object`. Gives how many bytes
/// were written. A file that becomes shorter meanwhile ends where it ends.
std::uint64_t copy_pieces(ReadableFile& from, WritableFile& to, Object& object);

/// Hands over what lies in `file`, each piece only after its hash was found right. Throws Error(corrupt).
void read_pieces(const Object& object, ReadableFile& file, ContentConsumer& consumer);

}  // namespace rehome::store
