// SPDX-License-Identifier: Apache-2.0
// `rehome sequence new`: a sequence for a common scenario. What the command line does not say is asked on a terminal.
#include <fmt/format.h>
#include <memory>

#include "base/core/check.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/migration/rule_loading.h"
#include "programs/task_sequence/internal/declarations.h"
#include "programs/task_sequence/scenarios.h"
#include "sequence/read.h"

namespace rehome::task_sequence {

namespace {

using cli::Context;
using cli::ExitCode;

constexpr const char* kUsualImage = "/rehome/image.tar.zst";

struct NewLine {
  std::string scenario, output;
  Answers answers;
};

std::string ask(const Context& context, const std::string& question) {
  const std::optional<std::string> answer = context.surroundings.ask(question);
  return answer.value_or("");
}

std::string ask_scenario(const Context& context) {
  std::string question = "What is to be done?\n";
  for (const Scenario& each : scenarios()) question += fmt::format("  {:<12} {}\n", each.name, each.summary);
  const std::string answer = ask(context, question + "Scenario: ");
  if (!answer.empty()) return answer;
  throw Error(ErrorCode::invalid_argument, "no scenario is named; give it with --scenario");
}

void complete(NewLine& line, const Scenario& scenario, const Context& context) {
  if (scenario.wants_image && line.answers.image.empty()) {
    line.answers.image = ask(context, fmt::format("Image of the new system, in /rehome [{}]: ", kUsualImage));
    if (line.answers.image.empty()) line.answers.image = kUsualImage;
  }
  if (scenario.wants_image && !line.answers.image.starts_with("/rehome/")) {
    throw Error(ErrorCode::invalid_argument,
                printable(line.answers.image) + " would be wiped with the old system: put the image below /rehome");
  }
  if (!scenario.wants_store) return;
  if (line.answers.store.empty()) line.answers.store = ask(context, "Folder for the store, on another disk: ");
  if (!line.answers.store.starts_with('/') || line.answers.store.find_first_not_of('/') == std::string::npos) {
    throw Error(ErrorCode::invalid_argument, "the store needs a folder by its absolute path: give it with --store");
  }
}

ExitCode write_new(NewLine line, Context& context) {
  const Scenario& scenario = scenario_named(line.scenario.empty() ? ask_scenario(context) : line.scenario);
  complete(line, scenario, context);
  const std::string text = scenario.text(line.answers);
  const Diagnostics diagnostics = sequence::read_sequence(line.output, text).diagnostics;
  check(!has_errors(diagnostics), "what this program writes it can read");
  cli::write_public_file(line.output, as_bytes(text));
  cli::print_diagnostics(diagnostics, context);
  if (context.options.json) {
    cli::print_json(Json::Object{{"file", printable(line.output)}, {"scenario", scenario.name}}, context);
  } else if (!context.options.quiet) {
    context.surroundings.out << fmt::format("{0} is written; look at it, then: rehome sequence run {0}\n",
                                            printable(line.output));
  }
  return ExitCode::success;
}

}  // namespace

void declare_new(cli::Arguments& arguments) {
  const auto line = std::make_shared<NewLine>();
  arguments.option("--scenario", "NAME", line->scenario, "refresh, refresh-smp, replace, capture or restore");
  arguments.option("--image", "FILE", line->answers.image, "Image of the new system, in the protected folder /rehome");
  arguments.option("--store", "DIR", line->answers.store, "Folder for the store of a capture, on another disk");
  arguments.required("FILE", line->output, "The sequence to write");
  arguments.run([line](Context& context) { return write_new(*line, context); });
}

}  // namespace rehome::task_sequence
