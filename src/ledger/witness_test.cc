// Both sides of the witness protocol: what a witness answers, what it keeps, and what a log makes of it.
#include "ledger/witness.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>

#include "ledger/cosigning.h"
#include "ledger/ledger.h"
#include "ledger/tree.h"
#include "ledger/witness_policy.h"
#include "ledger/witness_request.h"

namespace glasshouse::ledger {
namespace {

const base::Time kThen = *base::parse_rfc3339("2026-11-22T14:30:00Z");

// A tree of numbered entries, signed at any size; `flavour` makes another history.
class PaperLog {
 public:
  explicit PaperLog(std::string flavour = "") : flavour_(std::move(flavour)) {}
  crypto::Hash subtree(unsigned level, std::uint64_t index) const {
    if (level == 0) return leaf_hash(flavour_ + std::to_string(index));
    return node_hash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1));
  }
  HashReader reader() const {
    return [this](unsigned level, std::uint64_t index) {
      return base::Result<crypto::Hash>(subtree(level, index));
    };
  }
  std::string note(std::uint64_t size, const crypto::SigningKey& key, const std::string& origin) const {
    const crypto::Hash root = size == 0 ? empty_root() : *root_of(size, reader());
    return sign_note(format_tree_head({origin, size, root}), origin, key);
  }
  std::string request(std::uint64_t old_size, std::uint64_t size, const crypto::SigningKey& key,
                      const std::string& origin) const {
    Proof proof;
    if (old_size > 0 && old_size < size) proof = *prove_consistency(old_size, size, reader());
    return format_witness_request({old_size, proof, note(size, key, origin)});
  }

 private:
  std::string flavour_;
};

class WitnessTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "witnessXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    witness_ = open(dir_ + "/w");
  }
  void TearDown() override {
    witness_.reset();
    std::filesystem::remove_all(dir_);
  }
  std::unique_ptr<Witness> open(const std::string& dir) {
    auto opened =
        Witness::open({dir, "clerk.example/w", {verifier_key_for(kOrigin, key_.public_key())}, &clock_});
    EXPECT_TRUE(opened) << opened.error().message();
    return std::move(*opened);
  }
  WitnessAnswer ask(std::uint64_t old_size, std::uint64_t size, const PaperLog& log = PaperLog()) {
    return witness_->add_checkpoint(log.request(old_size, size, key_, kOrigin));
  }

  const std::string kOrigin = "town.example/pd";
  std::string dir_;
  base::ManualClock clock_{kThen};
  crypto::SigningKey key_ = crypto::SigningKey::generate();
  std::unique_ptr<Witness> witness_;
};

TEST_F(WitnessTest, SignsGrowthWithTheTime) {
  for (const auto& [from, to] : {std::pair{0U, 3U}, {3U, 3U}, {3U, 8U}, {8U, 300U}}) {
    const WitnessAnswer answer = ask(from, to);
    ASSERT_EQ(answer.status, 200) << answer.body;
    Note note = *parse_note(PaperLog().note(to, key_, kOrigin));
    note.signatures = *parse_cosignatures(answer.body);
    const auto key = parse_witness_key(witness_->witness_key());
    ASSERT_TRUE(key);
    const auto time = verify_cosignature(note, *key);
    ASSERT_TRUE(time) << time.error().message();
    EXPECT_EQ(*time, kThen);
    note.text = PaperLog().note(to + 1, key_, kOrigin);
    EXPECT_FALSE(verify_cosignature(note, *key));
  }
}

TEST_F(WitnessTest, AnswersAsTheProtocolNumbersIt) {
  ASSERT_EQ(ask(0, 5).status, 200);
  EXPECT_EQ(ask(9, 5).status, 400);
  EXPECT_EQ(witness_->add_checkpoint("old five\n\nx").status, 400);
  EXPECT_EQ(witness_->add_checkpoint(PaperLog().request(5, 6, key_, "other.example")).status, 404);
  const auto stranger = crypto::SigningKey::generate();
  EXPECT_EQ(witness_->add_checkpoint(PaperLog().request(5, 6, stranger, kOrigin)).status, 403);
  const WitnessAnswer elsewhere = ask(3, 8);
  EXPECT_EQ(elsewhere.status, 409);
  EXPECT_EQ(elsewhere.content_type, "text/x.tlog.size");
  EXPECT_EQ(elsewhere.body, "5\n");
  EXPECT_EQ(ask(5, 8, PaperLog("other")).status, 422);  // another history
  EXPECT_EQ(ask(5, 5, PaperLog("other")).status, 422);  // a second root for one size
  EXPECT_EQ(
      witness_->add_checkpoint(format_witness_request({5, {empty_root()}, PaperLog().note(5, key_, kOrigin)}))
          .status,
      422);
  EXPECT_EQ(ask(5, 8).status, 200);  // nothing of that was kept
  const std::string served = witness_->latest(crypto::sha256_hex(kOrigin)).body;
  EXPECT_TRUE(open_checkpoint(served, verifier_key_for(kOrigin, key_.public_key())));
  EXPECT_TRUE(verify_cosignature(*parse_note(served), *parse_witness_key(witness_->witness_key())));
  EXPECT_EQ(witness_->latest("00").status, 404);
}

TEST_F(WitnessTest, AProofFromNothingMustBeEmpty) {
  EXPECT_EQ(
      witness_->add_checkpoint(format_witness_request({0, {empty_root()}, PaperLog().note(5, key_, kOrigin)}))
          .status,
      422);
  EXPECT_EQ(ask(0, 0).status, 200);
  EXPECT_EQ(ask(0, 5).status, 200);
}

TEST_F(WitnessTest, RemembersAfterAStartAndKeepsItsKey) {
  ASSERT_EQ(ask(0, 5).status, 200);
  const std::string key = witness_->witness_key();
  witness_ = open(dir_ + "/w");
  EXPECT_EQ(witness_->witness_key(), key);
  EXPECT_EQ(ask(0, 4).body, "5\n");
  witness_.reset();
  std::filesystem::remove(dir_ + "/w/witness.key");
  EXPECT_FALSE(Witness::open({dir_ + "/w", "clerk.example/w", {}, &clock_}));
}

// Two programs on one folder race to sign two histories: one size, one root, whatever happens.
TEST_F(WitnessTest, RacingPairsNeverRollBackNorSplit) {
  constexpr unsigned kRounds = 40;
  auto other = open(dir_ + "/w");
  std::uint64_t at = 0;
  for (unsigned round = 0; round < kRounds; ++round) {
    const std::string longer = PaperLog().request(at, at + 2, key_, kOrigin);
    const std::string shorter = PaperLog().request(at, at + 1, key_, kOrigin);
    WitnessAnswer a, b;
    std::thread first([&] { a = witness_->add_checkpoint(longer); });
    std::thread second([&] { b = other->add_checkpoint(shorter); });
    first.join();
    second.join();
    ASSERT_NE(a.status == 200, b.status == 200) << a.status << " " << b.status << a.body << b.body;
    at += a.status == 200 ? 2 : 1;
    ASSERT_EQ((a.status == 200 ? b : a).body, std::to_string(at) + "\n");
  }
}

TEST(WitnessPolicy, CountsEachWitnessOnceByItsKey) {
  const auto key_of = [](char c) {
    return format_witness_key(witness_key_for(std::string(1, c), std::string(32, c)));
  };
  const std::string lines = "# who counts\nlog " +
                            format_verifier_key(verifier_key_for("l", std::string(32, 'l'))) +
                            "\nwitness a " + key_of('a') + " http://127.0.0.1:1/\nwitness b " + key_of('b') +
                            "\nwitness c " + key_of('c') + "\n";
  const auto policy = parse_witness_policy(lines + "group two 2 a b c\nquorum two\n");
  ASSERT_TRUE(policy) << policy.error().message();
  EXPECT_EQ(policy->witnesses[0].url, "http://127.0.0.1:1");
  EXPECT_FALSE(policy->satisfied({{"a", kThen}}));
  EXPECT_FALSE(policy->satisfied({{"a", kThen}, {"x", kThen}}));
  EXPECT_TRUE(policy->satisfied({{"a", kThen}, {"c", kThen}}));
  EXPECT_EQ(format_witness_policy(*parse_witness_policy(format_witness_policy(*policy))),
            format_witness_policy(*policy));
  EXPECT_TRUE(parse_witness_policy(lines + "quorum none")->satisfied({}));
  const auto nested = parse_witness_policy(lines + "group ab any a b\ngroup all2 all ab c\nquorum all2\n");
  ASSERT_TRUE(nested);
  EXPECT_FALSE(nested->satisfied({{"a", kThen}, {"b", kThen}}));
  EXPECT_TRUE(nested->satisfied({{"b", kThen}, {"c", kThen}}));
  for (const std::string& bad : std::vector<std::string>{
           "quorum two\n", "", "witness d " + key_of('a') + "\nquorum a\n", "group g 4 a b c\nquorum g\n",
           "group g 1 g\nquorum g\n", "quorum a\nquorum b\n", "group a any b\nquorum a\n",
           "group g 1 a a\nquorum g\n", "witness d x\nquorum d\n",
           "witness d " + key_of('d') + " http://# no host\nquorum d\n", "elect a\nquorum a\n"}) {
    EXPECT_FALSE(parse_witness_policy(lines + bad)) << bad;
  }
}

// A log with three witnesses of which two must sign, without a network between them.
class CosigningTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "cosigningXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    open_log();
    const VerifierKey log_key = *parse_verifier_key(log_->verifier_key());
    std::string policy;
    for (int i = 0; i < 3; ++i) {
      const std::string name = "w" + std::to_string(i);
      auto witness = Witness::open({dir_ + "/" + name, name, {log_key}, &clock_});
      ASSERT_TRUE(witness);
      policy += "witness " + name + " " + (*witness)->witness_key() + " http://" + name + "\n";
      witnesses_.push_back(std::move(*witness));
    }
    policy_ = *parse_witness_policy(policy + "group two 2 w0 w1 w2\nquorum two\n");
  }
  void TearDown() override {
    cosigning_.reset();
    log_.reset();
    std::filesystem::remove_all(dir_);
  }
  void open_log() {
    auto log = Ledger::open({.dir = dir_ + "/log",
                             .origin = "town.example/pd",
                             .key_path = dir_ + "/log.key",
                             .checkpoint_period = base::Millis(3'600'000),
                             .has_witnesses = true,
                             .clock = &clock_});
    ASSERT_TRUE(log) << log.error().message();
    log_ = std::move(*log);
  }
  void start() {
    Cosigning::Options options{.ledger = log_.get(), .policy = policy_};
    options.look_every = base::Millis(2);
    options.round = base::Millis(50);
    options.first_wait = base::Millis(2);
    options.longest_wait = base::Millis(20);
    options.ask = [this](const std::string& url, const std::string& body) -> base::Result<WitnessAnswer> {
      const auto i = static_cast<std::size_t>(url[8] - '0');  // http://wN/add-checkpoint
      if (down_[i]) return base::failure(Errc::kIo, "no connection");
      return witnesses_[i]->add_checkpoint(body);
    };
    cosigning_ = std::make_unique<Cosigning>(std::move(options));
  }
  void grow(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) ASSERT_TRUE(log_->append({"test.event", {}}));
    ASSERT_TRUE(log_->publish_now());
  }
  // The bound only ends a test that would hang; nothing is measured by it.
  bool eventually(const std::function<bool()>& holds) {
    for (int i = 0; i < 10'000 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return holds();
  }
  bool witnessed(std::uint64_t size) {
    return eventually([&] { return log_->witnessed() && log_->witnessed()->size == size; });
  }

  std::string dir_;
  base::ManualClock clock_{kThen};
  std::unique_ptr<Ledger> log_;
  std::vector<std::unique_ptr<Witness>> witnesses_;
  std::array<std::atomic<bool>, 3> down_{};
  WitnessPolicy policy_;
  std::unique_ptr<Cosigning> cosigning_;
};

TEST_F(CosigningTest, PublishesWhatTheQuorumSigned) {
  start();
  grow(3);
  ASSERT_TRUE(witnessed(3));
  grow(300);
  ASSERT_TRUE(witnessed(303));
  const std::string note = *log_->static_file("checkpoint");
  const VerifierKey key = *parse_verifier_key(log_->verifier_key());
  const auto checked = require_witnesses(note, key, policy_);
  ASSERT_TRUE(checked) << checked.error().message();
  EXPECT_GE(checked->signed_by.size(), 2U);
  const auto proof = log_->inclusion_proof(200);
  ASSERT_TRUE(proof);
  EXPECT_TRUE(require_witnesses(proof->checkpoint.note, key, policy_));
  EXPECT_FALSE(require_witnesses(log_->checkpoint().note, key, policy_));
}

TEST_F(CosigningTest, OneMayBeDownTwoMayNot) {
  down_[1] = true;
  start();
  grow(2);
  ASSERT_TRUE(witnessed(2));
  down_[2] = true;
  grow(2);
  ASSERT_TRUE(eventually([&] { return !cosigning_->witnesses()[2].trouble.empty(); }));
  EXPECT_EQ(log_->witnessed()->size, 2U);  // the world keeps seeing what the quorum signed
  EXPECT_EQ(cosigning_->witnesses()[1].size, 0U);
  down_[1] = down_[2] = false;
  ASSERT_TRUE(witnessed(4));  // one that never heard of the log is led up to it by its 409
  ASSERT_TRUE(eventually([&] { return cosigning_->witnesses()[1].size == 4; }));
}

TEST_F(CosigningTest, GoesOnAfterAStartAndForgetsWitnessesThatWereTakenAway) {
  start();
  grow(3);
  ASSERT_TRUE(witnessed(3));
  cosigning_.reset();
  log_.reset();
  open_log();
  ASSERT_TRUE(log_->witnessed());
  EXPECT_EQ(log_->witnessed()->size, 3U);
  start();
  grow(1);
  ASSERT_TRUE(witnessed(4));
  cosigning_.reset();
  log_.reset();
  auto alone = Ledger::open(
      {.dir = dir_ + "/log", .origin = "town.example/pd", .key_path = dir_ + "/log.key", .clock = &clock_});
  ASSERT_TRUE(alone);
  EXPECT_FALSE((*alone)->witnessed());
  EXPECT_EQ(*(*alone)->static_file("checkpoint"), (*alone)->checkpoint().note);
}

}  // namespace
}  // namespace glasshouse::ledger
