// SPDX-License-Identifier: Apache-2.0
#include "sequence/internal/read_action.h"

#include <algorithm>
#include <array>

#include "base/core/suggestion.h"
#include "model/outcome.h"

namespace rehome::sequence {

namespace {

Action read_request(MapReader& map) {
  const Text purpose = map.take_needed_text("for");
  const bool for_restore = purpose.text == "restore";
  if (!for_restore && purpose.text != "capture") map.source().error(purpose.place, "for is capture or restore");
  return RunStateStep{.step = StateStep::request_state_store, .for_restore = for_restore};
}

template <StateStep kStep>
Action read_state_step(MapReader& /*map*/) {
  return RunStateStep{.step = kStep};
}

/// A list of words; or one text, for the shell.
std::vector<Text> read_words(const YamlNode& node, MapReader& map) {
  if (node.kind == YamlNode::Kind::text) {
    const Place place = place_of(node.position);
    return {{place, "/bin/sh"}, {place, "-c"}, {place, node.text}};
  }
  std::vector<Text> words;
  if (node.kind != YamlNode::Kind::list) map.source().error(place_of(node.position), "command is a text or a list");
  for (const YamlNode& item : node.items) {
    if (auto word = read_text(item, "a word of a command", map.source())) words.push_back(std::move(*word));
  }
  return words;
}

Action read_command(MapReader& map) {
  RunCommand command;
  if (const YamlNode* words = map.take("command")) command.words = read_words(*words, map);
  if (command.words.empty()) map.source().error(map.place(), "run-command needs \"command\", with a program");
  command.folder = map.take_text("folder");
  command.root = map.take_text("root");
  command.success_codes = map.take_numbers("success-codes", {0});
  command.restart_codes = map.take_numbers("restart-codes", {});
  command.once = map.take_truth("once");
  return command;
}

Action read_hook(MapReader& map) { return RunHook{.name = map.take_needed_text("hook").text}; }

Action read_restart(MapReader& /*map*/) { return Restart{}; }

Action read_other_root(MapReader& map) { return EnterOtherRoot{.image = map.take_text("image")}; }

Action read_wipe(MapReader& map) {
  WipeVolume wipe{.folder = map.take_needed_text("folder")};
  const YamlNode* accepted = map.take("accept");
  if (accepted == nullptr) return wipe;
  if (accepted->kind != YamlNode::Kind::list) map.source().error(place_of(accepted->position), "accept is a list");
  for (const YamlNode& item : accepted->items) {
    if (auto path = read_text(item, "a path of accept", map.source())) wipe.accepted.push_back(std::move(*path));
  }
  return wipe;
}

Action read_image(MapReader& map) {
  return ApplyImage{.image = map.take_needed_text("image"), .folder = map.take_needed_text("folder")};
}

Action read_assignments(MapReader& map) {
  if (!map.has("variables")) map.source().error(map.place(), "set-variables needs \"variables\"");
  return SetVariables{};
}

struct KindOfStep {
  std::string_view name;
  Action (*read)(MapReader& map);
};

const std::array kKinds = {
    KindOfStep{name_of(StateStep::request_state_store), read_request},
    KindOfStep{name_of(StateStep::capture_user_state), read_state_step<StateStep::capture_user_state>},
    KindOfStep{name_of(StateStep::restore_user_state), read_state_step<StateStep::restore_user_state>},
    KindOfStep{name_of(StateStep::release_state_store), read_state_step<StateStep::release_state_store>},
    KindOfStep{RunCommand::kKind, read_command},
    KindOfStep{RunHook::kKind, read_hook},
    KindOfStep{Restart::kKind, read_restart},
    KindOfStep{EnterOtherRoot::kKind, read_other_root},
    KindOfStep{WipeVolume::kKind, read_wipe},
    KindOfStep{ApplyImage::kKind, read_image},
    KindOfStep{SetVariables::kKind, read_assignments},
};

}  // namespace

Action read_action(MapReader& map) {
  const Text kind = map.take_text("step");
  const auto found = std::ranges::find(kKinds, kind.text, &KindOfStep::name);
  if (found != kKinds.end()) return found->read(map);
  std::array<std::string_view, std::tuple_size_v<decltype(kKinds)>> names;
  std::ranges::transform(kKinds, names.begin(), &KindOfStep::name);
  map.source().error(kind.place, "there is no step \"" + printable(kind.text) + "\"" + did_you_mean(kind.text, names));
  return SetVariables{};
}

}  // namespace rehome::sequence
