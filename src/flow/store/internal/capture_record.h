// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is known about a capture and its accounts, as the CaptureRecord of the schema and back. For catalog_records
// only.

#include "flow/store/catalog.pb.h"
#include "model/capture.h"

namespace rehome::store {

void put_capture(catalog::CaptureRecord& record, const CaptureInfo& info);
/// Throws Error(corrupt).
CaptureInfo take_capture(const catalog::CaptureRecord& record);

}  // namespace rehome::store
