// SPDX-License-Identifier: Apache-2.0
#pragma once
// Builds nodes from the events of yaml-cpp, and stops at the first thing that read_yaml() does not take.

#include <string>
#include <utility>
#include <vector>
#include <yaml-cpp/eventhandler.h>

#include "base/codec/yaml.h"

namespace rehome {

class YamlBuilder final : public YAML::EventHandler {
 public:
  explicit YamlBuilder(const YamlLimits& limits) : limits_(limits) {}

  /// What an event throws; it holds the problem.
  struct Refusal {
    YamlProblem problem;
  };

  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  /// A list or map that has begun, and the name that waits for its value.
  struct Open {
    YamlNode node;
    std::vector<YamlMember> name;  // one or none
  };
  void open(YamlNode node);
  void close();
  void add(YamlNode node);
  void begin_member(YamlNode name);
  void check(YamlPosition position, const std::string& tag, YAML::anchor_t anchor);

  YamlLimits limits_;
  std::size_t nodes_ = 0;
  std::vector<Open> open_;
  YamlNode root_;
};

YamlPosition position_of(const YAML::Mark& mark);

}  // namespace rehome
