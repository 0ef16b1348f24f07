// SPDX-License-Identifier: Apache-2.0
#pragma once
// One question that every reader of a store asks.

#include "base/core/error.h"

namespace rehome::store {

/// Whether what was to be read cannot be had as it was written: changed, cut off, gone or on a broken sector. Then
/// another copy, or going on without it, is the way. Everything else (no permission, a wrong key, a newer version, a
/// server that cannot be reached) says nothing about the store and is for the user.
inline bool is_damage(const Error& error) {
  return error.code() == ErrorCode::corrupt || error.code() == ErrorCode::limit_exceeded ||
         error.code() == ErrorCode::io || error.code() == ErrorCode::not_found;
}

}  // namespace rehome::store
