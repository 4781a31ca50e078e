// Search, reads and pictures over a real store, gate, ledger and records; handlers are called as the router
// calls them.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/search_testing.h"
#include "crypto/crypto.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;

class SearchRoutes : public SearchTown {
 protected:
  net::Response call(net::Method method, std::string_view pattern, const Json& body,
                     const std::string& id = {}, const std::string& case_id = {},
                     const std::string& item = {}) {
    return send(method, pattern, body.dump(), id, case_id, item);
  }
  net::Response search(const Json& body) { return call(net::Method::kPost, "/api/v1/search", body); }
  net::Response get(const std::string& pattern, const std::string& id, const std::string& case_id = {}) {
    return call(net::Method::kGet, pattern, nullptr, id, case_id);
  }
  Json exact(const std::string& text) const {
    return {{"case_id", case_id_}, {"question", {{"plate", {{"text", text}, {"mode", "exact"}}}}}};
  }
};

TEST_F(SearchRoutes, AnswersUnderACaseAndRecordsQuestionAndCount) {
  const std::string id = add_read("ABC123", clock_.now() - base::Millis(1000));
  const auto before = log_->size();
  const auto response = search(exact("abc-123"));
  ASSERT_EQ(response.status, 200) << response.body;
  const Json body = Json::parse(response.body);
  ASSERT_EQ(body["items"].size(), 1u);
  EXPECT_EQ(body["items"][0]["id"], id);
  EXPECT_EQ(body["total_at_least"], 1);
  EXPECT_EQ(body["cameras"], 1);
  EXPECT_NE(body["sentence"].get<std::string>().find("the plate ABC123"), std::string::npos);
  EXPECT_FALSE(body.contains("next_cursor"));
  EXPECT_EQ(response.headers.get("Cache-Control"), "private, no-store");
  EXPECT_EQ(log_->size(), before + 2);
  const auto entry = log_->entry(ledger::Reader::kAuditor, body["ledger_index"].get<std::uint64_t>());
  ASSERT_TRUE(entry);
  bool question_recorded = false;
  for (const auto& field : entry->disclosures)
    question_recorded |= field.name == "question" && field.value == body["sentence"].get<std::string>();
  EXPECT_TRUE(question_recorded);
  EXPECT_EQ(log_->entries(ledger::Reader::kAuditor, std::nullopt, 1)->front().kind, "search.result");
}

TEST_F(SearchRoutes, RefusesWithoutAnAssignedCaseAndRecordsTheRefusal) {
  add_read("ABC123", clock_.now() - base::Millis(1000));
  Json body = exact("ABC123");
  body["case_id"] = make_case("26-002", {"acc_2"});
  const auto before = log_->size();
  auto response = search(body);
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(Json::parse(response.body)["rules"][0]["id"], "house/case-assigned");
  EXPECT_EQ(log_->size(), before + 1);
  body = exact("ABC123");
  body["on_behalf_of"] = {{"agency", "Some federal office"}, {"kind", "federal"}};
  EXPECT_EQ(search(body).status, 403);
  body["case_id"] = "case_unknown";
  EXPECT_EQ(search(body).status, 404);
}

TEST_F(SearchRoutes, PagesGoOnUnderTheSameEntryWhileItsPermitRuns) {
  for (int i = 0; i < 5; ++i) add_read("ABC123", clock_.now() - base::Millis(1000 + i));
  Json body = exact("ABC123");
  body["limit"] = 2;
  Json first = Json::parse(search(body).body);
  ASSERT_TRUE(first.contains("next_cursor"));
  const auto size = log_->size();
  clock_.advance(std::chrono::seconds(30));
  body["cursor"] = first["next_cursor"];
  Json second = Json::parse(search(body).body);
  EXPECT_EQ(second["items"].size(), 2u);
  EXPECT_EQ(second["ledger_index"], first["ledger_index"]);
  EXPECT_EQ(second["total_at_least"], 5);
  EXPECT_EQ(log_->size(), size);
  clock_.advance(std::chrono::minutes(3));
  body["cursor"] = second["next_cursor"];
  Json third = Json::parse(search(body).body);
  EXPECT_EQ(third["items"].size(), 1u);
  EXPECT_GT(third["ledger_index"], first["ledger_index"]) << "the permit ran out: asked and recorded again";
  body["question"]["plate"]["text"] = "XYZ1";
  EXPECT_EQ(search(body).status, 422) << "a cursor belongs to its question";
}

TEST_F(SearchRoutes, UnderstandsATextAndAsksNothing) {
  const auto before = log_->size();
  const auto understand = [&](const std::string& text) {
    const auto response = call(net::Method::kPost, "/api/v1/search/understand",
                               {{"text", text}, {"case_id", case_id_}, {"utc_offset_min", -300}});
    EXPECT_EQ(response.status, 200) << response.body;
    return Json::parse(response.body);
  };
  const Json good = understand("white 7K* near:\"main st\" from:\"today 1:00\"");
  EXPECT_EQ(good["canonical"],
            "plate:7K* color:white near:\"Main St\" within:500m from:\"2026-11-22 01:00\"");
  EXPECT_EQ(good["kind"], "reads");
  EXPECT_EQ(good["form"]["plate"]["mode"], "prefix");
  EXPECT_EQ(good["form"]["from"], "2026-11-22T06:00:00.000Z") << "local time";
  EXPECT_NE(good["sentence"].get<std::string>().find("plates starting 7K"), std::string::npos);
  EXPECT_TRUE(good["decision"]["allowed"].get<bool>());
  EXPECT_FALSE(good["decision"]["rules"].empty());
  const Json bad = understand("white color:mauve");
  EXPECT_EQ(bad["mistake"]["at"], 12);
  EXPECT_EQ(bad["mistake"]["length"], 5);
  EXPECT_FALSE(bad.contains("canonical"));
  EXPECT_TRUE(understand("white").contains("canonical"));
  EXPECT_EQ(understand("unde")["mistake"], nullptr) << "four letters may be a plate";
  // Before clocks were set back, where the caller's clock is the agency's.
  const auto october = [&] { return understand("white from:\"2026-10-30 22:00\"")["form"]["from"]; };
  EXPECT_EQ(october(), "2026-10-31T03:00:00.000Z");
  records::Settings settings = records_->settings();
  settings.timezone = "America/New_York";
  ASSERT_TRUE(records_->save(settings));
  EXPECT_EQ(october(), "2026-10-31T02:00:00.000Z");
  EXPECT_EQ(log_->size(), before);
}

TEST_F(SearchRoutes, WideQuestionsAreAskedAtTheGateAndAnswered) {
  records::Camera camera;
  camera.name = "Mill Rd";
  camera.place = {37.29, -79.94};
  const std::string main_st = camera_id_;
  const std::string mill_rd = records_->create_camera(camera)->id;
  camera.name = "Bridge";
  const std::string bridge = records_->create_camera(camera)->id;
  const base::Time start = clock_.now() - std::chrono::hours(5);
  int minute = 0;
  for (const std::string& id : {main_st, mill_rd, bridge}) {
    camera_id_ = id;
    add_read("LEAD1", start + std::chrono::minutes(minute));
    add_read("TAIL1", start + std::chrono::minutes(minute) + std::chrono::seconds(40));
    add_read("OTHER" + std::to_string(minute), start + std::chrono::minutes(minute));
    minute += 45;
  }
  const auto ask = [&](const std::string& kind, const std::string& text, const std::string& on_case) {
    return call(net::Method::kPost, "/api/v1/search/" + kind, {{"text", text}, {"case_id", on_case}});
  };
  const auto before = log_->size();
  Json body = Json::parse(ask("convoy", "show:convoy LEAD1", case_id_).body);
  ASSERT_EQ(body["vehicles"].size(), 1u) << body;
  EXPECT_EQ(body["vehicles"][0]["plate"], "TAIL1");
  EXPECT_EQ(body["vehicles"][0]["cameras"], 3);
  EXPECT_EQ(body["items"].size(), 3u);
  EXPECT_EQ(log_->size(), before + 2) << "the question and its count";
  const auto entry = log_->entry(ledger::Reader::kAuditor, body["ledger_index"].get<std::uint64_t>());
  ASSERT_TRUE(entry);
  EXPECT_TRUE(std::any_of(entry->disclosures.begin(), entry->disclosures.end(), [&](const auto& field) {
    return field.name == "question" &&
           field.value.starts_with("Who passed within 60 seconds of it at 3 cameras");
  }));
  body = Json::parse(ask("meet", "near:\"Main St\" from:6h and camera:Bridge from:6h", case_id_).body);
  EXPECT_EQ(body["total"], 2) << body;
  body = Json::parse(ask("meet", "T* near:\"Main St\" from:6h and camera:Bridge from:6h", case_id_).body);
  EXPECT_EQ(body["total"], 1) << "with a part of the plate: " << body;
  body = Json::parse(ask("route", "show:route LEAD1", case_id_).body);
  EXPECT_EQ(body["items"].size(), 3u);
  EXPECT_EQ(body["items"][0]["camera_id"], main_st) << "oldest first";
  EXPECT_EQ(body["gaps"].size(), 2u);
  body = Json::parse(ask("route", "show:last LEAD1", case_id_).body);
  ASSERT_EQ(body["items"].size(), 1u);
  EXPECT_EQ(body["items"][0]["camera_id"], bridge);
  EXPECT_EQ(body["first"]["camera_id"], main_st);

  EXPECT_EQ(ask("convoy", "show:convoy LEAD1", make_case("26-003", {"acc_2"})).status, 403);
  EXPECT_EQ(ask("convoy", "show:convoy LEAD1", "case_unknown").status, 404);
  EXPECT_EQ(ask("convoy", "LEAD1", case_id_).status, 422) << "another kind of question";
  EXPECT_EQ(ask("convoy", "show:convoy L*", case_id_).status, 422);
}

TEST_F(SearchRoutes, AFileHoldsEveryVehicleOfWhichAPageShowsTwoHundred) {
  constexpr int kVehicles = 230;
  records::Camera bridge;
  bridge.name = "Bridge";
  bridge.place = {37.28, -79.94};
  const std::string ids[] = {camera_id_, records_->create_camera(bridge)->id};
  std::vector<reads::Incoming> batch;
  for (int i = 0; i < 2 * kVehicles; ++i) {
    reads::Incoming in;
    in.read.captured_at = clock_.now() - std::chrono::minutes(30) + base::Millis(i);
    in.read.id = base::new_id("read", in.read.captured_at);
    in.read.camera_id = ids[i % 2];
    in.read.plate.emplace();
    in.read.plate->plate = *plate::Plate::parse("T" + std::to_string(100 + i / 2));
    in.read.plate->region = "us-va";
    batch.push_back(std::move(in));
  }
  ASSERT_EQ(store_->ingest(std::move(batch))->stored, 2U * kVehicles);
  Json asked{{"text", "near:\"Main St\" within:100m from:1h and camera:Bridge from:1h"},
             {"case_id", case_id_},
             {"limit", 200}};
  const Json page = Json::parse(call(net::Method::kPost, "/api/v1/search/meet", asked).body);
  EXPECT_EQ(page["vehicles"].size(), 200u);
  EXPECT_EQ(page["total"], kVehicles);
  EXPECT_EQ(page["items"].size(), reads::kPageEvidence);
  asked.erase("limit");
  asked["as"] = "csv";
  const auto file = call(net::Method::kPost, "/api/v1/search/export/wide", asked);
  ASSERT_EQ(file.status, 200) << file.body;
  EXPECT_EQ(std::count(file.body.begin(), file.body.end(), '\n'), 1 + kVehicles);
  EXPECT_NE(file.body.find(",230\r\n"), std::string::npos) << "each row says of how many it is one";
  EXPECT_EQ(file.headers.get("X-Glasshouse-Vehicles"), "230");
  EXPECT_EQ(file.headers.get("X-Glasshouse-Reads"), "460") << "and all that shows them";
  EXPECT_EQ(file.headers.get("Content-Disposition")->find("-of-"), std::string_view::npos);
}

TEST_F(SearchRoutes, TellsWhatIsWrongWithTheQuestion) {
  Json body = exact("ABC123");
  body["question"]["plate"]["mode"] = "fuzzy";
  EXPECT_EQ(search(body).status, 422);
  body = exact("ABC123");
  body["question"]["speed"] = 80;
  EXPECT_EQ(search(body).status, 422);
  body = {{"case_id", case_id_}, {"question", Json::object()}};
  EXPECT_EQ(search(body).status, 422);
  body["question"]["area"] = {{"circle", {{"center", {{"lat", 37.27}, {"lon", -79.94}}}, {"radius_m", 500}}}};
  EXPECT_EQ(search(body).status, 200);
  body["question"]["area"]["circle"]["radius_m"] = 1;
  EXPECT_EQ(search(body).status, 422);
  EXPECT_EQ(search({{"case_id", case_id_}}).status, 422);
}

TEST_F(SearchRoutes, APictureIsRecordedOnceAnHour) {
  const std::string id = add_read("ABC123", clock_.now() - base::Millis(1000));
  EXPECT_EQ(get(kPicture, id).status, 403) << "no case, no picture";
  const auto before = log_->size();
  const auto shown = get(kPicture, id, case_id_);
  ASSERT_EQ(shown.status, 200);
  EXPECT_EQ(shown.body, "\xFF\xD8picture of ABC123");
  EXPECT_EQ(shown.headers.get("Cache-Control"), "private, no-store");
  clock_.advance(std::chrono::minutes(59));
  EXPECT_EQ(get(kPicture, id, case_id_).status, 200);
  EXPECT_EQ(log_->size(), before + 1);
  clock_.advance(std::chrono::minutes(2));
  EXPECT_EQ(get(kPicture, id, case_id_).status, 200);
  EXPECT_EQ(log_->size(), before + 2);
  ASSERT_TRUE(records_->change_case(case_id_, std::nullopt, false, std::nullopt));
  EXPECT_EQ(get(kPicture, id, case_id_).status, 403) << "a closed case ends it at once";
  EXPECT_EQ(get("/api/v1/reads/{id}/preview", id).status, 200) << "the preview names nobody";
}

TEST_F(SearchRoutes, AReadIsShownUnderItsCaseOrTheLivePermit) {
  const std::string old = add_read("ABC123", clock_.now() - base::Millis(1000));
  EXPECT_EQ(get(kRead, old).status, 403);
  EXPECT_EQ(Json::parse(get(kRead, old, case_id_).body)["plate"]["text"], "ABC123");
  policy::Question question;
  question.action = policy::Action::kLiveReads;
  question.who = {"acc_1", "agency_own", policy::Role::kOfficer, true};
  question.on_case = *records_->facts(case_id_, "acc_1");
  question.beneficiary_kind = "own";
  live_->work_on("session_1",
                 {case_id_, std::make_shared<const gate::Permit>(std::move(*gate_->ask(question, {})))});
  clock_.advance(std::chrono::seconds(5));
  const std::string fresh = add_read("LIVE1", clock_.now());
  const auto before = log_->size();
  EXPECT_EQ(get(kRead, fresh).status, 200);
  EXPECT_EQ(get(kPicture, fresh).status, 200);
  EXPECT_EQ(log_->size(), before) << "the live permit stands in the ledger already";
  EXPECT_EQ(get(kRead, old).status, 200) << "older reads under the case that is worked on";
}

TEST_F(SearchRoutes, ACorrectionStandsBesideTheRead) {
  const std::string id = add_read("ABC123", clock_.now() - base::Millis(1000));
  const auto correct = [&](const Json& body, const std::string& case_id) {
    return call(net::Method::kPost, "/api/v1/reads/{id}/corrections", body, id, case_id);
  };
  EXPECT_EQ(correct({{"plate", "A8C123"}, {"reason", "the 8 is clear"}}, "").status, 403);
  EXPECT_EQ(correct({{"plate", "A8C123"}}, case_id_).status, 422);
  EXPECT_EQ(correct({{"plate", "???"}, {"reason", "x"}}, case_id_).status, 422);
  const auto response = correct({{"plate", "a8c 123"}, {"reason", "the 8 is clear"}}, case_id_);
  ASSERT_EQ(response.status, 201) << response.body;
  const Json read = Json::parse(response.body);
  EXPECT_EQ(read["plate"]["text"], "ABC123");
  EXPECT_EQ(read["corrections"][0]["plate"], "A8C123");
  EXPECT_EQ(read["corrections"][0]["by"], "acc_1");
  EXPECT_EQ(Json::parse(search(exact("A8C123")).body)["items"].size(), 1u);
}

TEST_F(SearchRoutes, ACorrectionIsTakenBackAndTheHistoryTellsIt) {
  const std::string id = add_read("ABC123", clock_.now() - base::Millis(1000));
  const auto read = Json::parse(call(net::Method::kPost, "/api/v1/reads/{id}/corrections",
                                     {{"plate", "A8C123"}, {"reason", "the 8 is clear"}}, id, case_id_)
                                    .body);
  const std::string correction = read["corrections"][0]["id"];
  const auto withdraw = [&](const Json& body, const std::string& case_id) {
    return call(net::Method::kPost, "/api/v1/reads/{id}/corrections/{item}/withdrawal", body, id, case_id,
                correction);
  };
  EXPECT_EQ(withdraw({{"reason", "a B"}}, "").status, 403);
  EXPECT_EQ(withdraw(Json::object(), case_id_).status, 422);
  const auto response = withdraw({{"reason", "it is a B after all"}}, case_id_);
  ASSERT_EQ(response.status, 200) << response.body;
  const Json after = Json::parse(response.body);
  EXPECT_EQ(after["corrections"][0]["withdrawn"]["reason"], "it is a B after all");
  EXPECT_EQ(after["corrections"][0]["reason"], "the 8 is clear");
  EXPECT_EQ(Json::parse(search(exact("A8C123")).body)["items"].size(), 0u);
  EXPECT_EQ(withdraw({{"reason", "again"}}, case_id_).status, 404);
}

TEST_F(SearchRoutes, AWideQuestionUnderALightCaseIsRefusedAndSaysWhatWouldDo) {
  const std::string light = make_case("26-004", {"acc_1"}, "larceny");
  const Json question{{"text", "show:convoy LEAD1"}, {"case_id", light}};
  const auto refused = call(net::Method::kPost, "/api/v1/search/convoy", question);
  ASSERT_EQ(refused.status, 403) << refused.body;
  const Json told = Json::parse(refused.body);
  EXPECT_NE(refused.body.find("strict-default/question-convoy"), std::string::npos);
  EXPECT_NE(refused.body.find("house rule (strict default)"), std::string::npos);
  EXPECT_NE(refused.body.find("a case for a felony"), std::string::npos) << refused.body;
  const auto size = log_->size();
  const Json before_asking =
      Json::parse(call(net::Method::kPost, "/api/v1/search/understand", question).body);
  EXPECT_FALSE(before_asking["decision"]["allowed"].get<bool>()) << "and it is told before it is asked";
  EXPECT_EQ(before_asking["reach"]["cameras"], 1);
  EXPECT_TRUE(before_asking["reach"]["all_cameras"].get<bool>());
  EXPECT_EQ(log_->size(), size);
  // The newest read of a plate is a read like any other.
  EXPECT_EQ(
      call(net::Method::kPost, "/api/v1/search/route", {{"text", "show:last LEAD1"}, {"case_id", light}})
          .status,
      200);
  EXPECT_EQ(
      call(net::Method::kPost, "/api/v1/search/route", {{"text", "show:route LEAD1"}, {"case_id", light}})
          .status,
      403);
}

TEST_F(SearchRoutes, AnUploadMaySayWhatStandsOut) {
  const auto taken = [](const Json& features) {
    return parse_read(
        {{"id", base::new_id("read", base::Time{})},
         {"captured_at", "2026-11-22T12:00:00Z"},
         {"vehicle", {{"body", "van"}, {"color", "red"}, {"make", "unknown"}, {"features", features}}}},
        "cam_1");
  };
  const auto read = taken({"trailer-plate", "new-word", "trailer-plate"});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->looks.features, (std::vector<std::string>{"new-word", "trailer-plate"}));
  EXPECT_EQ(render(reads::mask(*read))["vehicle"]["features"], (Json{"new-word", "trailer-plate"}));
  const auto none = taken(Json::array());
  ASSERT_TRUE(none);
  EXPECT_FALSE(render(reads::mask(*none))["vehicle"].contains("features"));
  for (const Json& bad : {Json(1), Json("no-plate"), Json{1}, Json{""}, Json{"No Plate"},
                          Json{std::string(31, 'a')}, Json(std::vector<std::string>(9, "no-plate"))}) {
    const auto refused = taken(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().why(), "vehicle is not well formed.") << bad;
  }
}

TEST_F(SearchRoutes, AnUploadMayHoldAFingerprint) {
  const auto taken = [](const Json& fingerprint) {
    Json upload{{"id", base::new_id("read", base::Time{})},
                {"captured_at", "2026-11-22T12:00:00Z"},
                {"vehicle", {{"body", "van"}, {"color", "red"}, {"make", "unknown"}}}};
    if (!fingerprint.is_null()) upload["vehicle"]["fingerprint"] = fingerprint;
    return parse_read(upload, "cam_1");
  };
  std::string numbers(64, '\0');
  numbers[1] = '\x7f';
  numbers[63] = '\xff';
  const std::string vector = crypto::base64(numbers);
  const auto read = taken({{"version", 1}, {"vector", vector}});
  ASSERT_TRUE(read && read->fingerprint);
  EXPECT_EQ((*read->fingerprint)[1], 127);
  EXPECT_EQ((*read->fingerprint)[63], -1);
  for (const Json& none : {Json(), Json{{"version", 2}, {"vector", vector}}, Json{{"version", 2}}}) {
    const auto without = taken(none);
    EXPECT_TRUE(without && !without->fingerprint) << none;
  }
  for (const Json& bad : {Json(1), Json{{"version", 1}}, Json{{"version", 1}, {"vector", vector.substr(4)}},
                          Json{{"version", 1}, {"vector", "?"}}, Json{{"vector", vector}}}) {
    EXPECT_FALSE(taken(bad)) << bad;
  }
}

TEST_F(SearchRoutes, AVehicleIsFoundAgainByItsLooksUnderACaseGraveEnough) {
  reads::Fingerprint looks{};
  looks[3] = 127;
  const auto seen = [&](base::Millis ago, const std::optional<reads::Fingerprint>& fingerprint) {
    std::vector<reads::Incoming> batch(1);
    reads::Read& read = batch[0].read;
    read.captured_at = clock_.now() - ago;
    read.id = base::new_id("read", read.captured_at);
    read.camera_id = camera_id_;
    read.fingerprint = fingerprint;
    const std::string id = read.id;
    EXPECT_EQ(store_->ingest(std::move(batch))->stored, 1u);
    return id;
  };
  const std::string start = seen(base::Millis(9000), looks), bare = seen(base::Millis(8000), std::nullopt);
  looks[4] = 50;
  looks[3] = 117;
  const std::string near = seen(base::Millis(7000), looks);
  const auto ask = [&](const std::string& text, const std::string& case_id) {
    return call(net::Method::kPost, "/api/v1/search/again", {{"text", text}, {"case_id", case_id}});
  };
  const auto size = log_->size();
  const auto answered = ask("again:" + start, case_id_);
  ASSERT_EQ(answered.status, 200) << answered.body;
  const Json body = Json::parse(answered.body);
  EXPECT_EQ(log_->size(), size + 2) << "the question, and how many it found";
  ASSERT_EQ(body["items"].size(), 1u) << body;
  EXPECT_EQ(body["items"][0]["id"], near);
  EXPECT_EQ(body["alike"][0], (Json{{"read_id", near}, {"likeness", 0.921}, {"word", "very"}}));
  EXPECT_EQ(body["canonical"], "again:" + start);
  EXPECT_NE(body["sentence"].get<std::string>().find(start), std::string::npos);
  EXPECT_TRUE(body["items"][0]["has_fingerprint"].get<bool>());
  // What it starts from may lie before the times asked for: it is looked at under an entry of its own.
  EXPECT_EQ(
      Json::parse(
          ask("again:" + start + " from:" + base::format_rfc3339(clock_.now() - base::Millis(8500)), case_id_)
              .body)["items"]
          .size(),
      1u);
  EXPECT_EQ(log_->size(), size + 5);
  EXPECT_EQ(ask("again:" + bare, case_id_).status, 422);
  EXPECT_EQ(ask("again:" + base::new_id("read", clock_.now()), case_id_).status, 404);
  const auto refused = ask("again:" + start, make_case("26-005", {"acc_1"}, "hit-and-run"));
  EXPECT_EQ(refused.status, 403) << refused.body;
  EXPECT_NE(refused.body.find("finding a vehicle again by its looks"), std::string::npos) << refused.body;
  EXPECT_EQ(ask("again:" + start, "").status, 422);
}

TEST_F(SearchRoutes, OwnSearchesStandInAListWithWhatCameOfThem) {
  add_read("ABC123", clock_.now() - base::Millis(1000));
  const Json found = Json::parse(search(exact("ABC123")).body);
  call(net::Method::kPost, "/api/v1/search/route", {{"text", "show:last ABC123"}, {"case_id", case_id_}});
  const auto list = [&] { return Json::parse(get("/api/v1/search/history", "").body); };
  Json mine = list();
  ASSERT_EQ(mine["items"].size(), 2u) << mine;
  EXPECT_EQ(mine["items"][0]["kind"], "route");
  EXPECT_EQ(mine["items"][1]["text"], "plate:ABC123");
  EXPECT_EQ(mine["items"][1]["ledger_index"], found["ledger_index"]);
  EXPECT_EQ(mine["items"][1]["found"], 1);
  EXPECT_EQ(mine["items"][1]["case_number"], "26-001");
  EXPECT_FALSE(mine["items"][1].contains("outcome"));
  const std::string index = std::to_string(found["ledger_index"].get<std::uint64_t>());
  const auto helped = [&](const Json& body, const std::string& of) {
    return call(net::Method::kPost, "/api/v1/search/history/{id}/outcome", body, of);
  };
  EXPECT_EQ(helped({{"outcome", "applause"}}, index).status, 422);
  EXPECT_EQ(helped({{"outcome", "located"}}, "999").status, 404);
  EXPECT_EQ(helped({{"outcome", "located"}}, "x").status, 404);
  ASSERT_TRUE(records_->change_case(case_id_, std::nullopt, false, std::nullopt));
  const auto before = log_->size();
  const auto response = helped({{"outcome", "located"}, {"note", "behind the mill"}}, index);
  ASSERT_EQ(response.status, 200) << "a closed case is no hindrance: " << response.body;
  EXPECT_EQ(log_->size(), before + 1);
  mine = list();
  EXPECT_EQ(mine["items"][1]["outcome"], "located");
  EXPECT_EQ(mine["items"][1]["outcome_ledger_index"], before);
  const auto entry = log_->entry(ledger::Reader::kAuditor, before);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->kind, "search.outcome");
  EXPECT_TRUE(std::any_of(entry->disclosures.begin(), entry->disclosures.end(), [](const auto& field) {
    return field.name == "code" && field.value == "located" && field.release == ledger::Release::kAfterDay;
  }));
}

TEST_F(SearchRoutes, AQuestionIsSavedAndForgotten) {
  const auto saved =
      call(net::Method::kPost, "/api/v1/search/saved", {{"name", "Pickup"}, {"text", "white"}});
  ASSERT_EQ(saved.status, 201) << saved.body;
  EXPECT_EQ(call(net::Method::kPost, "/api/v1/search/saved", {{"name", "Pickup"}, {"text", "red"}}).status,
            409);
  EXPECT_EQ(call(net::Method::kPost, "/api/v1/search/saved", {{"name", ""}, {"text", "red"}}).status, 422);
  const Json list = Json::parse(get("/api/v1/search/saved", "").body);
  ASSERT_EQ(list["items"].size(), 1u);
  EXPECT_EQ(list["items"][0]["text"], "white");
  const std::string id = list["items"][0]["id"];
  EXPECT_EQ(call(net::Method::kDelete, "/api/v1/search/saved/{id}", nullptr, id).status, 204);
  EXPECT_EQ(call(net::Method::kDelete, "/api/v1/search/saved/{id}", nullptr, id).status, 404);
}

// A plate that is kept under a name outlives its case: that somebody keeps it is on the record, and what is
// kept is seen by auditors only.
TEST_F(SearchRoutes, KeepingAQuestionIsOnTheRecord) {
  constexpr const char* kSaved = "/api/v1/search/saved";
  const auto before = log_->size();
  ASSERT_EQ(call(net::Method::kPost, kSaved, {{"name", "Hers"}, {"text", "plate:KEPT77"}}).status, 201);
  ASSERT_EQ(log_->size(), before + 1);
  EXPECT_EQ(call(net::Method::kPost, kSaved, {{"name", "Hers"}, {"text", "red"}}).status, 409);
  EXPECT_EQ(log_->size(), before + 1) << "what was not kept is not recorded";
  const std::string id = Json::parse(get(kSaved, "").body)["items"][0]["id"];
  ASSERT_EQ(call(net::Method::kDelete, "/api/v1/search/saved/{id}", nullptr, id).status, 204);
  ASSERT_EQ(log_->size(), before + 2);
  const auto told = [&](ledger::Reader reader, std::uint64_t index, const std::string& value) {
    const auto entry = log_->entry(reader, index);
    return entry && std::any_of(entry->disclosures.begin(), entry->disclosures.end(),
                                [&](const auto& field) { return field.value == value; });
  };
  for (const std::uint64_t index : {before, before + 1}) {
    EXPECT_TRUE(told(ledger::Reader::kAuditor, index, "plate:KEPT77"));
    EXPECT_TRUE(told(ledger::Reader::kAuditor, index, "acc_1"));
    EXPECT_FALSE(told(ledger::Reader::kPublic, index, "plate:KEPT77"));
    EXPECT_FALSE(told(ledger::Reader::kPublic, index, "Hers"));
  }
  EXPECT_EQ(log_->entry(ledger::Reader::kAuditor, before)->kind, "question.saved");
  EXPECT_EQ(log_->entry(ledger::Reader::kAuditor, before + 1)->kind, "question.forgotten");
  const Json mine = Json::parse(get("/api/v1/search/history", "").body)["items"];
  ASSERT_EQ(mine.size(), 2u);
  EXPECT_EQ(mine[0]["kind"], "forgotten");
  EXPECT_EQ(mine[1]["kind"], "saved");
  EXPECT_EQ(mine[1]["note"], "Hers");
  EXPECT_EQ(mine[1]["ledger_index"], before);
  EXPECT_EQ(call(net::Method::kPost, "/api/v1/search/history/{id}/outcome", {{"outcome", "located"}},
                 std::to_string(before))
                .status,
            422);
}

}  // namespace
}  // namespace glasshouse::api
