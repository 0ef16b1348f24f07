// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <memory>

#include "base/boot/enter.h"
#include "base/boot/initramfs.h"
#include "base/boot/other_root.h"
#include "base/boot/program_copy.h"
#include "base/core/error.h"
#include "base/core/platform/process.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/other_root/internal/declarations.h"

namespace rehome::other_root {

using cli::ExitCode;

namespace {

void require_root() {
  if (platform::effective_user_id() == 0) return;
  throw Error(ErrorCode::permission_denied, "this can be done by root only; use sudo");
}

ExitCode copy(const std::string& folder, cli::Context& context) {
  const MachinePath path = cli::absolute_path(folder);
  boot::copy_program(path);
  if (context.options.json) {
    cli::print_json(Json::Object{{"folder", path}, {"run", path + "/run"}}, context);
  } else if (!context.options.quiet) {
    context.surroundings.out << fmt::format("the program is in {0}; start it as {0}/run\n", path);
  }
  return ExitCode::success;
}

struct ImageOptions {
  std::string output;
  std::string folder = "/";
  std::string log;
  std::vector<std::string> modules, command;
};

ExitCode image(const ImageOptions& options, cli::Context& context) {
  require_root();
  const MachinePath path = cli::absolute_path(options.output);
  boot::make_initramfs({.folder = cli::absolute_path(options.folder),
                        .command = options.command,
                        .log = options.log,
                        .modules = options.modules},
                       path);
  if (context.options.json) {
    cli::print_json(Json::Object{{"image", path}}, context);
  } else if (!context.options.quiet) {
    context.surroundings.out << fmt::format("made {0}; start it: rehome other-root enter {0}\n", path);
  }
  return ExitCode::success;
}

ExitCode enter(const std::string& image, bool power_off, cli::Context& context) {
  require_root();
  const boot::EnterWay way =
      boot::prepare_to_enter({.initramfs = cli::absolute_path(image), .kernel = {}, .power_off = power_off});
  const char* name = way == boot::EnterWay::kexec ? "kexec" : "grub";
  if (context.options.json) {
    cli::print_json(Json::Object{{"way", name}}, context);
  } else if (!context.options.quiet) {
    context.surroundings.out << fmt::format("this system ends now, and the other root starts ({})\n", name);
  }
  context.surroundings.out.flush();
  boot::leave(way);
  return ExitCode::success;
}

}  // namespace

void declare_copy(cli::Arguments& arguments) {
  auto folder = std::make_shared<std::string>();
  arguments.required("FOLDER", *folder, "where it goes; made if only it itself is missing");
  arguments.run([folder](cli::Context& context) { return copy(*folder, context); });
}

void declare_image(cli::Arguments& arguments) {
  auto options = std::make_shared<ImageOptions>();
  arguments.option("--volume-of", "FOLDER", options->folder, "the volume of this folder becomes /target (default: /)");
  arguments.option("--log", "FILE", options->log, "file of the volume for what the command says: rehome/log");
  arguments.option("--module", "NAME", options->modules, "a further kernel module");
  arguments.required("FILE", options->output, "the initramfs to make");
  arguments.required("COMMAND", options->command,
                     "what runs there; behind \"--\"; the program itself is /rehome/rehome");
  arguments.run([options](cli::Context& context) { return image(*options, context); });
}

void declare_enter(cli::Arguments& arguments) {
  auto file = std::make_shared<std::string>();
  auto power_off = std::make_shared<bool>(false);
  arguments.required("FILE", *file, "the initramfs");
  arguments.flag("--power-off", *power_off, "switch the computer off in the end, instead of restarting it");
  arguments.run([file, power_off](cli::Context& context) { return enter(*file, *power_off, context); });
}

void declare_init(cli::Arguments& arguments) {
  arguments.run([](cli::Context&) {
    boot::run_init();
    return ExitCode::success;
  });
}

}  // namespace rehome::other_root
