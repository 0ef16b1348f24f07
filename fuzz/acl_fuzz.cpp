// SPDX-License-Identifier: Apache-2.0
// The ACL of a hostile store: whatever the bytes are, the result is refused or is an ACL that stays what it is when it
// is rewritten again without a change of ids.

#include <cstddef>
#include <cstdint>

#include "base/core/check.h"
#include "flow/load/internal/acl_rewrite.h"

using rehome::ByteView;
using rehome::check;
using rehome::load::rewrite_acl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto some = [](std::uint32_t id) -> std::optional<std::uint32_t> {
    if (id % 5 == 0) return std::nullopt;
    return id % 3 == 0 ? id / 2 : id;
  };
  const auto same = [](std::uint32_t id) -> std::optional<std::uint32_t> { return id; };
  const auto first = rewrite_acl(ByteView(data, size), some, some);
  if (!first) return 0;
  const auto second = rewrite_acl(first->value, same, same);
  check(second.has_value(), "a rewritten ACL is one");
  check(second->value == first->value && second->dropped == 0, "it stays what it is");
  check(second->says_more == first->says_more, "and says the same");
  return 0;
}
