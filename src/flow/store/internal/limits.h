// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sizes that the writing side aims at, and the limits beyond which the reading side takes nothing from a store. The
// limits are above whatever this version writes, so that a later one may write larger units.

#include <cstddef>
#include <cstdint>

namespace rehome::store {

// What is written.
constexpr std::size_t kFrameTarget = std::size_t{1} << 20;        // raw bytes of small chunks put together
constexpr std::size_t kLoneChunk = std::size_t{1} << 19;          // a chunk from this size up is a frame of its own
constexpr std::size_t kPackTarget = std::size_t{32} << 20;        // stored bytes
constexpr std::size_t kPackRawTarget = std::size_t{256} << 20;    // raw bytes, for content that shrinks to nothing
constexpr std::size_t kPackChunkTarget = 200'000;                 // chunks of tiny files
constexpr std::size_t kOpenPacksTarget = std::size_t{128} << 20;  // packs of all accounts that are still growing
constexpr std::size_t kSegmentTarget = std::size_t{1} << 20;      // raw bytes of catalog records

// What is read.
constexpr std::size_t kLargestFrame = std::size_t{16} << 20;     // raw
constexpr std::size_t kLargestPack = std::size_t{128} << 20;     // stored
constexpr std::uint32_t kMostFrames = 1U << 16;                  // in a pack
constexpr std::uint32_t kMostChunks = 1U << 20;                  // in a pack
constexpr std::size_t kLargestSegment = std::size_t{128} << 20;  // raw and stored; a file of 8 TB is a record
constexpr std::size_t kPlausibleSegment = std::size_t{2} << 20;  // raw, whatever it was compressed to
constexpr std::size_t kMostSegmentRatio = 128;                   // raw to stored, of larger ones
constexpr std::size_t kMostFileChunks = 1U << 23;                // of one file
constexpr std::size_t kMostFileExtents = 1U << 22;               // of one file
constexpr std::size_t kMostRecordParts = 1U << 20;               // names, attributes, accounts, members of one record
constexpr std::size_t kLargestManifest = std::size_t{64} << 20;  // 1.8 million segments and packs
constexpr std::size_t kLargestHeader = std::size_t{64} << 10;    // of a vault
constexpr std::size_t kLargestMark = 4096;                       // "started" and its like
constexpr std::size_t kMostKeySlots = 16;                        // each may cost an Argon2id
constexpr std::size_t kMostAccounts = 1U << 16;

}  // namespace rehome::store
