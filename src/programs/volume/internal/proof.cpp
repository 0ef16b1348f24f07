// SPDX-License-Identifier: Apache-2.0
#include "programs/volume/internal/proof.h"

#include <algorithm>
#include <array>

#include "base/codec/hash.h"
#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/private_folder.h"

namespace rehome::volume {

namespace {

constexpr std::size_t kLargestProof = cli::kEvidenceLimits.bytes;
constexpr std::size_t kLargestTable = cli::kMostObjects * 128;
constexpr std::size_t kMostEntries = 100'000;
constexpr std::size_t kLongestName = 1024;  // digits
constexpr std::array<std::string_view, 3> kPhases = {"moving", "removing", "done"};

struct Place {
  cli::PrivateFolder folder;
  std::string name;
};

/// Whoever could write there would decide what is wiped.
Place open_place(const MachinePath& path) {
  const std::size_t slash = path.rfind('/');
  return {.folder = cli::PrivateFolder::open(slash == 0 ? "/" : path.substr(0, slash)), .name = path.substr(slash + 1)};
}

std::optional<std::string> read(const MachinePath& path, std::size_t most) {
  Place place = open_place(path);
  return place.folder.read(place.name, most);
}

void write(const MachinePath& path, std::string_view content) {
  Place place = open_place(path);
  place.folder.write(place.name, content);
}

void remove(const MachinePath& path) {
  Place place = open_place(path);
  place.folder.remove(place.name);
}

Json read_json(const MachinePath& path, const std::string& text) {
  return parse_json(text, printable(path), cli::kEvidenceLimits);
}

void write_json(const MachinePath& path, const Json& json) { write(path, to_text(json, {.indent = 2})); }

WipePhase phase_named(const std::string& name) {
  const auto found = std::ranges::find(kPhases, name);
  if (found != kPhases.end()) return static_cast<WipePhase>(found - kPhases.begin());
  throw Error(ErrorCode::unsupported_version, "the mark of a wipe names a phase that is not known here: " + name);
}

}  // namespace

void save_proof(const MachinePath& path, Proof proof) {
  const Bytes table = proof.evidence.objects.to_bytes();
  proof.objects_digest = to_hex(sha256(table));
  write(path + kObjectsSuffix, as_text(table));
  write_json(path, to_json(proof));
}

Proof load_proof(const MachinePath& path) {
  const std::optional<std::string> text = read(path, kLargestProof);
  if (!text) {
    throw Error(ErrorCode::not_found, "there is no proof at " + printable(path) +
                                          ", and nothing is wiped without one: `rehome volume check --proof` writes it "
                                          "in the system that is to be replaced");
  }
  try {
    return proof_of(read_json(path, *text));
  } catch (Error& error) {
    throw error.add_context("while reading the proof " + printable(path));
  }
}

cli::ObjectTable load_objects(const MachinePath& path, const Proof& proof) {
  const std::optional<std::string> bytes = read(path + kObjectsSuffix, kLargestTable);
  if (bytes && to_hex(sha256(as_bytes(*bytes))) == proof.objects_digest) {
    return cli::ObjectTable::from_bytes(as_bytes(*bytes));
  }
  throw Error(ErrorCode::corrupt, "the list of captured objects " + printable(path) + kObjectsSuffix +
                                      " is missing, or not the one that the proof was written with; check anew");
}

void remove_proof(const MachinePath& path) { remove(path); }

std::optional<WipeMark> load_mark(const MachinePath& path, const Proof& proof) {
  const std::optional<std::string> text = read(path + kMarkSuffix, kLargestProof);
  if (!text) return std::nullopt;
  const Json json = read_json(path + kMarkSuffix, *text);
  JsonFields fields(json, "mark");
  WipeMark mark{.proof = fields.text("proof", kLongestName), .phase = phase_named(fields.text("phase", kLongestName))};
  for (JsonFields& entry : fields.objects("entries", kMostEntries)) {
    mark.entries.push_back({.name = std::string(as_text(from_hex(entry.text("name", kLongestName)))),
                            .inode = static_cast<std::uint64_t>(entry.integer("inode", 0, INT64_MAX))});
  }
  return mark.proof == proof.id ? std::optional(std::move(mark)) : std::nullopt;
}

void save_mark(const MachinePath& path, const WipeMark& mark) {
  Json::List entries;
  for (const boot::TopEntry& entry : mark.entries) {
    entries.push_back(Json::Object{{"name", to_hex(as_bytes(entry.name))}, {"inode", entry.inode}});
  }
  write_json(path + kMarkSuffix, Json::Object{{"proof", mark.proof},
                                              {"phase", std::string(kPhases.at(static_cast<std::size_t>(mark.phase)))},
                                              {"entries", std::move(entries)}});
}

void remove_mark(const MachinePath& path) { remove(path + kMarkSuffix); }

}  // namespace rehome::volume
