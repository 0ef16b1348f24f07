// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgresql_server.h"

#include <cstdlib>
#include <fstream>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace rehome::testing {

namespace {

const std::filesystem::path kPrograms = "/usr/lib/postgresql/15/bin";

void shell(const std::string& command) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

/// PostgreSQL refuses to run as root.
std::string as_its_user(const std::string& command) {
  return ::geteuid() == 0 ? "runuser -u postgres -- " + command : command;
}

/// Free a moment ago.
std::string find_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const bool is_bound = ::bind(descriptor, any, length) == 0 && ::getsockname(descriptor, any, &length) == 0;
  ::close(descriptor);
  if (!is_bound) throw std::runtime_error("no port for PostgreSQL");
  return std::to_string(ntohs(address.sin_port));
}

}  // namespace

bool PostgresqlServer::is_installed() { return std::filesystem::exists(kPrograms / "postgres"); }

PostgresqlServer::PostgresqlServer(const std::filesystem::path& parent) {
  std::string pattern = (parent / "rehome-postgresql-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch folder for PostgreSQL");
  folder_ = pattern;
  port_ = find_port();
  if (::geteuid() == 0) shell("chown postgres " + folder_.string());
  run("initdb", "-D " + (folder_ / "data").string() + " -A trust -U site --no-sync");
  start();
}

PostgresqlServer::~PostgresqlServer() {
  try {
    run("pg_ctl", "-D " + (folder_ / "data").string() + " -m immediate -w stop");
  } catch (const std::exception&) {  // it may be down already: the folder goes in any case
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PostgresqlServer::start() {
  run("pg_ctl", "-D " + (folder_ / "data").string() + " -l " + (folder_ / "log").string() + " -w -o \"-k " +
                    folder_.string() + " -p " + port_ +
                    " -c listen_addresses=127.0.0.1 -c shared_buffers=16MB\" start");
}

void PostgresqlServer::run(const std::string& program, const std::string& arguments) const {
  shell("cd " + folder_.string() + " && " + as_its_user((kPrograms / program).string() + " " + arguments) +
        " >/dev/null 2>&1");
}

std::string PostgresqlServer::sql(const std::string& statement) const {
  return "psql -h " + folder_.string() + " -p " + port_ + " -U site -d postgres -q -c \"" + statement +
         "\" >/dev/null 2>&1";
}

std::string PostgresqlServer::add_database() {
  std::string name = "site" + std::to_string(++databases_);
  shell(sql("CREATE DATABASE " + name));
  return name;
}

std::string PostgresqlServer::make_database() {
  return "postgresql:///" + add_database() + "?host=" + folder_.string() + "&port=" + port_ + "&user=site";
}

std::string PostgresqlServer::make_database_over_tcp() {
  return "postgresql://site@127.0.0.1:" + port_ + "/" + add_database();
}

void PostgresqlServer::cut_connections() {
  shell(
      sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname <> "
          "'postgres'"));
}

void PostgresqlServer::crash_and_restart() {
  run("pg_ctl", "-D " + (folder_ / "data").string() + " -m immediate -w stop");
  start();
}

}  // namespace rehome::testing
