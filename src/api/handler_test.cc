// What happens to requests around and in their handlers, with the whole API behind.
#include <chrono>

#include "accounts/passkey_testing.h"
#include "api/served_town_testing.h"
#include "crypto/p256.h"
#include "crypto/totp.h"

namespace glasshouse::api {
namespace {

using namespace std::chrono_literals;

using HandlerTest = ServedTown;

TEST_F(HandlerTest, TheFirstAdministratorComesByLinkOnce) {
  EXPECT_TRUE(send(Method::kGet, "/api/v1/about").body["needs_first_administrator"]);
  const std::string session = administrator();
  EXPECT_FALSE(send(Method::kGet, "/api/v1/about").body["needs_first_administrator"]);
  const auto me = send(Method::kGet, "/api/v1/me", nullptr, session);
  EXPECT_EQ(me.body["officer"]["role"], "administrator");
  const auto again = send(Method::kPost, "/api/v1/sign-in/link", {{"token", "used"}});
  EXPECT_EQ(again.status, 410);
  EXPECT_EQ(again.response.headers.get("Content-Type"), "application/problem+json");
}

TEST_F(HandlerTest, TheCookieIsForThisSiteAndScriptsCannotReadIt) {
  const auto answer = send(Method::kPost, "/api/v1/sign-in/link",
                           {{"token", *accounts_->issue_first_link()}, {"name", "Ada"}, {"login", "ada"}});
  const std::string cookie(*answer.response.headers.get("Set-Cookie"));
  for (const char* part : {"glasshouse_session=", "; HttpOnly", "; SameSite=Strict", "; Path=/"}) {
    EXPECT_NE(cookie.find(part), std::string::npos) << cookie;
  }
  EXPECT_EQ(answer.response.body.find(token_in(answer.response)), std::string::npos);
}

TEST_F(HandlerTest, WritesFromAnotherSiteAreRefused) {
  const std::string session = administrator();
  const Json account{{"name", "B"}, {"login", "bea"}, {"role", "officer"}};
  using Headers = std::vector<std::pair<std::string, std::string>>;
  for (const Headers& foreign :
       {Headers{{"Origin", "https://evil.test"}}, Headers{{"Origin", "null"}},
        Headers{{"Origin", "http://glasshouse.test.evil"}}, Headers{{"Origin", "file://glasshouse.test"}},
        Headers{{"Sec-Fetch-Site", "cross-site"}}, Headers{{"Sec-Fetch-Site", "same-site"}}}) {
    const auto answer = send(Method::kPost, "/api/v1/accounts", account, session, foreign);
    EXPECT_EQ(answer.status, 403) << foreign[0].second;
    EXPECT_EQ(answer.body["type"], "/problems/foreign-origin");
  }
  EXPECT_EQ(send(Method::kPost, "/api/v1/sign-in", {{"login", "ada"}, {"password", "x"}, {"code", "1"}}, "",
                 {{"Origin", "https://evil.test"}})
                .status,
            403);
  EXPECT_EQ(send(Method::kPost, "/api/v1/accounts", account, session, {{"Origin", "http://glasshouse.test"}})
                .status,
            201);
}

TEST_F(HandlerTest, FiveFailuresLockUntilReleasedAndNamesAreNotToldApart) {
  std::string session = administrator(), id;
  const std::string admin = accounts_->session(session)->account.id;
  const std::string officer = somebody(policy::Role::kOfficer, "olga", &id);
  ASSERT_EQ(send(Method::kPatch, "/api/v1/accounts/" + id, {{"fallback", true}}, session).status, 200);
  ASSERT_EQ(send(Method::kPost, "/api/v1/me/fallback", Json::object(), officer).status, 201);
  const std::string secret = *accounts_->begin_fallback(id);
  const auto right = [&] {
    clock_.advance(crypto::kTotpStep);
    return Json{{"login", "olga"},
                {"password", "another passphrase 7"},
                {"code", crypto::totp_code(secret, crypto::totp_step(clock_.now()))}};
  };
  Json first = right();
  first.erase("login");
  ASSERT_EQ(send(Method::kPut, "/api/v1/me/fallback", first, officer).status, 204);
  ASSERT_EQ(send(Method::kPost, "/api/v1/sign-in", right()).status, 200);
  const auto try_wrong = [&](const char* login) {
    return send(Method::kPost, "/api/v1/sign-in",
                {{"login", login}, {"password", "wrong"}, {"code", "000000"}});
  };
  const auto wrong = try_wrong("olga"), nobody = try_wrong("nobody");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.response.body, nobody.response.body);
  for (int i = 0; i < 4; ++i) try_wrong("olga");
  EXPECT_NE(send(Method::kPost, "/api/v1/sign-in", right()).status, 200);
  clock_.advance(24h);
  EXPECT_NE(send(Method::kPost, "/api/v1/sign-in", right()).status, 200) << "time alone released it";
  session =
      with_passkey(send(Method::kPost, "/api/v1/sign-in/link", {{"token", *accounts_->issue_link(admin)}}));
  EXPECT_EQ(send(Method::kPatch, "/api/v1/accounts/" + id, {{"unlock", true}}, session).status, 200);
  EXPECT_EQ(send(Method::kPost, "/api/v1/sign-in", right()).status, 200);
}

TEST_F(HandlerTest, UnderALinkAloneNobodyWorks) {
  const auto link = [&] {
    return token_in(send(Method::kPost, "/api/v1/sign-in/link",
                         {{"token", *accounts_->issue_link((*accounts_->list("", 1))[0].id)}})
                        .response);
  };
  administrator();
  const std::string bare = link();
  EXPECT_FALSE(send(Method::kGet, "/api/v1/me", nullptr, bare).body["enrolled"]);
  const auto refused = send(Method::kGet, "/api/v1/accounts", nullptr, bare);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body["type"], "/problems/passkey-needed");
  accounts::SoftAuthenticator device(*accounts::site_of(services_.public_url));
  const auto question = send(Method::kPost, "/api/v1/me/passkeys/question", Json::object(), bare);
  ASSERT_EQ(question.status, 200) << question.response.body;
  const auto made = device.make(question.body["challenge"]);
  const auto added = send(Method::kPost, "/api/v1/me/passkeys",
                          {{"name", "Phone"},
                           {"authenticator_data", crypto::base64url(made.authenticator_data)},
                           {"client_data", crypto::base64url(made.client_data)}},
                          bare);
  ASSERT_EQ(added.status, 201) << added.response.body;
  EXPECT_EQ(send(Method::kGet, "/api/v1/accounts", nullptr, bare).status, 200);
  const auto ask = send(Method::kPost, "/api/v1/sign-in/passkey/question", Json::object());
  const auto used = device.use(ask.body["challenge"]);
  const Json answer{{"credential_id", crypto::base64url(used.credential_id)},
                    {"authenticator_data", crypto::base64url(used.authenticator_data)},
                    {"client_data", crypto::base64url(used.client_data)},
                    {"signature", crypto::base64url(used.signature)}};
  const auto in = send(Method::kPost, "/api/v1/sign-in/passkey", answer);
  EXPECT_EQ(in.status, 200) << in.response.body;
  EXPECT_EQ(in.body["means"], "passkey");
  EXPECT_EQ(send(Method::kPost, "/api/v1/sign-in/passkey", answer).status, 410) << "an answer is good once";
}

TEST_F(HandlerTest, WithoutTrainingNobodySearchesAndIsToldSo) {
  const std::string admin = administrator();
  std::string id;
  const std::string officer = somebody(policy::Role::kOfficer, "tim", &id);
  const std::string sue = somebody(policy::Role::kSupervisor, "sue");
  const auto opened = send(Method::kPost, "/api/v1/cases", new_case(id), sue);
  ASSERT_EQ(opened.status, 201) << opened.response.body;
  const Json question{{"case_id", opened.body["id"]}, {"question", {{"colors", {"red"}}}}};
  EXPECT_EQ(send(Method::kPost, "/api/v1/search", question, officer).status, 200) << "none is kept of them";
  const auto train = [&](const char* until) {
    return send(Method::kPatch, "/api/v1/accounts/" + id, {{"trained_until", until}}, admin).status;
  };
  EXPECT_EQ(train("soon"), 422);
  ASSERT_EQ(train("2026-11-22"), 200);
  EXPECT_EQ(send(Method::kPost, "/api/v1/search", question, officer).status, 200) << "its last day";
  ASSERT_EQ(train("2026-11-21"), 200);
  const auto refused = send(Method::kPost, "/api/v1/search", question, officer);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body["rules"][0]["id"], "house/training-current") << refused.response.body;
  ASSERT_EQ(train(""), 200);
  EXPECT_EQ(send(Method::kPost, "/api/v1/search", question, officer).status, 200);
}

TEST_F(HandlerTest, WhatWeighsMoreNeedsAPasskeyTouchedWithinTenMinutes) {
  administrator();
  const std::string session = somebody(policy::Role::kSupervisor, "sue");
  const Json list{{"name", "Stolen"}, {"zero_rule", "distinct"}};
  EXPECT_EQ(send(Method::kPost, "/api/v1/hotlists", list, session).status, 201);
  clock_.advance(10min);
  const auto refused =
      send(Method::kPost, "/api/v1/hotlists", {{"name", "More"}, {"zero_rule", "distinct"}}, session);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body["type"], "/problems/confirm");
  EXPECT_EQ(send(Method::kGet, "/api/v1/hotlists", nullptr, session).status, 200) << "looking needs none";
  touch_passkey(session);
  EXPECT_EQ(
      send(Method::kPost, "/api/v1/hotlists", {{"name", "More"}, {"zero_rule", "distinct"}}, session).status,
      201);
}

TEST_F(HandlerTest, ABrowserIsToldOfAlertsOnlyAfterAPasskeyWasTouched) {
  const std::string session = somebody(policy::Role::kDispatcher, "dee");
  const Json browser{{"name", "Desk"},
                     {"endpoint", "https://fcm.googleapis.com/fcm/send/1"},
                     {"p256dh", crypto::base64url(crypto::P256Key::generate().public_key())},
                     {"auth", crypto::base64url(std::string(16, 'a'))}};
  clock_.advance(10min);
  const auto refused = send(Method::kPost, "/api/v1/me/push", browser, session);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body["type"], "/problems/confirm");
  EXPECT_EQ(send(Method::kGet, "/api/v1/me/push", nullptr, session).body["items"], Json::array());
  touch_passkey(session);
  const auto added = send(Method::kPost, "/api/v1/me/push", browser, session);
  ASSERT_EQ(added.status, 201) << added.response.body;
  clock_.advance(10min);
  const std::string path = "/api/v1/me/push/" + added.body["id"].get<std::string>();
  EXPECT_EQ(send(Method::kDelete, path, nullptr, session).status, 204) << "to be told less needs none";
}

TEST_F(HandlerTest, AnIdleSessionLocksAndAnOpenPageDoesNotKeepItAwake) {
  const std::string session = administrator();
  for (int minute = 0; minute < 14; ++minute) {
    clock_.advance(1min);
    EXPECT_EQ(send(Method::kGet, "/api/v1/overview", nullptr, session).status, 200)
        << "the page asks by itself";
  }
  clock_.advance(90s);
  const auto locked = send(Method::kGet, "/api/v1/accounts", nullptr, session);
  EXPECT_EQ(locked.status, 401);
  EXPECT_EQ(locked.body["type"], "/problems/locked");
  EXPECT_TRUE(send(Method::kGet, "/api/v1/me", nullptr, session).body["locked"]);
  EXPECT_EQ(send(Method::kPost, "/api/v1/me/unlock", {{"password", "wrong"}, {"code", "1"}}, session).status,
            401);
  touch_passkey(session);
  EXPECT_EQ(send(Method::kGet, "/api/v1/accounts", nullptr, session).status, 200);
  for (int i = 0; i < 5; ++i) {
    clock_.advance(14min);
    EXPECT_EQ(send(Method::kGet, "/api/v1/accounts", nullptr, session).status, 200) << "somebody is there";
  }
  clock_.advance(12h);
  EXPECT_EQ(send(Method::kGet, "/api/v1/me", nullptr, session).body["type"], "/problems/signed-out");
}

TEST_F(HandlerTest, RolesAreHeldToTheirRowsAndDenialsAreRecorded) {
  std::string id;
  const std::string officer = somebody(policy::Role::kOfficer, "olga", &id);
  const auto before = ledger_->size();
  const auto denied = send(Method::kGet, "/api/v1/accounts", nullptr, officer);
  EXPECT_EQ(denied.status, 403);
  EXPECT_EQ(denied.body["type"], "/problems/denied");
  EXPECT_TRUE(denied.body.contains("rules"));
  EXPECT_GT(ledger_->size(), before);
  EXPECT_EQ(send(Method::kGet, "/api/v1/accounts").status, 401);
  EXPECT_EQ(send(Method::kGet, "/api/v1/accounts", nullptr, "not-a-token").status, 401);
  EXPECT_EQ(send(Method::kPost, "/api/v1/ingest/heartbeat", Json::object(), officer).status, 401)
      << "no device token";
}

TEST_F(HandlerTest, ACaseIsOpenedRecordedAndWorkedOn) {
  std::string olga, sam;
  const std::string officer = somebody(policy::Role::kOfficer, "olga", &olga);
  const std::string supervisor = somebody(policy::Role::kSupervisor, "sam", &sam);
  const auto before = ledger_->size();
  const auto made = send(Method::kPost, "/api/v1/cases", new_case(olga), supervisor);
  ASSERT_EQ(made.status, 201) << made.response.body;
  EXPECT_EQ(ledger_->size(), before + 1);
  const std::string at = "/api/v1/cases/" + made.body["id"].get<std::string>();
  EXPECT_EQ(
      send(Method::kPost, at + "/plates", {{"plate", "abc-123"}}, supervisor).body["plates"][0]["plate"],
      "ABC123");
  EXPECT_EQ(send(Method::kPost, at + "/plates", {{"plate", "a$%"}}, supervisor).status, 422);
  Json forbidden = new_case(olga);
  forbidden["purpose"] = "immigration-enforcement";
  EXPECT_EQ(send(Method::kPost, "/api/v1/cases", forbidden, supervisor).status, 422);
  EXPECT_EQ(send(Method::kGet, "/api/v1/cases/case_none", nullptr, officer).status, 404);

  const auto work = send(Method::kPut, "/api/v1/me/case", {{"case_id", made.body["id"]}}, officer);
  ASSERT_EQ(work.status, 200) << work.response.body;
  EXPECT_EQ(work.body["live_until"], "2026-11-22T13:00:00.000Z");
  EXPECT_TRUE(send(Method::kGet, "/api/v1/me", nullptr, officer).body.contains("working_case"));
  const auto stranger = send(Method::kPut, "/api/v1/me/case", {{"case_id", made.body["id"]}}, supervisor);
  EXPECT_EQ(stranger.status, 403);
  EXPECT_EQ(stranger.body["rules"][0]["id"], "house/case-assigned");
  EXPECT_EQ(send(Method::kDelete, "/api/v1/me/case", nullptr, officer).status, 204);
  EXPECT_FALSE(send(Method::kGet, "/api/v1/me", nullptr, officer).body.contains("working_case"));
}

TEST_F(HandlerTest, TheSameKeyActsOnceAndAnotherRequestCannotUseIt) {
  std::string olga;
  somebody(policy::Role::kOfficer, "olga", &olga);
  const std::string supervisor = somebody(policy::Role::kSupervisor, "sam");
  const Json body = new_case(olga);
  const std::vector<std::pair<std::string, std::string>> key{{"Idempotency-Key", "key-00000001"}};
  const auto first = send(Method::kPost, "/api/v1/cases", body, supervisor, key);
  const auto size = ledger_->size();
  const auto second = send(Method::kPost, "/api/v1/cases", body, supervisor, key);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(first.response.body, second.response.body);
  EXPECT_EQ(ledger_->size(), size) << "acted twice";
  EXPECT_EQ(send(Method::kPost, "/api/v1/cases", new_case(olga), supervisor, key).body["type"],
            "/problems/key-reused");
  EXPECT_EQ(send(Method::kPost, "/api/v1/cases", body, supervisor, {{"Idempotency-Key", "short"}}).status,
            422);
  EXPECT_EQ(send(Method::kPost, "/api/v1/cases", body, supervisor).status, 409) << "the number is taken";

  const std::string admin = administrator();
  const Json account{{"name", "B"}, {"login", "bea"}, {"role", "officer"}};
  const auto issued = send(Method::kPost, "/api/v1/accounts", account, admin, key);
  EXPECT_EQ(issued.status, 201);
  EXPECT_FALSE(issued.response.headers.get("X-Glasshouse-Shown-Once"));
  const auto again = send(Method::kPost, "/api/v1/accounts", account, admin, key);
  EXPECT_EQ(again.body["type"], "/problems/shown-once");
  const auto rows = db_->query("SELECT answer FROM idempotency_keys");
  for (const auto& row : *rows)
    EXPECT_EQ(row.text("answer").find("link="), std::string::npos) << "a secret was stored";
}

TEST_F(HandlerTest, BadBodiesSayWhatIsWrong) {
  const std::string session = administrator();
  const auto post = [&](const std::string& body, std::string type = "application/json") {
    return send(Method::kPost, "/api/v1/accounts", Json(body), session, {{"Content-Type", type}});
  };
  EXPECT_EQ(post("{").status, 400);
  EXPECT_EQ(post("[]").status, 400);
  EXPECT_EQ(post("\"x\"").status, 400);
  EXPECT_EQ(post("{\"name\":\"\xff\"}").status, 400);
  EXPECT_EQ(post("{}", "text/plain").status, 415);
  EXPECT_EQ(post("{\"a\":" + std::string(5000, '[') + std::string(5000, ']') + "}").status, 400);
  const auto wrong = post(R"({"name":7,"role":"king","more":1})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(wrong.body["errors"].size(), 4u) << wrong.response.body;  // name, login, role, more
  EXPECT_EQ(send(Method::kGet, "/api/v1/cases?limit=0", nullptr, session).status, 422);
}

TEST_F(HandlerTest, PagesAreServedAndNothingBeside) {
  const auto page = send(Method::kGet, "/live");
  EXPECT_EQ(page.response.content(), "<!doctype html>console");
  EXPECT_EQ(page.response.headers.get("Cache-Control"), "no-cache");
  EXPECT_NE(page.response.headers.get("Content-Security-Policy")->find("frame-ancestors 'none'"),
            std::string::npos);
  const auto script =
      send(Method::kGet, "/assets/app-1a2b.js", nullptr, "", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(script.response.content(), "zipped");
  EXPECT_EQ(script.response.headers.get("Content-Encoding"), "gzip");
  EXPECT_NE(script.response.headers.get("Cache-Control")->find("immutable"), std::string::npos);
  const std::string etag(*script.response.headers.get("ETag"));
  EXPECT_EQ(send(Method::kGet, "/assets/app-1a2b.js", nullptr, "", {{"If-None-Match", etag}}).status, 304);
  for (const char* path : {"/outside.txt", "/link.txt", "/assets/none.js", "/api/v1/none", "/log/none",
                           "/assets/app-1a2b.js.gz"}) {
    EXPECT_EQ(send(Method::kGet, path).status, 404) << path;
  }
  EXPECT_EQ(send(Method::kPost, "/live").status, 405);
  const auto method = send(Method::kDelete, "/api/v1/about");
  EXPECT_EQ(method.status, 405);
  EXPECT_EQ(method.response.headers.get("Allow"), "GET");
  EXPECT_EQ(method.response.headers.get("X-Content-Type-Options"), "nosniff");
}

TEST_F(HandlerTest, LiveReadsAreMaskedWithoutAPermitAndEndWithIt) {
  std::string olga;
  const std::string officer = somebody(policy::Role::kOfficer, "olga", &olga);
  const std::string supervisor = somebody(policy::Role::kSupervisor, "sam");
  const auto item = send(Method::kPost, "/api/v1/cases", new_case(olga), supervisor);
  const auto stream_of = [&](const std::string& session) {
    return send(Method::kGet, "/api/v1/events", nullptr, session).response.events;
  };
  const auto mine = stream_of(officer), other = stream_of(supervisor);
  ASSERT_TRUE(mine && other);
  send(Method::kPut, "/api/v1/me/case", {{"case_id", item.body["id"]}}, officer);
  EXPECT_EQ(send(Method::kPost, "/api/v1/me/lock", nullptr, supervisor).status, 204);
  EXPECT_TRUE(other->closed()) << "a locked screen gets nothing more";
  EXPECT_FALSE(mine->closed());
  clock_.advance(16min);
  live_->sweep(*accounts_);
  EXPECT_TRUE(mine->closed()) << "an idle session's stream ends by itself";
}

}  // namespace
}  // namespace glasshouse::api
