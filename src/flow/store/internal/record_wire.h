// SPDX-License-Identifier: Apache-2.0
#pragma once
// The wire form of a catalog record (Protocol Buffers), looked over before a message is made of it. Two bytes on the
// wire can be a message of a hundred in memory, so the length of a record says little about what it will cost. Any
// thread.

#include "base/core/bytes.h"

namespace rehome::store {

/// `record` is one Record of catalog.proto. Throws Error(limit_exceeded) for more parts, chunks or extents than
/// limits.h allows, Error(corrupt) for what is no message.
void check_record_wire(ByteView record);

}  // namespace rehome::store
