// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the sources over libsodium share.

namespace rehome {

/// Must run before any other use of libsodium: it picks the code for this processor. Cheap when done before; any
/// thread.
void require_sodium();

}  // namespace rehome
