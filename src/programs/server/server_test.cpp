// SPDX-License-Identifier: Apache-2.0
// A site over its own wire: the client, the store and the records as users run them, in one process.
#include "programs/server/server.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sys/stat.h>
#include <thread>

#include "base/codec/base64.h"
#include "base/codec/json_fields.h"
#include "base/codec/system_random.h"
#include "base/core/error.h"
#include "base/machine/linux/linux_file_tree.h"
#include "flow/store/vault.h"
#include "flow/transport/http_blob_store.h"
#include "programs/server/site_folder.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/tls_client.h"
#include "tests/support/vault_world.h"

namespace rehome::server {
namespace {

using rehome::testing::code_of;
using rehome::testing::noise;
using rehome::testing::ScratchFolder;
using rehome::testing::TlsClient;
using rehome::testing::VaultWorld;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using transport::HttpClient;
using transport::HttpMethod;

/// A program that speaks to the site as somebody.
class Caller {
 public:
  explicit Caller(transport::HttpClientOptions options) : client_(std::make_unique<HttpClient>(std::move(options))) {}

  Json post(const std::string& path, const Json& body = Json::Object{}) { return call(HttpMethod::post, path, body); }
  Json get(const std::string& path) { return call(HttpMethod::get, path, Json()); }
  Json call(HttpMethod method, const std::string& path, const Json& body) {
    const std::string text = body.is_null() ? "" : to_text(body);
    transport::HttpRequest request{.method = method, .path = path};
    if (const std::size_t mark = path.find('?'); mark != std::string::npos) {
      const std::size_t equals = path.find('=', mark);
      request.path = path.substr(0, mark);
      request.query = {{path.substr(mark + 1, equals - mark - 1), path.substr(equals + 1)}};
    }
    request.body.bytes = as_bytes(text);
    const transport::HttpResponse response = client_->request(request);
    return response.body.empty() ? Json() : parse_json(as_text(response.body), "the answer");
  }
  HttpClient& client() { return *client_; }

 private:
  std::unique_ptr<HttpClient> client_;
};

std::string text_of(const Json& value, std::string_view name) { return *value.find(name)->text(); }

struct Agent {
  std::string id, certificate, private_key;
};

class SiteServerTest : public ::testing::Test {
 protected:
  SiteServerTest() {
    NewSiteFolder wanted;
    wanted.site = {.code = "BER", .parent = {}, .recovery_key = make_key_pair().public_key};
    wanted.names = {.hosts = {"localhost"}, .addresses = {"127.0.0.1"}};
    access_ = SiteFolder::create(path(), wanted, parts());
    start();
  }

  std::string path() const { return scratch_.path_of("site"); }
  SiteFolderParts parts() { return {.files = *files_, .clock = clock_, .random = random_}; }
  void start() {
    server_.reset();
    folder_.reset();
    folder_ = SiteFolder::open(path(), std::nullopt, parts());
    SiteServerOptions options;
    options.identity = [this](Renewal renewal) { return folder_->identity(renewal); };
    options.log = [this](std::string_view line) { log_.lock()->append(line).append("\n"); };
    options.streaming_workers = 8;
    server_ = std::make_unique<SiteServer>(folder_->site(), folder_->vaults(), std::move(options));
  }
  transport::HttpClientOptions options(const std::string& token = "") {
    transport::HttpClientOptions options;
    options.base_url = "https://127.0.0.1:" + std::to_string(server_->port());
    options.ca_bundle = fetch_pinned_certificate(options, access_.fingerprint);
    options.retries = 0;
    if (!token.empty()) options.bearer_token = Secret(as_bytes(token));
    return options;
  }
  Caller stranger() { return Caller(options()); }
  Caller administrator() {
    if (token_.empty()) {
      token_ = text_of(
          stranger().post("/api/v1/login", Json::Object{{"user", access_.user}, {"password", access_.password}}),
          "token");
    }
    return Caller(options(token_));
  }
  Caller agent(const Agent& who, const std::string& lease = "") {
    transport::HttpClientOptions with = options();
    with.certificate = who.certificate;
    with.private_key = Secret(as_bytes(who.private_key));
    if (!lease.empty()) with.headers = {{"Rehome-Lease", lease}};
    return Caller(std::move(with));
  }
  Agent enrol(const std::string& name) {
    const std::string token = text_of(administrator().post("/api/v1/enrolment-tokens"), "token");
    const CertificateRequest request = make_certificate_request(name);
    const Json answer = stranger().post("/api/v1/enrol", Json::Object{{"token", token},
                                                                      {"request", request.request},
                                                                      {"name", name},
                                                                      {"operating_system", "Debian 12"},
                                                                      {"agent_version", "test"}});
    return {.id = text_of(answer, "computer"),
            .certificate = text_of(answer, "certificate"),
            .private_key = std::string(as_text(request.private_key.view()))};
  }
  std::string associate(const Agent& source, const Agent& destination, const Json::Object& more = {}) {
    Json::Object body{{"source", source.id}, {"destination", destination.id}};
    body.insert(body.end(), more.begin(), more.end());
    return text_of(administrator().post("/api/v1/associations", body), "id");
  }
  Json request_store(const Agent& who, const std::string& purpose) {
    return agent(who).post("/api/v1/agent/state-store", Json::Object{{"purpose", purpose}, {"estimated_bytes", 1000}});
  }
  Json release(const Agent& who, const Json& grant, Json::Object what) {
    for (const char* number : {"objects", "bytes", "errors", "losses"}) what.push_back({number, 1});
    return agent(who).post("/api/v1/agent/leases/" + text_of(grant, "lease") + "/release", what);
  }
  /// The blobs of a lease's vault, as its holder sees them.
  struct Remote {
    Remote(Caller caller, const std::string& path)
        : client(std::move(caller)), blobs(transport::open_http_blob_store(client.client(), path)) {}
    Caller client;
    std::unique_ptr<BlobStore> blobs;
  };
  std::unique_ptr<Remote> remote(const Agent& who, const Json& grant) {
    return std::make_unique<Remote>(agent(who, text_of(grant, "lease")), text_of(grant, "blobs"));
  }
  /// Captures ann and bob and releases the lease.
  void capture(const Agent& source) {
    const Json grant = request_store(source, "capture");
    const auto place = remote(source, grant);
    store::Keys keys;
    keys.vault_key = from_base64(text_of(grant, "vault_key"));
    store::VaultOptions vault_options;
    vault_options.vault_id = text_of(grant, "vault");
    const auto vault = store::create_vault({*place->blobs}, keys, vault_options, random_, clock_);
    const CaptureInfo info = world_.capture(*vault);
    Json::List accounts;
    for (const CapturedAccount& each : info.accounts) {
      accounts.push_back(
          Json::Object{{"number", each.number}, {"name", each.account.name}, {"uid", each.account.uid}, {"sid", ""}});
    }
    const Json released =
        release(source, grant,
                {{"outcome", "captured"}, {"capture", info.capture_id}, {"accounts", accounts}, {"message", ""}});
    EXPECT_EQ(text_of(released, "state"), "captured");
  }
  testing::Restored restored_by(const Agent& destination, const Json& grant) {
    const auto place = remote(destination, grant);
    store::Keys keys;
    for (const Json& each : *grant.find("keys")->list()) {
      const auto number = static_cast<AccountNumber>(*each.find("number")->integer());
      keys.account_keys.emplace(number, *from_base64(text_of(each, "key")));
    }
    const auto vault = store::open_vault({*place->blobs}, keys, random_, clock_);
    return world_.restore(*vault, text_of(grant, "capture"));
  }

  ScratchFolder scratch_;
  std::unique_ptr<FileTree> files_ = open_linux_file_tree("/");
  SystemClock clock_;
  SystemRandom random_;
  VaultWorld world_;
  Locked<std::string> log_;
  FirstAccess access_;
  std::string token_;
  std::unique_ptr<SiteFolder> folder_;
  std::unique_ptr<SiteServer> server_;
};

TEST_F(SiteServerTest, CarriesTheStateOfOneComputerToAnother) {
  world_.machine.add_file("/home/ann/letter", "Dear Bob");
  world_.machine.add_file("/home/ann/photo", noise(3'000'000, 1));
  world_.machine.add_file("/home/bob/secret", noise(70'000, 2));
  const Agent old_pc = enrol("old-pc"), new_pc = enrol("new-pc");
  associate(old_pc, new_pc);
  EXPECT_EQ(code_of([&] { request_store(new_pc, "restore"); }), ErrorCode::not_found);
  capture(old_pc);
  start();  // nothing of it is in memory alone
  const Json grant = request_store(new_pc, "restore");
  EXPECT_EQ(restored_by(new_pc, grant), world_.source());
  const Json released = release(
      new_pc, grant,
      {{"outcome", "restored"}, {"capture", text_of(grant, "capture")}, {"accounts", Json::List{}}, {"message", ""}});
  EXPECT_EQ(text_of(released, "state"), "released");
  const Json store = administrator().get("/api/v1/stores/" + text_of(grant, "store"));
  EXPECT_EQ(text_of(store, "state"), "released");
  EXPECT_THAT(*log_.lock(), IsEmpty());
}

TEST_F(SiteServerTest, WhoMayRestoreOneAccountGetsNothingOfTheOther) {
  world_.machine.add_file("/home/ann/letter", "Dear Bob");
  world_.machine.add_file("/home/bob/secret", noise(70'000, 2));
  const Agent old_pc = enrol("old-pc"), new_pc = enrol("new-pc");
  associate(old_pc, new_pc, {{"behaviour", "restore-specified"}, {"accounts", Json::List{Json("ann")}}});
  capture(old_pc);
  const Json grant = request_store(new_pc, "restore");
  EXPECT_EQ(restored_by(new_pc, grant), world_.source({"ann"}));
  const auto place = remote(new_pc, grant);
  for (const BlobInfo& blob : place->blobs->list("")) EXPECT_NO_THROW(place->blobs->get(blob.name, 1 << 24));
  EXPECT_EQ(code_of([&] { place->blobs->put("header", as_bytes("forged")); }), ErrorCode::not_found);
}

TEST_F(SiteServerTest, BlobsAreForTheHolderOfTheLeaseAlone) {
  const Agent mine = enrol("mine"), other = enrol("other");
  associate(mine, other);
  associate(other, mine);
  const Json grant = request_store(mine, "capture");
  const auto place = remote(mine, grant);
  place->blobs->put("header", as_bytes("some content"));
  EXPECT_EQ(as_text(place->blobs->get_range("header", 5, 3)), "con");
  EXPECT_EQ(code_of([&] { place->blobs->put("header", as_bytes("other")); }), ErrorCode::already_exists);
  EXPECT_EQ(place->blobs->size_of("header"), 12U);
  EXPECT_EQ(place->blobs->size_of("header.2"), std::nullopt);
  EXPECT_TRUE(place->blobs->free_bytes().has_value());
  const std::string blobs = text_of(grant, "blobs");
  const Json others = request_store(other, "capture");
  for (const std::string& lease : {text_of(grant, "lease"), text_of(others, "lease"), std::string("l-0")}) {
    Remote thief(agent(other, lease), blobs);
    EXPECT_EQ(code_of([&] { thief.blobs->get("header", 100); }), ErrorCode::not_found);
    EXPECT_EQ(code_of([&] { thief.blobs->put("header.2", as_bytes("x")); }), ErrorCode::not_found);
    EXPECT_EQ(code_of([&] { thief.blobs->list(""); }), ErrorCode::not_found);
  }
  Remote nobody(stranger(), blobs);
  EXPECT_EQ(code_of([&] { nobody.blobs->get("header", 100); }), ErrorCode::permission_denied);
}

TEST_F(SiteServerTest, WhatWasChangedOnItsWayIsNotStored) {
  const Agent mine = enrol("mine");
  const Json grant = request_store(mine, "capture");
  TlsClient client(server_->port(), {.certificate = mine.certificate, .private_key = mine.private_key});
  const std::string head = "PUT " + text_of(grant, "blobs") +
                           "/blobs/header HTTP/1.1\r\nHost: x\r\nRehome-Lease: " + text_of(grant, "lease") +
                           "\r\nContent-Length: 3\r\n";
  EXPECT_EQ(client.exchange(head + "\r\nabc").status, 400) << "without a digest";
  TlsClient again(server_->port(), {.certificate = mine.certificate, .private_key = mine.private_key});
  const std::string digest = "Content-Digest: sha-256=:" + to_base64(sha256(as_bytes("abc"))) + ":\r\n\r\n";
  EXPECT_EQ(again.exchange(head + digest + "abd").status, 400);
  EXPECT_THAT(remote(mine, grant)->blobs->list(""), IsEmpty());
  EXPECT_EQ(again.exchange(head + digest + "abc").status, 201);
}

TEST_F(SiteServerTest, TokensAreGoodOnce) {
  const std::string token = text_of(administrator().post("/api/v1/enrolment-tokens"), "token");
  const auto enrol_with = [&](const std::string& text) {
    return stranger().post("/api/v1/enrol", Json::Object{{"token", text},
                                                         {"request", make_certificate_request("x").request},
                                                         {"name", "x"},
                                                         {"operating_system", "x"},
                                                         {"agent_version", "x"}});
  };
  enrol_with(token);
  EXPECT_EQ(code_of([&] { enrol_with(token); }), ErrorCode::refused);
  EXPECT_EQ(code_of([&] { enrol_with("forged"); }), ErrorCode::refused);
}

TEST_F(SiteServerTest, RolesAreHeld) {
  Caller boss = administrator();
  boss.post("/api/v1/users", Json::Object{{"user", "eve"}, {"password", "a password"}, {"role", "viewer"}});
  const Json login = stranger().post("/api/v1/login", Json::Object{{"user", "eve"}, {"password", "a password"}});
  Caller eve(options(text_of(login, "token")));
  EXPECT_NO_THROW(eve.get("/api/v1/computers"));
  EXPECT_EQ(code_of([&] { eve.post("/api/v1/computers", Json::Object{{"name", "x"}}); }), ErrorCode::permission_denied);
  EXPECT_EQ(code_of([&] { eve.get("/api/v1/audit"); }), ErrorCode::permission_denied);
  EXPECT_EQ(code_of([&] { stranger().get("/api/v1/computers"); }), ErrorCode::permission_denied);
  EXPECT_EQ(code_of([&] { Caller(options("forged")).get("/api/v1/computers"); }), ErrorCode::permission_denied);
  EXPECT_EQ(code_of([&] { boss.post("/api/v1/computers", Json::Object{{"name", "x"}, {"nmae", "y"}}); }),
            ErrorCode::invalid_argument);
  eve.post("/api/v1/logout");
  EXPECT_EQ(code_of([&] { eve.get("/api/v1/computers"); }), ErrorCode::permission_denied);
}

TEST_F(SiteServerTest, RecoveryInformationNeedsAReason) {
  world_.machine.add_file("/home/ann/letter", "Dear Bob");
  const Agent old_pc = enrol("old-pc"), new_pc = enrol("new-pc");
  const std::string path = "/api/v1/associations/" + associate(old_pc, new_pc) + "/recovery";
  capture(old_pc);
  EXPECT_EQ(code_of([&] { administrator().get(path); }), ErrorCode::invalid_argument);
  const Json found = administrator().get(path + "?why=new-pc burnt");
  EXPECT_EQ(from_base64(text_of(found, "vault_key"))->size(), 32U);
  EXPECT_THAT(to_text(administrator().get("/api/v1/audit?limit=1000")), HasSubstr("new-pc burnt"));
}

TEST_F(SiteServerTest, S46AnAdministratorWhoMayRecoverReadsTheBlobsAndNobodyElse) {
  world_.machine.add_file("/home/ann/letter", "Dear Bob");
  world_.machine.add_file("/home/bob/secret", noise(70'000, 2));
  const Agent old_pc = enrol("old-pc"), new_pc = enrol("new-pc");
  const std::string association = associate(old_pc, new_pc);
  capture(old_pc);
  const Json found = administrator().get("/api/v1/associations/" + association + "/recovery?why=new-pc burnt");
  const std::string path = "/api/v1/vaults/" + text_of(found, "vault");
  Remote place(administrator(), path);
  store::Keys keys;
  keys.vault_key = from_base64(text_of(found, "vault_key"));
  const auto vault = store::open_vault({*place.blobs}, keys, random_, clock_);
  EXPECT_EQ(world_.restore(*vault, text_of(found, "capture")), world_.source());
  EXPECT_EQ(code_of([&] { place.blobs->put("header.3", as_bytes("x")); }), ErrorCode::permission_denied);
  Remote elsewhere(administrator(), "/api/v1/vaults/" + std::string(32, '0'));
  EXPECT_EQ(code_of([&] { elsewhere.blobs->get("header", 1000); }), ErrorCode::not_found);
  administrator().post("/api/v1/users",
                       Json::Object{{"user", "max"}, {"password", "a password"}, {"role", "administrator"}});
  const Json login = stranger().post("/api/v1/login", Json::Object{{"user", "max"}, {"password", "a password"}});
  Remote without_right(Caller(options(text_of(login, "token"))), path);
  EXPECT_EQ(code_of([&] { without_right.blobs->get("header", 1000); }), ErrorCode::permission_denied);
  EXPECT_EQ(code_of([&] { without_right.blobs->list(""); }), ErrorCode::permission_denied);
  Remote forger(Caller(options("forged")), path);
  EXPECT_EQ(code_of([&] { forger.blobs->get("header", 1000); }), ErrorCode::permission_denied);
}

TEST_F(SiteServerTest, WhatFailsOnDiskIsToldToAgentsWithoutItsPath) {
  const Agent mine = enrol("mine"), other = enrol("other");
  associate(mine, other);
  const Json grant = request_store(mine, "capture");
  const std::string folder = text_of(grant, "folder");
  std::filesystem::rename(path() + "/states", path() + "/away");
  const auto message_of = [](const auto& action) -> std::string {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing was thrown";
  };
  const std::string put = message_of([&] { remote(mine, grant)->blobs->put("header", as_bytes("x")); });
  EXPECT_THAT(put, AllOf(HasSubstr(folder), HasSubstr("No such file or directory"), Not(HasSubstr(path()))));
  const std::string released = message_of([&] {
    release(mine, grant,
            {{"outcome", "captured"}, {"capture", std::string(32, 'c')}, {"accounts", Json::List{}}, {"message", ""}});
  });
  EXPECT_THAT(released, AllOf(HasSubstr(folder), Not(HasSubstr(path()))));
  const std::string asked = message_of([&] { request_store(other, "capture"); });
  EXPECT_THAT(asked, AllOf(HasSubstr(folder), Not(HasSubstr(path()))));
  EXPECT_THAT(*log_.lock(), HasSubstr(path() + "/states"));
  const std::string smp = text_of(administrator().get("/api/v1/smps").find("items")->list()->front(), "id");
  EXPECT_THAT(message_of([&] {
                administrator().post("/api/v1/smps/" + smp + "/folders", Json::Object{{"path", path() + "/missing"}});
              }),
              HasSubstr(path() + "/missing"))
      << "an administrator is told all";
}

TEST_F(SiteServerTest, TellsHowItIs) {
  EXPECT_EQ(text_of(stranger().get("/healthz"), "status"), "ok");
  const auto metrics = stranger().client().request({.method = HttpMethod::get, .path = "/metrics"});
  EXPECT_THAT(std::string(as_text(metrics.body)),
              HasSubstr("rehome_http_requests_total{method=\"GET\",status=\"200\"} 1\n"));
  EXPECT_EQ(code_of([&] { stranger().get("/api/v2/site"); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { stranger().post("/healthz"); }), ErrorCode::unsupported);
}

TEST_F(SiteServerTest, EventsTellWhatHappens) {
  administrator();
  TlsClient listener(server_->port());
  listener.send("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token_ + "\r\n\r\n");
  ASSERT_TRUE(listener.receives("text/event-stream"));
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  administrator().post("/api/v1/computers", Json::Object{{"name", "brand-new"}});
  EXPECT_TRUE(listener.receives("event: audit\n"));
}

TEST_F(SiteServerTest, TheFolderIsForItsOwnerAlone) {
  const auto for_others = [](const std::filesystem::path& path) {
    constexpr auto kOthers = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    return (std::filesystem::status(path).permissions() & kOthers) != std::filesystem::perms::none;
  };
  const ::mode_t before = ::umask(0);
  std::filesystem::create_directory(scratch_.path_of("open"));
  NewSiteFolder wanted;
  wanted.site = {.code = "HAM", .parent = {}, .recovery_key = {}};
  wanted.names = {.hosts = {"localhost"}, .addresses = {}};
  SiteFolder::create(scratch_.path_of("open"), wanted, parts());
  const auto folder = SiteFolder::open(scratch_.path_of("open"), std::nullopt, parts());
  ::umask(before);
  EXPECT_FALSE(for_others(scratch_.path_of("open")));
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch_.path_of("open"))) {
    EXPECT_FALSE(for_others(entry.path())) << entry.path();
    names.insert(entry.path().filename());
  }
  EXPECT_THAT(names, IsSupersetOf({"site.db", "site.db-wal", "site.db-shm", "site.key", "server.pem", "states"}));
}

TEST_F(SiteServerTest, AFolderThatOthersMayEnterIsNotServed) {
  server_.reset();
  folder_.reset();
  std::filesystem::permissions(path(), std::filesystem::perms{0750});
  EXPECT_EQ(code_of([&] { SiteFolder::open(path(), std::nullopt, parts()); }), ErrorCode::refused);
}

TEST_F(SiteServerTest, ASecondServerOnTheFolderStops) {
  EXPECT_EQ(code_of([&] { SiteFolder::open(path(), std::nullopt, parts()); }), ErrorCode::busy);
  NewSiteFolder again;
  again.site = {.code = "BER", .parent = {}, .recovery_key = {}};
  again.names = {.hosts = {"localhost"}, .addresses = {}};
  server_.reset();
  folder_.reset();
  EXPECT_EQ(code_of([&] { SiteFolder::create(path(), again, parts()); }), ErrorCode::already_exists);
}

TEST_F(SiteServerTest, WrongPasswordsDoNotKeepTheServerFromItsWork) {
  std::vector<std::thread> attackers;
  std::atomic<bool> done = false;
  for (int i = 0; i < 4; ++i) {
    attackers.emplace_back([&] {
      Caller attacker = stranger();
      while (!done) {
        try {
          attacker.post("/api/v1/login", Json::Object{{"user", "admin"}, {"password", "wrong wrong"}});
          ADD_FAILURE();
        } catch (const Error& error) {
          EXPECT_TRUE(error.code() == ErrorCode::permission_denied || error.code() == ErrorCode::busy) << error.what();
        }
      }
    });
  }
  Caller other = stranger();
  for (int i = 0; i < 50; ++i) EXPECT_NO_THROW(other.get("/healthz"));
  done = true;
  for (std::thread& attacker : attackers) attacker.join();
}

}  // namespace
}  // namespace rehome::server
