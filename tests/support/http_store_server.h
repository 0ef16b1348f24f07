// SPDX-License-Identifier: Apache-2.0
#pragma once
// A site for the tests of the client: an authority of its own, and tests/support/http_store_server.py as a process that
// speaks TLS with a certificate of that authority. In: faults to make. Out: what was asked of it. One thread commands
// it.

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "base/codec/certificate.h"
#include "base/codec/certificate_authority.h"
#include "base/codec/json.h"
#include "base/codec/system_random.h"
#include "base/core/clock.h"
#include "tests/support/source_folder.h"

namespace rehome::testing {

class HttpStoreServer {
 public:
  struct Options {
    bool wants_client_certificate = false;
    bool tls_1_2 = false;  // and nothing newer; only with wants_client_certificate
    ServerNames names{.hosts = {"localhost"}, .addresses = {"127.0.0.1"}};
  };

  HttpStoreServer() : HttpStoreServer(Options{}) {}
  explicit HttpStoreServer(const Options& options) {
    const CertifiedKey key = authority_.issue_server(options.names, 1);
    // With the authority's own behind it, as at first contact an agent knows nothing but its fingerprint.
    write("chain.pem", key.certificate + authority_.certificate());
    write("key.pem", std::string(as_text(key.private_key.view())));
    write("authority.pem", authority_.certificate());
    std::filesystem::create_directory(folder());
    start(options);
  }
  ~HttpStoreServer() {
    std::fclose(commands_);
    std::fclose(answers_);
    ::waitpid(process_, nullptr, 0);
    std::filesystem::remove_all(place_);
  }
  HttpStoreServer(const HttpStoreServer&) = delete;
  HttpStoreServer& operator=(const HttpStoreServer&) = delete;

  const CertificateAuthority& authority() const { return authority_; }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  std::int64_t port() const { return port_; }
  /// Where the blobs lie, each as a file of its name.
  std::string folder() const { return place_ + "/blobs"; }

  /// See State.take_fault in the script; the values of `fault` in JSON.
  void fault(const std::string& fault) { command("{\"fault\": " + fault + "}"); }
  /// The requests since it was asked last.
  Json take_log() { return command("{\"log\": true}"); }
  std::size_t requests() { return take_log().list()->size(); }

 private:
  static std::string make_folder() {
    std::string path = (std::filesystem::temp_directory_path() / "rehome-server-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary folder");
    return path;
  }
  void write(const std::string& name, const std::string& text) const { std::ofstream(place_ + "/" + name) << text; }

  void start(const Options& options) {
    int to_child[2], from_child[2];
    if (::pipe2(to_child, O_CLOEXEC) != 0 || ::pipe2(from_child, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const std::string script = (source_folder() / "tests/support/http_store_server.py").string();
    const std::string chain = place_ + "/chain.pem", key = place_ + "/key.pem", authority = place_ + "/authority.pem";
    const std::string blobs = folder();
    const char* clients = options.wants_client_certificate ? authority.c_str() : nullptr;
    const char* newest = options.tls_1_2 ? "TLS_1_2" : nullptr;
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(to_child[0], 0);
      ::dup2(from_child[1], 1);
      ::execlp("python3", "python3", script.c_str(), blobs.c_str(), chain.c_str(), key.c_str(), clients, newest,
               nullptr);
      ::_exit(127);
    }
    ::close(to_child[0]);
    ::close(from_child[1]);
    commands_ = ::fdopen(to_child[1], "w");
    answers_ = ::fdopen(from_child[0], "r");
    port_ = *read_answer().find("port")->integer();
  }

  Json command(const std::string& line) {
    std::fputs((line + "\n").c_str(), commands_);
    std::fflush(commands_);
    return read_answer();
  }
  Json read_answer() {
    std::string line;
    for (int c = std::fgetc(answers_); c != EOF && c != '\n'; c = std::fgetc(answers_)) line += static_cast<char>(c);
    return parse_json(line, "the answer of the test's server", {.bytes = 64 << 20, .depth = 9, .values = 1'000'000});
  }

  SystemClock clock_;
  SystemRandom random_;
  CertificateAuthority authority_ = CertificateAuthority::make("TST", {clock_, random_});
  std::string place_ = make_folder();
  pid_t process_ = 0;
  std::FILE* commands_ = nullptr;
  std::FILE* answers_ = nullptr;
  std::int64_t port_ = 0;
};

}  // namespace rehome::testing
