// SPDX-License-Identifier: Apache-2.0
// `rehome volume apply IMAGE FOLDER`: a system onto the volume that is mounted there.
#include <chrono>
#include <fmt/format.h>
#include <memory>

#include "base/archive/apply.h"
#include "base/core/quantities.h"
#include "model/outcome.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/volume/internal/declarations.h"

namespace rehome::volume {

namespace {

using cli::Context;
using cli::ExitCode;
using std::chrono::steady_clock;

struct ApplyOptions {
  std::string image, folder;
  std::vector<std::string> protect = {"rehome"};
};

/// Says now and then how far it is: one living line on a terminal, a line each ten seconds otherwise.
class ProgressLine {
 public:
  explicit ProgressLine(Context& context)
      : context_(context), interval_(context.surroundings.err_is_terminal ? 200 : 10'000) {}
  ~ProgressLine() {
    if (shown_ && context_.surroundings.err_is_terminal) context_.surroundings.err << "\n";
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const archive::ApplyProgress& progress) {
    const auto now = steady_clock::now();
    if (context_.options.quiet || now - last_ < interval_) return;
    last_ = now;
    shown_ = true;
    const bool is_living = context_.surroundings.err_is_terminal;
    context_.surroundings.err << fmt::format("{}applying: {} of {}{}", is_living ? "\r" : "",
                                             human_bytes(progress.done_bytes), human_bytes(progress.total_bytes),
                                             is_living ? "   " : "\n")
                              << std::flush;
  }

 private:
  Context& context_;
  std::chrono::milliseconds interval_;
  steady_clock::time_point last_ = steady_clock::now();
  bool shown_ = false;
};

archive::Applied apply_to(const ApplyOptions& options, Context& context) {
  const std::unique_ptr<Machine> host = cli::open_machine("/");
  const std::unique_ptr<WritableFolder> target =
      host->files().open_for_writing(host->files().canonical(cli::absolute_path(options.folder)));
  ProgressLine line(context);
  return archive::apply_image(cli::absolute_path(options.image), *target,
                              {.protected_names = options.protect,
                               .on_progress = [&](const archive::ApplyProgress& progress) { line.show(progress); },
                               .cancelled = context.surroundings.interrupted});
}

Json to_json(const archive::Applied& applied) {
  Json::List losses;
  for (const std::string& loss : applied.listed_losses) losses.emplace_back(printable(loss));
  return Json::Object{{"entries", applied.entries},
                      {"content_bytes", applied.content_bytes},
                      {"left_out", applied.left_out},
                      {"losses", applied.losses},
                      {"listed_losses", std::move(losses)}};
}

ExitCode apply(const ApplyOptions& options, Context& context) {
  const archive::Applied applied = apply_to(options, context);
  for (const std::string& loss : applied.listed_losses) context.surroundings.err << printable(loss) << "\n";
  if (context.options.json) {
    cli::print_json(to_json(applied), context);
  } else if (!context.options.quiet) {
    context.surroundings.out << fmt::format("applied {} with {}\n", counted(applied.entries, "object"),
                                            human_bytes(applied.content_bytes));
  }
  return applied.losses == 0 ? ExitCode::success : ExitCode::done_with_losses;
}

}  // namespace

void declare_apply(cli::Arguments& arguments) {
  const auto options = std::make_shared<ApplyOptions>();
  arguments.option("--protect", "NAME", options->protect,
                   "A name at the top of the volume that stays as it is (default: rehome)");
  arguments.required("IMAGE", options->image, "A tar archive, a squashfs image or a folder");
  arguments.required("FOLDER", options->folder, "Where the volume is mounted");
  arguments.run([options](Context& context) { return apply(*options, context); });
}

}  // namespace rehome::volume
