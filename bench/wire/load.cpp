// SPDX-License-Identifier: Apache-2.0
// wire-load: the clients of bench/wire/run. In: what to ask of which server. Out: one line of JSON: how many requests
// and bytes, how long, how many errors, and the times of single requests. Each connection has a thread.
//
//   wire-load send    METHOD  --path P   makes the blobs 0 to --requests - 1 and sends each once
//   wire-load fetch   GET     --path P   fetches --requests times, the blobs 0 to --blobs - 1 in turns
//   wire-load greet   POST    --path P --body TEXT --seconds S --period S
//                                        idle agents: a new connection in each period, one request, then silence
//
// A blob's content follows from its number and size; its name is the SHA-256 of that, in hexadecimal digits.
#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <mutex>
#include <openssl/evp.h>
#include <optional>
#include <random>
#include <thread>

#include <CLI/CLI.hpp>

#include "wire/connection.h"

namespace rehome::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

struct Options {
  std::string mode, method, path, certificate, key, body;
  std::vector<std::string> headers;
  std::uint16_t port = 0;
  std::uint64_t rate = 0;
  std::size_t connections = 1, requests = 1, blobs = 1, blob_bytes = 4096, first = 0, name_length = 64;
  double seconds = 60, period = 30;
  bool plain = false;
};

struct Blob {
  std::string name;    // in hexadecimal digits
  std::string digest;  // as a Content-Digest says it
};

/// What the threads have seen.
struct Tally {
  std::mutex mutex;
  std::vector<double> milliseconds{};
  std::uint64_t bytes = 0, errors = 0;
  std::string first_error{};
  Clock::time_point started{}, ended{};

  void add(const std::vector<double>& times, std::uint64_t more) {
    const std::scoped_lock lock(mutex);
    milliseconds.insert(milliseconds.end(), times.begin(), times.end());
    bytes += more;
    ended = std::max(ended, Clock::now());
  }
  void fail(const std::string& why) {
    const std::scoped_lock lock(mutex);
    if (errors++ == 0) first_error = why;
  }
};

std::vector<std::uint8_t> common_content(std::size_t size) {
  std::vector<std::uint8_t> content(size);
  std::mt19937_64 generator(42);
  for (std::size_t at = 0; at + 8 <= size; at += 8) {
    const std::uint64_t word = generator();
    std::memcpy(&content[at], &word, 8);
  }
  return content;
}

void set_number(std::vector<std::uint8_t>& content, std::uint64_t number) { std::memcpy(content.data(), &number, 8); }

Blob describe(const std::vector<std::uint8_t>& content) {
  std::array<std::uint8_t, 32> hash{};
  EVP_Digest(content.data(), content.size(), hash.data(), nullptr, EVP_sha256(), nullptr);
  std::array<unsigned char, 48> base64{};
  EVP_EncodeBlock(base64.data(), hash.data(), hash.size());
  Blob blob{.name = {}, .digest = reinterpret_cast<const char*>(base64.data())};
  for (const std::uint8_t byte : hash) blob.name += fmt::format("{:02x}", byte);
  return blob;
}

std::vector<Blob> make_blobs(const Options& options, std::size_t count) {
  std::vector<Blob> blobs;
  auto content = common_content(options.blob_bytes);
  for (std::size_t number = 0; number < count; ++number) {
    set_number(content, options.first + number);
    blobs.push_back(describe(content));
  }
  return blobs;
}

std::string head_for(const Options& options, const std::string& name, std::size_t body_bytes, const std::string& more) {
  std::string head = options.method + " " + options.path + name + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more;
  for (const std::string& header : options.headers) head += header + "\r\n";
  if (options.method != "GET") head += fmt::format("Content-Length: {}\r\n", body_bytes);
  return head + "\r\n";
}

class Load {
 public:
  explicit Load(Options options)
      : options_(std::move(options)), tls_(make_tls_context(options_.certificate, options_.key)) {
    endpoint_ = {
        .port = options_.port, .tls = options_.plain ? nullptr : tls_.get(), .bytes_per_second = options_.rate};
  }

  void run();
  std::string report();

 private:
  void transfer(std::barrier<>& start);
  bool transfer_one(Connection& connection, std::size_t number, std::vector<std::uint8_t>& content);
  void greet(std::size_t which);
  void require_good(const Answer& answer) const {
    if (answer.status < 200 || answer.status >= 300) {
      throw std::runtime_error("the answer has status " + std::to_string(answer.status));
    }
  }

  Options options_;
  TlsContext tls_;
  Endpoint endpoint_;
  std::vector<Blob> blobs_;
  std::atomic<std::size_t> next_ = 0;
  Tally tally_;
};

void Load::run() {
  const bool is_transfer = options_.mode != "greet";
  if (is_transfer) blobs_ = make_blobs(options_, options_.mode == "send" ? options_.requests : options_.blobs);
  std::barrier start(static_cast<std::ptrdiff_t>(options_.connections) + 1);
  std::vector<std::jthread> threads;
  for (std::size_t which = 0; which < options_.connections; ++which) {
    threads.emplace_back([&, which] { is_transfer ? transfer(start) : greet(which); });
  }
  if (is_transfer) start.arrive_and_wait();
  tally_.started = Clock::now();
  threads.clear();
}

void Load::transfer(std::barrier<>& start) {
  std::optional<Connection> connection;
  try {
    connection.emplace(endpoint_);
  } catch (const std::exception& error) {
    tally_.fail(error.what());
  }
  auto content = options_.mode == "send" ? common_content(options_.blob_bytes) : std::vector<std::uint8_t>();
  start.arrive_and_wait();
  std::vector<double> times;
  std::uint64_t bytes = 0;
  try {
    for (std::size_t number = next_++; connection && number < options_.requests; number = next_++) {
      const auto begun = Clock::now();
      const std::string& name = blobs_[number % blobs_.size()].name;
      Answer answer;
      if (options_.mode == "send") {
        set_number(content, options_.first + number);
        const std::string digest = "Content-Digest: sha-256=:" + blobs_[number].digest + ":\r\n";
        answer = connection->request(head_for(options_, name.substr(0, options_.name_length), content.size(), digest),
                                     content);
        bytes += content.size();
      } else {
        answer = connection->request(head_for(options_, name.substr(0, options_.name_length), 0, {}));
        if (answer.body_bytes != options_.blob_bytes) throw std::runtime_error("the blob has another size");
        bytes += answer.body_bytes;
      }
      require_good(answer);
      times.push_back(Seconds(Clock::now() - begun).count() * 1000);
    }
  } catch (const std::exception& error) {
    tally_.fail(error.what());
  }
  tally_.add(times, bytes);
}

void Load::greet(std::size_t which) {
  const auto period = std::chrono::duration_cast<Clock::duration>(Seconds(options_.period));
  auto when = Clock::now() + period * which / options_.connections;
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(Seconds(options_.seconds));
  std::vector<double> times;
  std::optional<Connection> connection;
  for (; when < end; when += period) {
    std::this_thread::sleep_until(when);
    try {
      const auto begun = Clock::now();
      connection.reset();
      connection.emplace(endpoint_);
      require_good(
          connection->request(head_for(options_, "", options_.body.size(), {}),
                              {reinterpret_cast<const std::uint8_t*>(options_.body.data()), options_.body.size()}));
      times.push_back(Seconds(Clock::now() - begun).count() * 1000);
    } catch (const std::exception& error) {
      tally_.fail(error.what());
    }
  }
  std::this_thread::sleep_until(end);
  tally_.add(times, 0);
}

std::string Load::report() {
  auto& times = tally_.milliseconds;
  std::ranges::sort(times);
  const auto share = [&](double part) {
    return times.empty() ? 0.0 : times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
  };
  return fmt::format(
      R"({{"requests": {}, "bytes": {}, "seconds": {:.4f}, "errors": {}, "first_error": "{}", "p50_ms": {:.3f}, )"
      R"("p99_ms": {:.3f}, "worst_ms": {:.3f}}})",
      times.size(), tally_.bytes, Seconds(tally_.ended - tally_.started).count(), tally_.errors, tally_.first_error,
      share(0.5), share(0.99), share(1));
}

int run_program(int count, char** words) {
  Options options;
  CLI::App app("The clients of bench/wire/run");
  app.add_option("mode", options.mode)->required()->check(CLI::IsMember({"send", "fetch", "greet"}));
  app.add_option("method", options.method)->required();
  app.add_option("--port", options.port)->required();
  app.add_option("--path", options.path)->required();
  app.add_flag("--plain", options.plain);
  app.add_option("--certificate", options.certificate);
  app.add_option("--key", options.key);
  app.add_option("--header", options.headers);
  app.add_option("--body", options.body);
  app.add_option("--connections", options.connections);
  app.add_option("--requests", options.requests);
  app.add_option("--blobs", options.blobs);
  app.add_option("--blob-bytes", options.blob_bytes)->check(CLI::Range(8, 1 << 28));
  app.add_option("--first", options.first);
  app.add_option("--name-length", options.name_length);
  app.add_option("--rate", options.rate);
  app.add_option("--seconds", options.seconds);
  app.add_option("--period", options.period);
  CLI11_PARSE(app, count, words);
  std::signal(SIGPIPE, SIG_IGN);
  Load load(options);
  load.run();
  fmt::print("{}\n", load.report());
  return 0;
}

}  // namespace
}  // namespace rehome::bench

int main(int count, char** words) {
  try {
    return rehome::bench::run_program(count, words);
  } catch (const std::exception& error) {
    fmt::print(stderr, "wire-load: {}\n", error.what());
    return 1;
  }
}
