// SPDX-License-Identifier: Apache-2.0
// One suite over both databases: what the records rely on holds in SQLite and in a real PostgreSQL.
#include "base/database/database.h"

#include <atomic>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <thread>

#include "base/core/error.h"
#include "tests/support/postgresql_server.h"
#include "tests/support/scratch_folder.h"

namespace rehome {
namespace {

using testing::PostgresqlServer;
using testing::ScratchFolder;

/// One server for the whole program: starting one takes seconds.
PostgresqlServer& server() {
  static PostgresqlServer instance;
  return instance;
}

class DatabaseTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "PostgreSQL") {
      if (!PostgresqlServer::is_installed()) GTEST_SKIP() << "SKIPPED: PostgreSQL 15 is not installed";
      address_ = server().make_database();
    }
    database_ = open();
    database_->write([](Transaction& transaction) {
      transaction.execute("CREATE TABLE things (id TEXT PRIMARY KEY, amount BIGINT, note TEXT)");
    });
  }

  std::unique_ptr<Database> open() {
    return address_.empty() ? open_sqlite((scratch_.path() / "records.db").string()) : open_postgresql(address_);
  }

  void add(const std::string& id, std::int64_t amount) {
    database_->write([&](Transaction& transaction) {
      transaction.execute("INSERT INTO things (id, amount) VALUES (:id, :amount)", {id, amount});
    });
  }

  std::int64_t sum() {
    return database_->read([](Transaction& transaction) {
      return transaction.query("SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM things").at(0).integer(0);
    });
  }

  ScratchFolder scratch_;
  std::string address_;
  std::unique_ptr<Database> database_;
};

TEST_P(DatabaseTest, GivesBackWhatWasPutIn) {
  database_->write([](Transaction& transaction) {
    const std::string insert = "INSERT INTO things (id, amount, note) VALUES (:id, :amount, :note)";
    transaction.execute(insert, {"a", std::int64_t{1} << 62, "O'Neil: \"x\" \\ 100 % ä 🏠"});
    transaction.execute(insert, {"b", Value(), Value()});
    transaction.execute(insert, {"c", std::int64_t{-1}, ""});
  });
  const Rows rows = database_->read([](Transaction& transaction) {
    return transaction.query("SELECT id, amount, note FROM things WHERE id <> :none ORDER BY id", {"z"});
  });
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].integer(1), std::int64_t{1} << 62);
  EXPECT_EQ(rows[0].text(2), "O'Neil: \"x\" \\ 100 % ä 🏠");
  EXPECT_EQ(rows[1].optional_integer(1), std::nullopt);
  EXPECT_EQ(rows[1].optional_text(2), std::nullopt);
  EXPECT_EQ(rows[2].integer(1), -1);
  EXPECT_EQ(rows[2].text(2), "");
  EXPECT_THROW(rows[1].integer(1), Error);
  EXPECT_THROW(rows[0].integer(3), Error);
}

TEST_P(DatabaseTest, TypesDoNotDependOnTheFirstRow) {
  database_->write([](Transaction& transaction) {
    transaction.execute("INSERT INTO things (id) VALUES ('a')");
    transaction.execute("INSERT INTO things (id, amount) VALUES ('b', 5)");
  });
  const Rows rows = database_->read([](Transaction& transaction) {
    return transaction.query(
        "SELECT id, MAX(amount), COUNT(*), EXISTS (SELECT 1 FROM things WHERE amount > 4) FROM things GROUP BY id "
        "ORDER BY id");
  });
  EXPECT_EQ(rows[0].optional_integer(1), std::nullopt);
  EXPECT_EQ(rows[1].optional_integer(1), 5);
  EXPECT_EQ(rows[1].integer(2), 1);
  EXPECT_TRUE(rows[0].flag(3));
}

TEST_P(DatabaseTest, TellsHowManyRowsChanged) {
  add("a", 1);
  add("b", 2);
  database_->write([](Transaction& transaction) {
    EXPECT_EQ(transaction.execute("UPDATE things SET amount = 7"), 2U);
    EXPECT_EQ(transaction.execute("DELETE FROM things WHERE id = :id", {"a"}), 1U);
    EXPECT_EQ(transaction.execute("DELETE FROM things WHERE id = :id", {"a"}), 0U);
  });
}

TEST_P(DatabaseTest, AnErrorLeavesNothingBehind) {
  EXPECT_THROW(database_->write([](Transaction& transaction) {
    transaction.execute("INSERT INTO things (id, amount) VALUES ('a', 1)");
    throw Error(ErrorCode::refused, "changed my mind");
  }),
               Error);
  EXPECT_EQ(sum(), 0);
  add("a", 2);
  EXPECT_EQ(sum(), 2);
}

TEST_P(DatabaseTest, AViolatedConstraintIsAlreadyExists) {
  add("a", 1);
  try {
    add("a", 2);
    FAIL() << "the same key was taken twice";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::already_exists);
  }
  EXPECT_EQ(sum(), 1);
}

TEST_P(DatabaseTest, BrokenSqlSaysWhatIsWrong) {
  try {
    database_->read([](Transaction& transaction) { return transaction.query("SELECT nonsense FROM things"); });
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("nonsense"));
  }
  EXPECT_EQ(sum(), 0);
}

TEST_P(DatabaseTest, WhatWasCommittedIsThereAfterOpeningAgain) {
  add("a", 3);
  database_.reset();
  database_ = open();
  EXPECT_EQ(sum(), 3);
}

// Each thread reads the sum and adds one: a lost update would show.
TEST_P(DatabaseTest, TransactionsBehaveAsIfAlone) {
  add("total", 0);
  constexpr int kThreads = 6;
  constexpr int kRounds = 10;
  std::vector<std::jthread> threads;
  for (int number = 0; number < kThreads; ++number) {
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds; ++round) {
        database_->write([](Transaction& transaction) {
          const std::int64_t seen = transaction.query("SELECT amount FROM things WHERE id = 'total'").at(0).integer(0);
          transaction.execute("UPDATE things SET amount = :amount WHERE id = 'total'", {seen + 1});
        });
      }
    });
  }
  threads.clear();
  EXPECT_EQ(sum(), kThreads * kRounds);
}

// Two that each look at what the other writes: only one of them may find the place free.
TEST_P(DatabaseTest, WhatOneCheckedNoOtherChangesMeanwhile) {
  std::atomic<int> taken{0};
  std::vector<std::jthread> threads;
  for (const char* name : {"a", "b", "c", "d"}) {
    threads.emplace_back([&, name] {
      const bool mine = database_->write([&](Transaction& transaction) {
        if (transaction.query("SELECT COUNT(*) FROM things").at(0).integer(0) > 0) return false;
        transaction.execute("INSERT INTO things (id, amount) VALUES (:id, 1)", {name});
        return true;
      });
      if (mine) ++taken;
    });
  }
  threads.clear();
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(sum(), 1);
}

TEST_P(DatabaseTest, AReaderSeesOneState) {
  add("a", 1);
  database_->read([&](Transaction& transaction) {
    const auto first = transaction.query("SELECT amount FROM things WHERE id = 'a'").at(0).integer(0);
    database_->write([](Transaction& other) { other.execute("UPDATE things SET amount = 2"); });
    EXPECT_EQ(transaction.query("SELECT amount FROM things WHERE id = 'a'").at(0).integer(0), first);
  });
  EXPECT_EQ(sum(), 2);
}

TEST_P(DatabaseTest, ALostConnectionIsReplaced) {
  if (GetParam() != "PostgreSQL") GTEST_SKIP() << "SQLite has no connection to lose";
  add("a", 1);
  server().cut_connections();
  EXPECT_EQ(sum(), 1);
  server().crash_and_restart();
  add("b", 1);
  EXPECT_EQ(sum(), 2);
}

TEST_P(DatabaseTest, AConnectionLostInTheMiddleCommitsNothing) {
  if (GetParam() != "PostgreSQL") GTEST_SKIP() << "SQLite has no connection to lose";
  try {
    database_->write([](Transaction& transaction) {
      transaction.execute("INSERT INTO things (id, amount) VALUES ('a', 1)");
      server().cut_connections();
      transaction.execute("INSERT INTO things (id, amount) VALUES ('b', 1)");
    });
    FAIL() << "nobody noticed that the connection was cut";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::io);
  }
  EXPECT_EQ(sum(), 0);
}

INSTANTIATE_TEST_SUITE_P(Both, DatabaseTest, ::testing::Values("SQLite", "PostgreSQL"),
                         [](const auto& parameter) { return parameter.param; });

TEST(SqliteTest, WhatIsNoDatabaseIsRefused) {
  const ScratchFolder scratch;
  scratch.write("records.db", std::string(5000, 'x'));
  try {
    open_sqlite((scratch.path() / "records.db").string());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
    EXPECT_THAT(error.what(), ::testing::AllOf(::testing::HasSubstr("records.db"), ::testing::HasSubstr("a backup")));
  }
}

// Records hold hashes of passwords and wrapped keys. Also the files that SQLite puts beside it, and one made before.
TEST(SqliteTest, FilesAreForTheirOwnerAlone) {
  const ScratchFolder scratch;
  const mode_t before = ::umask(0);
  {
    const auto database = open_sqlite((scratch.path() / "records.db").string());
    database->write([](Transaction& transaction) { transaction.execute("CREATE TABLE things (id TEXT)"); });
    for (const char* name : {"records.db", "records.db-wal", "records.db-shm"}) {
      EXPECT_EQ(std::filesystem::status(scratch.path() / name).permissions(), std::filesystem::perms(0600)) << name;
    }
  }
  ::umask(before);
  std::filesystem::permissions(scratch.path() / "records.db", std::filesystem::perms(0666));
  open_sqlite((scratch.path() / "records.db").string());
  EXPECT_EQ(std::filesystem::status(scratch.path() / "records.db").permissions(), std::filesystem::perms(0600));
}

TEST(PostgresqlTest, APasswordInTheAddressIsRefused) {
  for (const char* address : {"postgresql://site:secret@db/site", "postgresql://db/site?password=secret"}) {
    try {
      open_postgresql(address);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::refused);
      EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr("secret")));
    }
  }
}

// As people write it: without any parameter, over TCP.
TEST(PostgresqlTest, ThePlainAddressIsUnderstood) {
  if (!PostgresqlServer::is_installed()) GTEST_SKIP() << "SKIPPED: PostgreSQL 15 is not installed";
  const std::string address = server().make_database_over_tcp();
  for (const std::string& form : {address, address + "?", address + "?connect_timeout=10"}) {
    const std::string name = open_postgresql(form)->read([](Transaction& transaction) {
      return transaction.query("SELECT CAST(current_database() AS TEXT)").at(0).text(0);
    });
    EXPECT_EQ(name, address.substr(address.rfind('/') + 1)) << form;
  }
}

TEST(PostgresqlTest, AServerThatIsNotThereIsAnError) {
  EXPECT_THROW(open_postgresql("postgresql:///site?host=/nowhere"), Error);
}

}  // namespace
}  // namespace rehome
