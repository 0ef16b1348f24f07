// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/terminal.h"

#include <csignal>
#include <fcntl.h>
#include <functional>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/core/error.h"
#include "base/core/platform/fd.h"
#include "base/core/platform/interrupt.h"

namespace rehome::platform {
namespace {

constexpr int kPatience_ms = 10'000;

/// A child process with a terminal of its own, and the hands and eyes of its user.
class TerminalUser {
 public:
  explicit TerminalUser(const std::function<int()>& program) {
    int master = -1;
    const winsize size{.ws_row = 24, .ws_col = 77, .ws_xpixel = 0, .ws_ypixel = 0};
    child_ = ::forkpty(&master, nullptr, nullptr, &size);
    if (child_ == 0) ::_exit(program());
    master_ = UniqueFd(master);
  }

  void type(std::string_view text) const {
    ASSERT_EQ(::write(master_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  /// Everything shown so far, once `text` is part of it.
  std::string read_until(std::string_view text) {
    while (shown_.find(text) == std::string::npos) {
      pollfd ready{.fd = master_.get(), .events = POLLIN, .revents = 0};
      char buffer[256];
      if (::poll(&ready, 1, kPatience_ms) != 1) break;
      const ssize_t count = ::read(master_.get(), buffer, sizeof buffer);
      if (count <= 0) break;
      shown_.append(buffer, static_cast<std::size_t>(count));
    }
    return shown_;
  }
  bool echoes() const {
    termios settings{};
    return ::tcgetattr(master_.get(), &settings) == 0 && (settings.c_lflag & ECHO) != 0;
  }
  void send(int signal) const { ::kill(child_, signal); }
  /// How the child ended, as waitpid() says.
  int wait() const {
    int status = -1;
    ::waitpid(child_, &status, 0);
    return status;
  }

 private:
  pid_t child_ = -1;
  UniqueFd master_;
  std::string shown_;
};

TEST(Terminal, AsksAPassphraseWithoutShowingIt) {
  TerminalUser user([] {
    std::string passphrase = "old";
    ask_passphrase("Passphrase: ", passphrase);
    return passphrase == "open sesame" ? 0 : 1;
  });
  user.read_until("Passphrase: ");
  EXPECT_FALSE(user.echoes());
  user.type("open sesame\n");
  EXPECT_EQ(user.read_until("\n").find("sesame"), std::string::npos);
  EXPECT_EQ(user.wait(), 0);
  EXPECT_TRUE(user.echoes());
}

TEST(Terminal, TheLineIsNeverMovedInMemory) {
  TerminalUser user([] {
    std::string passphrase;
    passphrase.reserve(kLongestPassphrase);
    const char* const storage = passphrase.data();
    ask_passphrase("? ", passphrase);
    return passphrase.size() == 900 && passphrase.data() == storage ? 0 : 1;
  });
  user.read_until("? ");
  user.type(std::string(900, 'x') + "\n");
  EXPECT_EQ(user.wait(), 0);
}

TEST(Terminal, RefusesALineWithoutAnEnd) {
  TerminalUser user([] {
    std::string passphrase;
    try {
      ask_passphrase("? ", passphrase);
    } catch (const Error& error) {
      return error.code() == ErrorCode::limit_exceeded ? 0 : 1;
    }
    return 2;
  });
  user.read_until("? ");
  user.type(std::string(kLongestPassphrase + 1, 'x') + "\n");
  EXPECT_EQ(user.wait(), 0);
}

TEST(Terminal, AnInterruptEndsTheQuestionAndReachesTheProgram) {
  TerminalUser user([] {
    const Interrupt interrupt;
    std::string passphrase;
    try {
      ask_passphrase("? ", passphrase);
    } catch (const Error& error) {
      return error.code() == ErrorCode::cancelled && interrupt.requested() ? 0 : 1;
    }
    return 2;
  });
  user.read_until("? ");
  user.type("half\x03");
  EXPECT_EQ(user.wait(), 0);
  EXPECT_TRUE(user.echoes());
}

TEST(Terminal, ASignalThatKillsLeavesTheTerminalAsItWas) {
  TerminalUser user([] {
    std::string passphrase;
    ask_passphrase("? ", passphrase);
    return 0;
  });
  user.read_until("? ");
  EXPECT_FALSE(user.echoes());
  user.send(SIGTERM);
  const int status = user.wait();
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
  EXPECT_TRUE(user.echoes());
}

TEST(Terminal, EndOfInputIsNoPassphrase) {
  TerminalUser user([] {
    std::string passphrase;
    try {
      ask_passphrase("? ", passphrase);
    } catch (const Error& error) {
      return error.code() == ErrorCode::cancelled ? 0 : 1;
    }
    return 2;
  });
  user.read_until("? ");
  user.type("\x04");
  EXPECT_EQ(user.wait(), 0);
}

TEST(Terminal, SaysSoWhereThereIsNone) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();  // away from the terminal of whoever runs this
    std::string passphrase;
    try {
      ask_passphrase("? ", passphrase);
    } catch (const Error& error) {
      ::_exit(error.code() == ErrorCode::unsupported ? 0 : 1);
    }
    ::_exit(2);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(Terminal, KnowsTheStreamsThatAreOne) {
  TerminalUser user([] {
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    ::dup2(null.get(), STDERR_FILENO);
    return is_terminal(Stream::output) && terminal_width(Stream::output) == 77 && !is_terminal(Stream::error) &&
                   !terminal_width(Stream::error)
               ? 0
               : 1;
  });
  EXPECT_EQ(user.wait(), 0);
}

}  // namespace
}  // namespace rehome::platform
