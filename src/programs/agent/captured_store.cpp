// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/captured_store.h"

#include "base/codec/hash.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/agent/identity.h"
#include "programs/agent/site_access.h"
#include "programs/site_client/agent_calls.h"
#include "programs/site_client/site_call.h"

namespace rehome::agent {

namespace {

constexpr const char* kFileName = "captured.json";
constexpr const char* kObjectsName = "captured.objects";
constexpr std::size_t kLargestTable = cli::kMostObjects * 128;
constexpr std::size_t kDigestDigits = 64;

void write(AgentFolder& folder, const CapturedStore& captured, const std::string& digest) {
  const Json document = Json::Object{{"store_path", captured.store_path},
                                     {"capture", captured.capture},
                                     {"is_at_site", captured.is_at_site},
                                     {"released", captured.released},
                                     {"evidence", captured.is_at_site ? to_json(captured.evidence) : Json()},
                                     {"objects", digest}};
  folder.write(kFileName, to_text(document, {.indent = 2}));
}

struct Kept {
  CapturedStore captured;
  std::string digest;  // of the objects, which are not read
};

std::optional<Kept> read(AgentFolder& folder) {
  const std::optional<std::string> text = folder.read(kFileName, cli::kEvidenceLimits.bytes);
  if (!text) return std::nullopt;
  const Json json = parse_json(*text, kFileName, cli::kEvidenceLimits);
  JsonFields fields(json, "captured");
  Kept kept;
  kept.captured.store_path = fields.text("store_path", site_client::kLongestText);
  kept.captured.capture = fields.text("capture", site_client::kLongestName);
  kept.captured.is_at_site = fields.boolean("is_at_site");
  kept.captured.released = fields.text("released", site_client::kLongestName);
  kept.digest = fields.text("objects", kDigestDigits);
  if (auto evidence = fields.optional_object("evidence")) {
    kept.captured.evidence = cli::evidence_of(std::move(*evidence));
  } else if (kept.captured.is_at_site) {
    throw Error(ErrorCode::corrupt, std::string(kFileName) + " does not say what was captured");
  }
  return kept;
}

}  // namespace

std::optional<CapturedStore> load_captured_store(AgentFolder& folder) {
  std::optional<Kept> kept = read(folder);
  if (!kept) return std::nullopt;
  if (kept->captured.is_at_site) {
    const std::optional<std::string> table = folder.read(kObjectsName, kLargestTable);
    if (!table || to_hex(sha256(as_bytes(*table))) != kept->digest) {
      throw Error(ErrorCode::corrupt,
                  printable(folder.path()) + "/" + kObjectsName + " is missing, or not of this capture; capture again");
    }
    kept->captured.evidence.objects = cli::ObjectTable::from_bytes(as_bytes(*table));
  }
  return std::move(kept->captured);
}

void save_captured_store(AgentFolder& folder, const CapturedStore& captured) {
  std::string digest;
  if (captured.is_at_site) {
    const Bytes table = captured.evidence.objects.to_bytes();
    digest = to_hex(sha256(table));
    folder.write(kObjectsName, as_text(table));
  }
  write(folder, captured, digest);
}

void ask_site(const StepEnvironment& environment, CapturedStore& captured) {
  const std::optional<Identity> identity = load_identity(environment.folder);
  if (captured.released.empty() || !identity || identity->certificate.empty()) return;
  transport::HttpClient client(site_options(environment, ""));
  captured.released = site_client::state_of_capture(client, captured.capture);
}

void note_release(AgentFolder& folder, const std::string& state) {
  std::optional<Kept> kept = read(folder);
  if (!kept) return;
  kept->captured.released = state;
  write(folder, kept->captured, kept->digest);
}

void forget_captured_store(AgentFolder& folder) {
  folder.remove(kFileName);
  folder.remove(kObjectsName);
}

}  // namespace rehome::agent
