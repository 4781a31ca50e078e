// Our lists on their way to another agency: what is sent, when, and what is done with each answer. The other
// side is written here anew, by docs/formats/peers.md.
#include "api/list_sender.h"

#include <map>
#include <nlohmann/json.hpp>

#include "api/served_town_testing.h"
#include "base/id.h"
#include "crypto/crypto.h"
#include "hotlist/shares.h"

namespace glasshouse::api {
namespace {

class ListSenderTest : public ServedTown {
 protected:
  void SetUp() override {
    ServedTown::SetUp();
    sharing::Agency mill;
    mill.public_key = mill_key_.public_key();
    mill.name = "Millbrook PD";
    mill.kind = "in-state";
    mill.url = "https://mill.invalid";
    mill_ = sharing_->keep_agency(mill, {0})->id;
    grant_ = receive(true);
    list_ = hotlists_->create("Stolen", "", hotlist::ZeroRule::kDistinct)->id;
    dora_ = somebody(policy::Role::kSupervisor, "dora");
    sender_ = std::make_unique<ListSender>(
        services_, mill_, [this](const sharing::Agency& agency, const std::string& path, const Json& body) {
          EXPECT_EQ(agency.id, mill_);
          EXPECT_EQ(path, "/peer/v1/hotlists");
          return this->mill(body);
        });
  }

  // A grant that the other agency gave us.
  std::string receive(bool lists) {
    sharing::Grant g;
    g.id = base::new_id("grant", clock_.now());
    g.owner_key = mill_key_.public_key();
    g.owner_name = "Millbrook PD";
    g.recipient_key = sharing_->public_key();
    g.recipient_name = "Test PD";
    g.recipient_kind = "in-state";
    g.cameras = {{"cam_1", "Main Street"}};
    g.purposes = {"stolen-vehicle"};
    g.lists = lists;
    g.starts_at = clock_.now();
    g.ends_at = clock_.now() + std::chrono::hours(24 * 90);
    EXPECT_TRUE(sharing_->keep_incoming(*sharing::offer(g, mill_key_), {0}));
    EXPECT_TRUE(sharing_->keep_accepted(*sharing_->signed_acceptance(g.id), "acc_1", {0}));
    return g.id;
  }

  hotlist::Entry add(const std::string& plate, std::chrono::minutes life = std::chrono::hours(24)) {
    hotlist::NewEntry draft;
    draft.plate = plate;
    draft.reason = "Stolen vehicle";
    draft.case_number = "26-1";
    draft.note = "for our own eyes";
    draft.expires_at = clock_.now() + life;
    return *hotlists_->add(list_, draft, "acc_1");
  }
  std::string shares_path() const { return "/api/v1/hotlists/" + list_ + "/shares"; }
  Answer share() {
    return send(Method::kPut, shares_path() + "/" + grant_, {{"purpose", "stolen-vehicle"}}, dora_);
  }

  // Millbrook's server: refuses while it is told to, else holds what it is sent.
  base::Result<net::ClientResponse> mill(const Json& body) {
    sent_.push_back(body);
    if (down_) return base::failure(net::Errc::kConnect, "no route");
    net::ClientResponse response;
    response.status = refuses_ != 0 ? refuses_ : 200;
    if (refuses_ != 0) {
      response.body = Json{
          {"title", "No."},
          {"detail", "The rule forbids it"},
          {"next", "Bring an order."},
          {"ledger_index",
           77}}.dump();
      return response;
    }
    if (body["base"] == 0) held_.clear();
    Json not_held = Json::array();
    for (const Json& entry : body["entries"]) {
      if (entry["plate"] == "BAD0000") {
        not_held.push_back(entry["id"]);
        continue;
      }
      const auto end = base::to_ms(*base::parse_rfc3339(entry["expires_at"].get<std::string>()));
      std::string line = entry["id"].get<std::string>() + "\t" + entry["plate"].get<std::string>();
      for (const char* name : {"region", "color", "body", "make"}) line += "\t" + entry.value(name, "");
      line += "\t" + entry["reason"].get<std::string>() + "\t" + entry["case_number"].get<std::string>();
      held_[entry["id"]] = line + "\t" + std::to_string(end) + "\n";
    }
    for (const Json& one : body["ended"]) held_.erase(one["id"].get<std::string>());
    std::string all;
    for (const auto& [id, line] : held_) all += line;
    response.body = Json{
        {"number", body["number"]},
        {"hash", crypto::sha256_hex(all)},
        {"entries", held_.size()},
        {"refused_count", not_held.size()},
        {"barred", 0},
        {"not_held", not_held},
        {"ledger_index",
         77}}.dump();
    return response;
  }
  // What a round sends.
  std::vector<Json> round() {
    sent_.clear();
    sender_->round();
    return sent_;
  }
  std::size_t said(const std::string& kind) const {
    return ledger_->entries_of_kind(ledger::Reader::kPublic, kind, 0, 200)->size();
  }

  crypto::SigningKey mill_key_ = *crypto::SigningKey::from_seed(std::string(32, 'm'));
  std::string mill_, grant_, list_, dora_;
  std::map<std::string, std::string> held_;
  std::vector<Json> sent_;
  bool down_ = false;
  int refuses_ = 0;
  std::unique_ptr<ListSender> sender_;
};

TEST_F(ListSenderTest, SendsTheListOnceAndThenWhatChanges) {
  const auto first = add("ABC1234"), second = add("XYZ9876");
  EXPECT_TRUE(round().empty()) << "nobody chose it";
  ASSERT_EQ(share().status, 200);
  ListSender elsewhere(services_, "another-agency",
                       [](const auto&, const auto&, const auto&) -> base::Result<net::ClientResponse> {
                         ADD_FAILURE() << "each is sent what is for it";
                         return base::failure(net::Errc::kConnect, "no route");
                       });
  elsewhere.round();
  auto sent = round();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0]["base"], 0);
  EXPECT_EQ(sent[0]["entries"].size(), 2u);
  EXPECT_EQ(sent[0].dump().find("for our own eyes"), std::string::npos) << "the note stays here";
  EXPECT_EQ(said("hotlist.send"), 1u);
  EXPECT_EQ(said("hotlist.sent"), 1u);
  const auto shown = send(Method::kGet, shares_path(), nullptr, dora_);
  EXPECT_EQ(shown.body["items"][0]["agency"], "Millbrook PD");
  EXPECT_EQ(shown.body["items"][0]["entries"], 2);
  EXPECT_TRUE(shown.body["choices"].empty());
  EXPECT_TRUE(round().empty()) << "nothing changed";
  const auto third = add("NEW1111", std::chrono::minutes(30));
  ASSERT_EQ(send(Method::kPatch, "/api/v1/hotlists/" + list_ + "/entries/" + first.id,
                 {{"active", false}, {"ended_as", "recovered"}}, dora_)
                .status,
            200);
  ASSERT_TRUE(hotlists_->change_entry(second.id, {}, {}, false));
  sent = round();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0]["base"], 1);
  EXPECT_EQ(sent[0]["number"], 2);
  ASSERT_EQ(sent[0]["entries"].size(), 1u);
  EXPECT_EQ(sent[0]["entries"][0]["id"], third.id);
  std::map<std::string, std::string> why;
  for (const Json& one : sent[0]["ended"]) why[one["id"]] = one["why"];
  EXPECT_EQ(why, (std::map<std::string, std::string>{{first.id, "recovered"}, {second.id, "ended"}}));
  // Renewed while nothing happens, which no log says; and an end that comes by itself is told.
  clock_.advance(kRenewEvery);
  sent = round();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0]["number"], sent[0]["base"]);
  EXPECT_FALSE(sent[0].contains("ledger_index"));
  EXPECT_EQ(said("hotlist.send"), 2u);
  clock_.advance(std::chrono::minutes(30));
  sent = round();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0]["ended"][0]["why"], "expired");
  EXPECT_TRUE(held_.empty());
  const auto kept = hotlist::Shares(*db_).of(list_);
  ASSERT_EQ(kept->size(), 1u);
  EXPECT_EQ(kept->front().entries, 0u);
  EXPECT_EQ(kept->front().told_at, clock_.now());
}

TEST_F(ListSenderTest, TriesTheSameMessageAgainAndSaysWhyItFailed) {
  add("ABC1234");
  ASSERT_EQ(share().status, 200);
  down_ = true;
  const auto first = round();
  ASSERT_EQ(first.size(), 1u);
  EXPECT_TRUE(round().empty()) << "not at once";
  EXPECT_NE(
      send(Method::kGet, shares_path(), nullptr, dora_).body["items"][0]["problem"].dump().find("reached"),
      std::string::npos);
  clock_.advance(kFirstRetry);
  down_ = false;
  const auto again = round();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0]["query_id"], first[0]["query_id"]);
  EXPECT_EQ(again[0]["ledger_index"], first[0]["ledger_index"]);
  EXPECT_EQ(said("hotlist.send"), 1u) << "however often it is sent";
  EXPECT_FALSE(send(Method::kGet, shares_path(), nullptr, dora_).body["items"][0].contains("problem"));
  // They hold something else: the whole list is next.
  add("XYZ9876");
  refuses_ = 409;
  ASSERT_EQ(round().size(), 1u);
  refuses_ = 0;
  const auto whole = round();
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_EQ(whole[0]["base"], 0);
  EXPECT_EQ(held_.size(), 2u);
  // Refused by their rules: recorded with their entry, and not tried every second.
  add("THR3333");
  refuses_ = 403;
  ASSERT_EQ(round().size(), 1u);
  EXPECT_EQ(send(Method::kGet, shares_path(), nullptr, dora_).body["items"][0]["problem"],
            "No. The rule forbids it. Bring an order.");
  clock_.advance(std::chrono::minutes(30));
  EXPECT_TRUE(round().empty());
  clock_.advance(kAfterRefusal);
  refuses_ = 0;
  EXPECT_EQ(round().size(), 1u);
  EXPECT_EQ(held_.size(), 3u);
}

TEST_F(ListSenderTest, LeavesOutWhatTheyDoNotTakeAndGoesOn) {
  add("BAD0000");
  add("ABC1234");
  ASSERT_EQ(share().status, 200);
  ASSERT_EQ(round().size(), 1u);
  EXPECT_EQ(held_.size(), 1u);
  EXPECT_TRUE(round().empty()) << "what they refused is not sent again and again";
  add("XYZ9876");
  const auto sent = round();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0]["base"], 1);
  EXPECT_EQ(sent[0]["entries"].size(), 1u);
  EXPECT_EQ(send(Method::kGet, shares_path(), nullptr, dora_).body["items"][0]["refused"], 1);
}

TEST_F(ListSenderTest, TakesTheListBackAndSendsNothingWithoutAGrantForLists) {
  add("ABC1234");
  const std::string searches_only = receive(false);
  EXPECT_EQ(
      send(Method::kPut, shares_path() + "/" + searches_only, {{"purpose", "stolen-vehicle"}}, dora_).status,
      404);
  EXPECT_EQ(send(Method::kPut, shares_path() + "/" + grant_, {{"purpose", "burglary"}}, dora_).status, 422);
  EXPECT_EQ(send(Method::kPut, shares_path() + "/" + grant_, {{"purpose", "stolen-vehicle"}},
                 somebody(policy::Role::kOfficer, "otto"))
                .status,
            403);
  ASSERT_EQ(share().status, 200);
  ASSERT_EQ(round().size(), 1u);
  ASSERT_EQ(send(Method::kDelete, shares_path() + "/" + grant_, nullptr, dora_).status, 200);
  auto sent = round();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0]["withdrawn"], true);
  EXPECT_TRUE(round().empty());
  EXPECT_TRUE(send(Method::kGet, shares_path(), nullptr, dora_).body["items"].empty());
  // A list that is removed is taken back, too; and a grant that ends ends the sending.
  ASSERT_EQ(share().status, 200);
  ASSERT_EQ(round().size(), 1u);
  ASSERT_TRUE(sharing_->end(grant_, "acc_1", {0}));
  EXPECT_TRUE(round().empty());
  EXPECT_EQ(said("hotlist.share-ended"), 1u);
  EXPECT_TRUE(hotlist::Shares(*db_).all()->empty());
}

}  // namespace
}  // namespace glasshouse::api
