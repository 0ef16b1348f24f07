// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/sister_bond.h"

#include <algorithm>
#include <array>
#include <optional>

#include "flow/store/internal/tree_note.h"

namespace rehome::store {

namespace {

constexpr std::string_view kTokenName = "token";  // in the main tree
constexpr std::string_view kBondName = "bond";    // in a sister
constexpr std::size_t kTokenSize = 16;

/// What a sister of this main tree notes; nullopt where none was ever bound to it.
std::optional<Bytes> bond_to(Folder& main) {
  std::optional<Bytes> bond = read_note(main, kTokenName);
  if (!bond) return std::nullopt;
  ByteWriter out(*bond);
  out.u64(main.inspect_self().inode);
  out.u64(main.inspect(kTokenName).inode);
  return bond;
}

void make_token(WritableFolder& main, Random& random) {
  std::array<std::uint8_t, kTokenSize> token{};
  random.fill(token);
  write_note(main, kTokenName, token);
}

bool holds_captures(Folder& sister) {
  return std::ranges::any_of(
      sister.list(), [&](const DirectoryEntry& entry) { return sister.inspect(entry.name).kind == NodeKind::folder; });
}

}  // namespace

Bond bond_of(Folder& sister, Folder& main) {
  const std::optional<Bytes> said = read_note(sister, kBondName);
  if (!said) return holds_captures(sister) ? Bond::unsaid : Bond::ours;
  return said == bond_to(main) ? Bond::ours : Bond::anothers;
}

void bind_sister(WritableFolder& sister, WritableFolder& main, Random& random) {
  std::optional<Bytes> bond = bond_to(main);
  if (!bond) {
    make_token(main, random);
    bond = bond_to(main);
  }
  if (read_note(sister, kBondName) != bond) write_note(sister, kBondName, *bond);
}

}  // namespace rehome::store
