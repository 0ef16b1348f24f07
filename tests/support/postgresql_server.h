// SPDX-License-Identifier: Apache-2.0
#pragma once
// A real PostgreSQL of its own in a scratch folder, reached through a socket in it or at a port of 127.0.0.1, gone with
// the object. Where it is not installed, is_installed() says so and tests skip.

#include <cstdint>
#include <filesystem>
#include <string>

namespace rehome::testing {

class PostgresqlServer {
 public:
  /// Its files lie below `parent`.
  explicit PostgresqlServer(const std::filesystem::path& parent = std::filesystem::temp_directory_path());
  ~PostgresqlServer();
  PostgresqlServer(const PostgresqlServer&) = delete;
  PostgresqlServer& operator=(const PostgresqlServer&) = delete;

  static bool is_installed();
  /// The address of a new, empty database.
  std::string make_database();
  /// The same over TCP, in the form that people write: postgresql://user@host:port/name.
  std::string make_database_over_tcp();
  /// Ends every connection, as a failing network or a restart would.
  void cut_connections();
  /// Kills it without letting it finish anything, and starts it again.
  void crash_and_restart();

 private:
  void start();
  void run(const std::string& program, const std::string& arguments) const;
  std::string sql(const std::string& statement) const;

  std::string add_database();

  std::filesystem::path folder_;
  std::string port_;
  int databases_ = 0;
};

}  // namespace rehome::testing
