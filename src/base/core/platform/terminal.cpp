// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/terminal.h"

#include <array>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/core/error.h"
#include "base/core/platform/fd.h"

namespace rehome::platform {

namespace {

int fd_of(Stream stream) {
  switch (stream) {
    case Stream::input:
      return STDIN_FILENO;
    case Stream::output:
      return STDOUT_FILENO;
    case Stream::error:
      return STDERR_FILENO;
  }
  return -1;
}

std::atomic<int> signal_at_prompt{0};  // a handler reaches nothing but statics

extern "C" void note_signal_at_prompt(int number) { signal_at_prompt = number; }

/// Catches what would end the process and leave the terminal mute, and lets it come only while wait_for_input() waits,
/// so that none can slip in just before. When it goes, the handlers of before are back, and a signal that came is
/// delivered to them.
class SignalsHeldBack {
 public:
  SignalsHeldBack() {
    signal_at_prompt = 0;
    struct sigaction action{};
    action.sa_handler = note_signal_at_prompt;
    sigemptyset(&action.sa_mask);
    sigset_t caught{};
    sigemptyset(&caught);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals[i], &action, &before_[i]);
      sigaddset(&caught, kSignals[i]);
    }
    ::pthread_sigmask(SIG_BLOCK, &caught, &mask_before_);
  }
  ~SignalsHeldBack() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    if (signal_at_prompt != 0) (void)std::raise(signal_at_prompt);
  }
  SignalsHeldBack(const SignalsHeldBack&) = delete;
  SignalsHeldBack& operator=(const SignalsHeldBack&) = delete;

  /// False when a signal came instead.
  bool wait_for_input(int terminal) const {
    pollfd ready{.fd = terminal, .events = POLLIN, .revents = 0};
    while (signal_at_prompt == 0) {
      if (::ppoll(&ready, 1, nullptr, &mask_before_) != -1 || errno != EINTR) return true;
    }
    return false;
  }

 private:
  static constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  std::array<struct sigaction, kSignals.size()> before_{};
  sigset_t mask_before_{};
};

class EchoOff {
 public:
  explicit EchoOff(int terminal) : terminal_(terminal) {
    checked(::tcgetattr(terminal_, &before_), [] { return "read the settings of the terminal"; });
    termios mute = before_;
    mute.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
    mute.c_cc[VSUSP] = _POSIX_VDISABLE;  // a stopped process would leave the terminal mute
    checked(::tcsetattr(terminal_, TCSAFLUSH, &mute), [] { return "hide what is typed on the terminal"; });
  }
  ~EchoOff() {
    ::tcsetattr(terminal_, TCSAFLUSH, &before_);  // half a passphrase must not become a command of the shell
    (void)!::write(terminal_, "\n", 1);           // the user's own was not shown
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

 private:
  int terminal_;
  termios before_{};
};

void read_line(int terminal, const SignalsHeldBack& signals, std::string& line) {
  char byte = 0;
  for (;;) {
    const ssize_t count = signals.wait_for_input(terminal) ? ::read(terminal, &byte, 1) : 0;
    if (count == 0) throw Error(ErrorCode::cancelled, "no passphrase was given");
    if (count < 0) {
      if (errno == EINTR) continue;
      throw system_error(errno, "read the passphrase from the terminal");
    }
    if (byte == '\n') return;
    if (line.size() == kLongestPassphrase) {
      throw Error(ErrorCode::limit_exceeded,
                  "the passphrase is longer than " + std::to_string(kLongestPassphrase) + " bytes; use a key file");
    }
    line.push_back(byte);
  }
}

}  // namespace

bool is_terminal(Stream stream) { return ::isatty(fd_of(stream)) == 1; }

std::optional<std::size_t> terminal_width(Stream stream) {
  winsize size{};
  if (::ioctl(fd_of(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

void ask_passphrase(std::string_view prompt, std::string& passphrase) {
  passphrase.clear();
  passphrase.reserve(kLongestPassphrase);
  const UniqueFd terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal) {
    throw Error(ErrorCode::unsupported, "there is no terminal to ask for a passphrase; give it in a file", errno);
  }
  const SignalsHeldBack signals;
  const EchoOff echo_off(terminal.get());
  (void)!::write(terminal.get(), prompt.data(), prompt.size());
  read_line(terminal.get(), signals, passphrase);
}

}  // namespace rehome::platform
