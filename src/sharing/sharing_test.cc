// Grants as texts, and the book that holds them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>

#include "base/id.h"
#include "sharing/book.h"

namespace glasshouse::sharing {
namespace {

using namespace std::chrono_literals;

const base::Time kNow = *base::parse_rfc3339("2026-11-22T14:30:00Z");
constexpr Recorded kRecorded{7};  // where no ledger is asked
constexpr base::Millis kDay{24ll * 60 * 60 * 1000};

struct Keys {
  crypto::SigningKey ours = *crypto::SigningKey::from_seed(std::string(32, 'a'));
  crypto::SigningKey theirs = *crypto::SigningKey::from_seed(std::string(32, 'b'));
  crypto::SigningKey third = *crypto::SigningKey::from_seed(std::string(32, 'c'));
};

Grant good_grant(const Keys& keys) {
  Grant g;
  g.id = base::new_id("grant", kNow);
  g.owner_key = keys.ours.public_key();
  g.owner_name = "Millbrook PD";
  g.recipient_key = keys.theirs.public_key();
  g.recipient_name = "Hill County Sheriff";
  g.recipient_kind = "in-state";
  g.recipient_state = "US-VA";
  g.cameras = {{"cam_1", "Main St"}, {"cam_2", "Mill Rd at the bridge"}};
  g.purposes = {"missing-person", "stolen-vehicle"};
  g.from_minute = 6 * 60;
  g.until_minute = 22 * 60;
  g.zone = "America/New_York";
  g.starts_at = kNow;
  g.ends_at = kNow + 100 * kDay;
  return g;
}

TEST(GrantText, IsReadAgainByteForByte) {
  const Keys keys;
  const auto text = offer(good_grant(keys), keys.ours);
  ASSERT_TRUE(text) << text.error().message();
  auto read = read_grant(*text);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_FALSE(read->accepted);
  const auto both = accept(*text, keys.theirs);
  ASSERT_TRUE(both) << both.error().message();
  read = read_grant(*both);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_TRUE(read->accepted);
  EXPECT_EQ(read->grant.cameras[1].name, "Mill Rd at the bridge");
  EXPECT_EQ(read->grant.zone, "America/New_York");
  EXPECT_EQ(read->grant.ends_at, kNow + 100 * kDay);
  EXPECT_FALSE(accept(*both, keys.theirs)) << "twice";
  EXPECT_FALSE(accept(*text, keys.third)) << "by another";
  EXPECT_FALSE(offer(good_grant(keys), keys.third)) << "of another's cameras";
}

TEST(GrantText, SaysNothingThatAGrantMayNotSay) {
  const Keys keys;
  const std::vector<std::function<void(Grant&)>> changes = {
      [](Grant& g) { g.cameras.clear(); },
      [](Grant& g) {
        g.cameras = {{"", "all"}};
      },
      [](Grant& g) { g.cameras[1].id = "cam_1"; },
      [](Grant& g) { g.purposes.clear(); },
      [](Grant& g) { g.purposes = {"*"}; },
      [](Grant& g) { g.purposes = {"immigration-enforcement"}; },
      [](Grant& g) {
        g.purposes = {"stolen-vehicle", "missing-person"};
      },
      [](Grant& g) { g.ends_at = g.starts_at; },
      [](Grant& g) { g.ends_at = g.starts_at + 366 * kDay + 1ms; },
      [](Grant& g) { g.recipient_key = g.owner_key; },
      [](Grant& g) { g.recipient_kind = "own"; },
      [](Grant& g) { g.recipient_kind = ""; },
      [](Grant& g) { g.recipient_name = "Hill\nowner-name Somebody"; },
      [](Grant& g) { g.recipient_state = "Virginia"; },
      [](Grant& g) { g.declaration_sha256_hex = "yes"; },
      [](Grant& g) { g.until_minute = g.from_minute; },
      [](Grant& g) { g.zone = "Nowhere/Town"; },
      [](Grant& g) { g.id = "grant_1"; },
      [](Grant& g) { g.change = 0; },
      [](Grant& g) {
        g.cameras.resize(kMaxGrantCameras + 1, {"cam_9", "x"});
      },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Grant g = good_grant(keys);
    changes[i](g);
    const auto text = offer(g, keys.ours);
    ASSERT_FALSE(text) << i;
    EXPECT_TRUE(text.error().is(Errc::kInvalid)) << i;
  }
}

TEST(GrantText, EveryChangedByteIsFoundOut) {
  const Keys keys;
  const std::string both = *accept(*offer(good_grant(keys), keys.ours), keys.theirs);
  std::mt19937 random(4);
  int tried = 0;
  for (std::size_t at = 0; at < both.size(); ++at) {
    for (const int way : {0, 1, 2}) {
      std::string changed = both;
      if (way == 0) changed[at] = static_cast<char>(changed[at] ^ (1 << (random() % 8)));
      if (way == 1) changed.erase(at, 1);
      if (way == 2) changed.insert(at, 1, changed[at]);
      if (changed == both) continue;
      ++tried;
      const auto read = read_grant(changed);
      EXPECT_FALSE(read) << at << " " << way;
    }
  }
  EXPECT_GT(tried, 2000);
  // What was signed for one grant does not sign another.
  Grant other = good_grant(keys);
  other.purposes = {"missing-person"};
  const std::string swapped = *offer(other, keys.ours) + both.substr(both.rfind("signature "));
  EXPECT_TRUE(read_grant(swapped).error().is(Errc::kBadSignature));
}

TEST(GrantText, SaysWhetherListsMayComeAndOlderOnesDoNot) {
  const Keys keys;
  Grant g = good_grant(keys);
  const std::string before = *offer(g, keys.ours);
  EXPECT_EQ(before.find("lists"), std::string::npos);
  EXPECT_FALSE(read_grant(before)->grant.lists);
  g.lists = true;
  const std::string text = *offer(g, keys.ours);
  EXPECT_NE(text.find("\npurposes missing-person stolen-vehicle\nlists yes\nhours "), std::string::npos)
      << text;
  EXPECT_TRUE(read_grant(text)->grant.lists);
  for (const char* other : {"lists no", "lists yes ", "lists", "lists yes\nlists yes"}) {
    std::string changed = text;
    changed.replace(changed.find("lists yes"), 9, other);
    EXPECT_FALSE(read_grant(changed)) << other;
  }
}

TEST(Revocation, IsReadAgainAndFoundOutWhenChanged) {
  const Keys keys;
  const std::string id = base::new_id("grant", kNow);
  const std::string text = revoke_text(id, kNow, keys.theirs);
  const auto read = read_revocation(text);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->grant_id, id);
  EXPECT_EQ(read->by_key, keys.theirs.public_key());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(read_revocation(changed)) << at;
  }
}

class BookTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "bookXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    db_ = std::move(*db::Database::open("sqlite://" + dir_ + "/records.db"));
    reopen();
    hill_ = list("Hill County Sheriff", "in-state", keys_.theirs);
  }
  void TearDown() override {
    book_.reset();
    db_.reset();
    std::filesystem::remove_all(dir_);
  }
  void reopen() {
    book_.reset();
    auto book = Book::open({.db = db_.get(), .clock = &clock_, .key_path = dir_ + "/sharing.key"});
    ASSERT_TRUE(book) << book.error().message();
    book_ = std::move(*book);
  }
  std::string list(const std::string& name, const std::string& kind, const crypto::SigningKey& key) {
    Agency agency;
    agency.public_key = key.public_key();
    agency.name = name;
    agency.kind = kind;
    agency.state = "US-VA";
    const auto kept = book_->keep_agency(agency, kRecorded);
    EXPECT_TRUE(kept) << kept.error().message();
    return kept ? kept->id : "";
  }
  Grant wanted() {
    Grant g = good_grant(keys_);
    g.zone = "UTC";
    g.from_minute = 0;
    g.until_minute = 24 * 60;
    return g;
  }
  std::string give(const std::string& agency, const crypto::SigningKey& key, Grant grant,
                   const std::string& replaces = {}) {
    std::string text;
    const auto draft = book_->draft(std::move(grant), agency, replaces, &text);
    EXPECT_TRUE(draft) << draft.error().message();
    if (!draft) return {};
    EXPECT_TRUE(book_->keep_offer(text, kRecorded));
    const auto kept = book_->keep_accepted(*accept(text, key), hill_, kRecorded);
    EXPECT_TRUE(kept) << kept.error().message();
    return draft->grant.id;
  }
  bool is_open(const std::string& agency, const std::string& grant) {
    const auto standing = book_->standing(agency, grant, clock_.now());
    return standing.grant && standing.lease && !standing.lease->ended() && !standing.grant->revoked &&
           !standing.barred && !standing.stopped;
  }

  Keys keys_;
  std::string dir_, hill_;
  base::ManualClock clock_{kNow};
  std::unique_ptr<db::Database> db_;
  std::unique_ptr<Book> book_;
};

TEST_F(BookTest, WhatNobodyConfirmedInTimeKeepsNothingElseFromBeingProposed) {
  for (std::size_t i = 0; i < kMostOpenActs; ++i)
    ASSERT_TRUE(book_->propose(ActKind::kBar, hill_, "acc_1", kRecorded)) << i;
  EXPECT_FALSE(book_->propose(ActKind::kBar, hill_, "acc_1", kRecorded)) << "as many wait as may";
  const Act one = book_->acts().front();
  EXPECT_TRUE(book_->check_second(one, "acc_2")) << "what waits can be confirmed all the same";
  clock_.set(kNow + kActLife);
  EXPECT_TRUE(book_->acts().empty());
  EXPECT_TRUE(book_->propose(ActKind::kBar, hill_, "acc_1", kRecorded));
}

TEST_F(BookTest, AGrantHoldsFromBothSignaturesUntilItIsRevoked) {
  std::string text;
  const auto draft = book_->draft(wanted(), hill_, {}, &text);
  ASSERT_TRUE(draft) << draft.error().message();
  ASSERT_TRUE(book_->keep_offer(text, kRecorded));
  EXPECT_FALSE(is_open(hill_, draft->grant.id)) << "offered only";
  EXPECT_TRUE(book_->reaches(kNow).empty());
  ASSERT_TRUE(book_->keep_accepted(*accept(text, keys_.theirs), hill_, kRecorded));
  EXPECT_TRUE(is_open(hill_, draft->grant.id));
  EXPECT_FALSE(is_open(agency_id_of(keys_.third.public_key()), draft->grant.id));
  const auto running = book_->standing(hill_, draft->grant.id, kNow).lease;
  reopen();
  EXPECT_TRUE(is_open(hill_, draft->grant.id)) << "after a restart";
  const auto lease = book_->standing(hill_, draft->grant.id, kNow).lease;
  const auto ended = book_->end(draft->grant.id, "acc_2", kRecorded);
  ASSERT_TRUE(ended);
  EXPECT_TRUE(ended->all_gone);
  EXPECT_TRUE(lease->ended());
  EXPECT_FALSE(is_open(hill_, draft->grant.id));
  EXPECT_EQ(book_->newest(draft->grant.id)->state, GrantState::kRevoked);
  reopen();
  EXPECT_FALSE(is_open(hill_, draft->grant.id)) << "after a restart";
  EXPECT_FALSE(book_->keep_accepted(*accept(text, keys_.theirs), hill_, kRecorded)) << "not accepted again";
}

TEST_F(BookTest, AChangeTakesBothSignaturesAndEndsWhatWasBefore) {
  const std::string id = give(hill_, keys_.theirs, wanted());
  const auto before = book_->standing(hill_, id, kNow).lease;
  Grant more = wanted();
  more.purposes = {"burglary"};
  std::string text;
  const auto draft = book_->draft(more, hill_, id, &text);
  ASSERT_TRUE(draft) << draft.error().message();
  EXPECT_EQ(draft->grant.change, 2);
  ASSERT_TRUE(book_->keep_offer(text, kRecorded));
  EXPECT_EQ(book_->standing(hill_, id, kNow).grant->purposes[0], "missing-person") << "until they sign it";
  ASSERT_TRUE(book_->keep_accepted(*accept(text, keys_.theirs), hill_, kRecorded));
  EXPECT_EQ(book_->standing(hill_, id, kNow).grant->purposes, std::vector<std::string>{"burglary"});
  EXPECT_TRUE(before->ended());
  EXPECT_TRUE(is_open(hill_, id));
}

TEST_F(BookTest, ShuttingOutForGoodTakesTwoAndSoDoesLettingInAgain) {
  const std::string id = give(hill_, keys_.theirs, wanted());
  const auto act = book_->propose(ActKind::kBar, hill_, "acc_1", kRecorded);
  ASSERT_TRUE(act) << act.error().message();
  EXPECT_TRUE(is_open(hill_, id)) << "proposed only";
  EXPECT_TRUE(book_->carry_out(act->id, "acc_1", kRecorded).error().is(Errc::kSamePerson));
  ASSERT_TRUE(book_->carry_out(act->id, "acc_2", kRecorded));
  EXPECT_FALSE(is_open(hill_, id));
  EXPECT_TRUE(book_->standing(hill_, id, kNow).barred);
  std::string text;
  EXPECT_FALSE(book_->draft(wanted(), hill_, {}, &text));
  reopen();
  EXPECT_TRUE(book_->standing(hill_, id, kNow).barred) << "after a restart";
  for (const char* alone : {"acc_1", "acc_2"}) {
    const auto back = book_->propose(ActKind::kLetInAgain, hill_, alone, kRecorded);
    ASSERT_TRUE(back);
    EXPECT_TRUE(book_->carry_out(back->id, alone, kRecorded).error().is(Errc::kSamePerson));
    EXPECT_TRUE(book_->standing(hill_, id, kNow).barred);
  }
  EXPECT_FALSE(
      book_
          ->keep_agency({.public_key = keys_.theirs.public_key(), .name = "A new name", .kind = "in-state"},
                        kRecorded)
          ->barred == false)
      << "nor by listing it again";
  ASSERT_TRUE(book_->carry_out(book_->acts().front().id, "acc_3", kRecorded));
  EXPECT_FALSE(book_->standing(hill_, id, kNow).barred);
  EXPECT_FALSE(is_open(hill_, id)) << "what was ended stays ended";
}

TEST_F(BookTest, TheRegionWideListIsOffUntilTwoTurnItOn) {
  give(hill_, keys_.theirs, wanted());
  EXPECT_TRUE(book_->region().agency_ids.empty());
  EXPECT_FALSE(book_->propose(ActKind::kRegionOn, "all", "acc_1", kRecorded)) << "no wildcard";
  EXPECT_FALSE(book_->propose(ActKind::kRegionOn, "", "acc_1", kRecorded));
  const auto act = book_->propose(ActKind::kRegionOn, hill_, "acc_1", kRecorded);
  ASSERT_TRUE(act);
  EXPECT_TRUE(book_->region().agency_ids.empty());
  ASSERT_TRUE(book_->carry_out(act->id, "acc_2", kRecorded));
  EXPECT_EQ(book_->region().agency_ids, std::vector<std::string>{hill_});
  EXPECT_TRUE(book_->reaches(kNow).front().regional);
  reopen();
  EXPECT_EQ(book_->region().agency_ids.size(), 1u);
  ASSERT_TRUE(book_->turn_region_off(kRecorded));
  EXPECT_TRUE(book_->region().agency_ids.empty()) << "one person is enough to turn it off";
}

TEST_F(BookTest, APromiseThatDoesNotHoldStopsAllSharing) {
  const std::string id = give(hill_, keys_.theirs, wanted());
  const std::string vale = list("Vale PD", "in-state", keys_.third);
  std::string text;
  // Nobody offers what would break one.
  ASSERT_TRUE(book_->add_promise({.kind = PromiseKind::kAtMostAgencies, .value = "1"}, "acc_1", kRecorded));
  EXPECT_TRUE(book_->draft(wanted(), vale, {}, &text).error().is(Errc::kBreaksPromise));
  EXPECT_TRUE(is_open(hill_, id));
  EXPECT_TRUE(book_->look()->empty());
  const auto running = book_->standing(hill_, id, kNow).lease;
  // The agency turns out to be another: from this moment on nothing is shared, with anybody.
  list("I.C.E. Hill County Field Office", "in-state", keys_.theirs);
  EXPECT_FALSE(is_open(hill_, id)) << "at once, before anybody looked";
  const auto broken = book_->look();
  ASSERT_TRUE(broken);
  ASSERT_EQ(broken->size(), 1u);
  EXPECT_EQ((*broken)[0].promise.kind, PromiseKind::kNoImmigrationAgency);
  EXPECT_TRUE(running->ended());
  EXPECT_TRUE(book_->look()->empty()) << "told once";
  EXPECT_TRUE(book_->go_on(kRecorded).error().is(Errc::kBreaksPromise));
  ASSERT_TRUE(book_->end(id, "acc_1", kRecorded));
  EXPECT_TRUE(book_->stopped(kNow)) << "until a person lets it go on";
  reopen();
  EXPECT_TRUE(book_->stopped(kNow));
  ASSERT_TRUE(book_->go_on(kRecorded));
  EXPECT_FALSE(book_->stopped(kNow));
}

TEST_F(BookTest, TheAlwaysPromisedIsNeverTakenBackAndOthersTakeTwo) {
  EXPECT_FALSE(book_->propose(ActKind::kTakePromiseBack, book_->promises()[0].id, "acc_1", kRecorded));
  const auto promise = book_->add_promise({.kind = PromiseKind::kOnlyInState}, "acc_1", kRecorded);
  ASSERT_TRUE(promise);
  const auto act = book_->propose(ActKind::kTakePromiseBack, promise->id, "acc_1", kRecorded);
  ASSERT_TRUE(act);
  EXPECT_FALSE(book_->carry_out(act->id, "acc_1", kRecorded));
  EXPECT_EQ(book_->promises().size(), 2u);
  ASSERT_TRUE(book_->carry_out(act->id, "acc_2", kRecorded));
  EXPECT_EQ(book_->promises().size(), 1u);
}

TEST_F(BookTest, SaysWhoReachedWhatAndWhatChanged) {
  const std::string id = give(hill_, keys_.theirs, wanted());
  clock_.set(kNow + 8 * kDay);
  const std::string vale = give(list("Vale PD", "out-of-state", keys_.third), keys_.third, wanted());
  Grant less = wanted();
  less.cameras.pop_back();
  less.ends_at = kNow + 50 * kDay;
  give(hill_, keys_.theirs, less, id);
  const auto before = book_->reaches(kNow + 1 * kDay), now = book_->reaches(clock_.now());
  EXPECT_EQ(before.size(), 1u);
  EXPECT_EQ(now.size(), 2u);
  const auto changes = changes_between(before, now);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].sentence, "Vale PD (out-of-state) can now ask about 2 cameras.");
  EXPECT_EQ(
      changes[1].sentence,
      "What Hill County Sheriff can ask changed: 1 camera fewer; ends 2027-01-11 instead of 2027-03-02.");
  ASSERT_TRUE(book_->end(vale, "acc_1", kRecorded));
  clock_.set(clock_.now() + 8 * kDay);
  const auto later = changes_between(now, book_->reaches(clock_.now()));
  ASSERT_EQ(later.size(), 1u);
  EXPECT_EQ(later[0].sentence, "Vale PD (out-of-state) can no longer ask about 2 cameras.");
  clock_.set(kNow + 60 * kDay);
  EXPECT_TRUE(book_->reaches(clock_.now()).empty()) << "run out";
  EXPECT_EQ(book_->newest(id)->state, GrantState::kRunOut);
}

TEST(Promises, NamesOfImmigrationBodies) {
  for (const char* name : {"ICE", "I.C.E. Reno", "U.S. Border Patrol, Blaine", "DHS-HSI task force",
                           "Customs and Border Protection"})
    EXPECT_TRUE(names_immigration_body(name)) << name;
  for (const char* name :
       {"Iceland Ave HOA", "Hill County Sheriff", "Rice County", "Police Department", "FBI"})
    EXPECT_FALSE(names_immigration_body(name)) << name;
}

TEST_F(BookTest, TheStricterOfTwoKindsCounts) {
  const std::string id = give(hill_, keys_.theirs, wanted());
  list("Hill County Sheriff", "federal", keys_.theirs);
  EXPECT_EQ(book_->standing(hill_, id, kNow).kind, "federal");
  list("Hill County Sheriff", "in-state", keys_.theirs);
  EXPECT_EQ(book_->standing(hill_, id, kNow).kind, "in-state");
}

}  // namespace
}  // namespace glasshouse::sharing
