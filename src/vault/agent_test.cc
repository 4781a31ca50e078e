#include "vault/agent.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/id.h"
#include "gate/gate.h"
#include "ledger/commitment.h"
#include "ledger/cosignature.h"
#include "seal/day_keys.h"
#include "seal/picture.h"
#include "vault/opening.h"
#include "vault/reconcile.h"
#include "vault/remote.h"

namespace glasshouse::vault {
namespace {

namespace fs = std::filesystem;
using base::Day;
using policy::Action;

const base::Time kNoon = *base::parse_rfc3339("2026-11-24T12:00:00Z");

// A log, a gate, an agent and the server's side of it, with whatever goes between them in `last`.
class AgentTest : public ::testing::Test {
 protected:
  AgentTest() {
    // In memory where there is such a place: how long a disk takes to sync is not what is tested.
    const fs::path root = fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path();
    std::string name = (root / "glasshouse-agent-XXXXXX").string();
    dir_ = ::mkdtemp(name.data());
    log_ = open_log("log");
    gate_.emplace(gate::GateOptions{.ledger = log_.get(), .clock = &clock_, .retained_days = 30});
    policy_.logs = {*ledger::parse_verifier_key(log_->verifier_key())};
    agent_ = open_agent();
    vault_ = open_vault();
    EXPECT_TRUE(vault_->prepare(base::day_of(kNoon)));
    file_ = seal::seal_picture("\xFF\xD8\xFF a picture",
                               seal::read_day_keys(vault_->public_keys({0}))->by_day.at(base::day_of(kNoon)))
                ->file;
  }
  ~AgentTest() override {
    vault_.reset();
    agent_.reset();
    gate_.reset();
    log_.reset();
    fs::remove_all(dir_);
  }

  std::unique_ptr<ledger::Ledger> open_log(const std::string& folder) {
    auto log = ledger::Ledger::open({.dir = dir_ + "/" + folder,
                                     .origin = "test.example/agent",
                                     .key_path = dir_ + "/" + (folder == "other" ? "other.key" : "log.key"),
                                     .clock = &clock_});
    EXPECT_TRUE(log) << (log ? "" : log.error().message());
    return std::move(*log);
  }
  std::unique_ptr<Agent> open_agent() {
    auto agent = Agent::open({.dir = dir_ + "/vault", .policy = policy_, .clock = &clock_});
    EXPECT_TRUE(agent) << (agent ? "" : agent.error().message());
    return std::move(*agent);
  }
  std::unique_ptr<Vault> open_vault(ledger::Ledger* log = nullptr) {
    const auto send = [this](const std::string& request) -> base::Result<std::string> {
      if (agent_ == nullptr) return base::failure(Errc::kAway, "The vault's agent does not answer");
      if (request.starts_with("glasshouse-vault 1 release\n")) last_ = request;
      return agent_->answer(request);
    };
    const auto record = [this, log](std::string kind, std::vector<ledger::Field> fields) {
      if (log != nullptr) return log->append({std::move(kind), std::move(fields)});
      return gate_->record_event(std::move(kind), std::move(fields));
    };
    auto vault = open_remote({.send = send,
                              .cache_path = dir_ + "/day-keys",
                              .ledger = log == nullptr ? log_.get() : log,
                              .record = record,
                              .clock = &clock_});
    EXPECT_TRUE(vault) << (vault ? "" : vault.error().message());
    return vault ? std::move(*vault) : nullptr;
  }

  gate::Permit permit() {
    policy::Question question;
    question.action = Action::kViewPicture;
    question.who = {"officer_test", "agency_own", policy::Role::kOfficer, true};
    question.on_case =
        policy::CaseFacts{"case_1", "26-1", "stolen-vehicle", "motor-vehicle-theft", true, true};
    question.beneficiary_kind = "own";
    auto answer = gate_->ask(question, {.read_ids = {id_}});
    if (!answer) std::abort();
    return std::move(*answer);
  }
  base::Result<std::string> release(Vault& vault) {
    return vault.release(permit(), {id_, camera_, kNoon, file_}, browser_.recipient());
  }
  // A request that was never answered: whole, and the log holds its entry.
  ReleaseRequest request() {
    const auto vault = open_vault();
    held_back_ = std::move(agent_);
    EXPECT_FALSE(release(*vault));  // nothing is sent
    agent_ = std::move(held_back_);
    const auto newest = log_->newest_of_kind(ledger::Reader::kMachine, kReleaseKind);
    EXPECT_TRUE(newest && *newest);
    return request_for(**newest);
  }
  ReleaseRequest request_for(const ledger::Entry& entry) {
    EXPECT_TRUE(log_->publish_now());
    ReleaseRequest request;
    request.read_id = id_;
    request.captured_at = kNoon;
    request.header = file_.substr(0, *crypto::age_header_bytes(file_));
    request.recipient = browser_.recipient();
    for (const auto& disclosure : entry.disclosures) request.disclosures.push_back(disclosure.text);
    const auto proof = log_->inclusion_proof(entry.index);
    request.proof =
        ledger::format_proof_file({entry.leaf, entry.index, proof->hashes, proof->checkpoint.note});
    request.grown = *log_->consistency_proof(request.old_size, proof->checkpoint.size);
    return request;
  }
  // What the agent refuses it with; empty: it released.
  std::string why_not(const ReleaseRequest& request) {
    const auto answer = parse_message(agent_->answer(format_message(message_of(request))), kMostAnswerBytes);
    if (answer->word == "ok") return "";
    EXPECT_FALSE(answer->one("header")) << "nothing is given with a refusal";
    return std::string(*answer->one("code")) + ": " + std::string(answer->one("why").value_or(""));
  }

  base::ManualClock clock_{kNoon};
  std::string dir_, last_, file_;
  ledger::WitnessPolicy policy_;
  std::unique_ptr<ledger::Ledger> log_;
  std::optional<gate::Gate> gate_;
  std::unique_ptr<Agent> agent_, held_back_;
  std::unique_ptr<Vault> vault_;
  const std::string id_ = base::new_id("read", kNoon), camera_ = base::new_id("cam", kNoon);
  const crypto::AgeIdentity browser_ = crypto::AgeIdentity::generate();
};

TEST_F(AgentTest, ReleasesForTheEntryThatTheLogHolds) {
  const auto given = release(*vault_);
  ASSERT_TRUE(given) << given.error().message();
  EXPECT_TRUE(crypto::age_open(*given, browser_)->starts_with("\xFF\xD8\xFF a picture"));
  EXPECT_EQ(*seal::payload_hash(*given), *seal::payload_hash(file_));
  const auto entry = log_->newest_of_kind(ledger::Reader::kPublic, kReleaseKind);
  ASSERT_TRUE(entry && *entry);
  for (const auto& field : (*entry)->disclosures) EXPECT_NE(field.value, id_) << "not public: " << field.name;
  ASSERT_TRUE(release(*vault_));
  EXPECT_EQ(agent_->released(), 2u);
  std::vector<std::uint64_t> indexes;
  EXPECT_EQ(read_released(dir_ + "/vault/released",
                          [&](const ReleaseLine& line) -> base::Result<void> {
                            indexes.push_back(line.index);
                            return {};
                          })
                .value(),
            2u);
  EXPECT_EQ(indexes.back(), (*log_->newest_of_kind(ledger::Reader::kPublic, kReleaseKind))->index);
}

TEST_F(AgentTest, NeedsAProofOfThisPictureForThisRecipient) {
  const ReleaseRequest whole = request();
  const auto with = [&](auto change) {
    ReleaseRequest changed = whole;
    change(changed);
    return why_not(changed);
  };
  const auto says = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(says(with([](auto& r) { r.read_id = base::new_id("read", kNoon); }), "another read"));
  EXPECT_TRUE(
      says(with([](auto& r) { r.recipient = crypto::AgeIdentity::generate().recipient(); }), "recipient"));
  const std::string other =
      seal::seal_picture("another",
                         seal::read_day_keys(vault_->public_keys({0}))->by_day.at(base::day_of(kNoon)))
          ->file;
  EXPECT_TRUE(says(with([&](auto& r) { r.header = other.substr(0, *crypto::age_header_bytes(other)); }),
                   "another picture"));
  EXPECT_TRUE(says(with([](auto& r) { r.disclosures.clear(); }), "another kind"));
  EXPECT_TRUE(says(with([](auto& r) { r.disclosures.push_back(r.disclosures.front()); }), "twice"));
  EXPECT_TRUE(
      says(with([](auto& r) { r.disclosures.front() = "WyJhIiwia2luZCIsImIiXQ"; }), "does not commit"));
  EXPECT_TRUE(says(with([](auto& r) {
                     std::erase_if(r.disclosures, [](const std::string& text) {
                       return ledger::parse_disclosure(text)->name == "officer";
                     });
                   }),
                   "who asked"));
  // Another entry of the same log, a bit of the tree's root, and no proof at all.
  EXPECT_TRUE(says(with([&](auto& r) {
                     auto proof = *ledger::parse_proof_file(r.proof);
                     proof.index -= 1;
                     r.proof = ledger::format_proof_file(proof);
                   }),
                   "does not stand"));
  EXPECT_TRUE(says(with([](auto& r) { r.proof[r.proof.size() - 20] ^= 1; }), "no-proof"));
  EXPECT_TRUE(says(with([](auto& r) { r.proof = "none"; }), "no-proof"));
  EXPECT_EQ(agent_->released(), 0u);
  EXPECT_EQ(with([](auto&) {}), "") << "and the whole one opens";
  EXPECT_TRUE(says(why_not(whole), "used before"));
  agent_.reset();
  agent_ = open_agent();
  EXPECT_TRUE(says(why_not(whole), "used before")) << "also after a restart";
}

TEST_F(AgentTest, AnEntryOfAnotherKindOpensNothing) {
  const auto index = gate_->record_event("view-picture", {{"subject", id_}});
  EXPECT_NE(why_not(request_for(*log_->entry(ledger::Reader::kMachine, *index))).find("another kind"),
            std::string::npos);
}

TEST_F(AgentTest, AnEntryIsFreshForFiveMinutesAlsoWhenTheClockIsSetBack) {
  const ReleaseRequest old = request();
  clock_.advance(kMostProofAge + base::Millis(1));
  EXPECT_NE(why_not(old).find("older than"), std::string::npos);
  ASSERT_TRUE(release(*vault_));
  clock_.set(kNoon);
  EXPECT_NE(why_not(old).find("older than"), std::string::npos);
  clock_.set(kNoon - base::Millis(3'600'000));
  agent_.reset();
  agent_ = open_agent();
  EXPECT_NE(why_not(old).find("older than"), std::string::npos);
}

TEST_F(AgentTest, ALogWithAnotherKeyOrAnotherPastIsRefused) {
  ASSERT_TRUE(release(*vault_));
  for (const char* folder : {"other", "fork"}) {
    // The same name: once under another key, once under the true key with another history.
    const auto log = open_log(folder);
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(log->append({"filler", {}}));
    const auto vault = open_vault(log.get());
    const auto answer = release(*vault);
    ASSERT_FALSE(answer) << folder;
    EXPECT_TRUE(answer.error().is(Errc::kNoProof)) << answer.error().message();
  }
  // An older copy of the log: it is smaller than what the agent saw.
  const auto log = open_log("older");
  const auto vault = open_vault(log.get());
  const auto answer = release(*vault);
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().is(Errc::kElsewhere)) << answer.error().message();
  EXPECT_EQ(agent_->released(), 1u);
  EXPECT_TRUE(release(*vault_)) << "the true log goes on";
}

TEST_F(AgentTest, TheQuorumByNameIsNeeded) {
  const auto clerk = crypto::SigningKey::generate(), stranger = crypto::SigningKey::generate();
  policy_ = *ledger::parse_witness_policy(
      "log " + log_->verifier_key() + "\nwitness clerk " +
      ledger::format_witness_key(ledger::witness_key_for("clerk.example/w", clerk.public_key())) +
      "\nwitness own " + agent_->witness_key() + "\ngroup both all clerk own\nquorum both\n");
  agent_.reset();
  agent_ = open_agent();
  const auto signed_by = [](ReleaseRequest request, const crypto::SigningKey& key) {
    auto proof = *ledger::parse_proof_file(request.proof);
    const auto note = *ledger::parse_note(proof.checkpoint);
    proof.checkpoint +=
        ledger::format_signature_line(ledger::cosign(note.text, "clerk.example/w", key, kNoon)) + "\n";
    request.proof = ledger::format_proof_file(proof);
    return request;
  };
  const ReleaseRequest plain = request();
  EXPECT_NE(why_not(plain).find("quorum"), std::string::npos);
  EXPECT_NE(why_not(signed_by(plain, stranger)).find("quorum"), std::string::npos);
  EXPECT_EQ(why_not(signed_by(plain, clerk)), "");
}

TEST_F(AgentTest, AnAgentThatKnowsNoLogReleasesNothing) {
  policy_ = {};
  agent_.reset();
  agent_ = open_agent();
  const auto answer = release(*vault_);
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message().find("told of no log"), std::string::npos);
}

TEST_F(AgentTest, WhileItIsAwayReadsComeInAndPicturesDoNotOpen) {
  const Day today = base::day_of(kNoon);
  EXPECT_TRUE(vault_->check_sealed(file_, today));
  EXPECT_EQ(vault_->trouble(), "");
  held_back_ = std::move(agent_);
  EXPECT_TRUE(vault_->check_sealed(file_, today)) << "the day's key was given to cameras";
  EXPECT_TRUE(vault_->check_sealed(file_, {today.since_epoch - 99}).error().is(Errc::kAway));
  EXPECT_TRUE(release(*vault_).error().is(Errc::kAway));
  EXPECT_NE(vault_->trouble(), "");
  // A server that starts meanwhile has the cameras' keys as well.
  const std::string list = vault_->public_keys({0});
  vault_ = open_vault();
  EXPECT_EQ(vault_->public_keys({0}), list);
  EXPECT_TRUE(vault_->prepare(today).error().is(Errc::kAway));
  agent_ = std::move(held_back_);
  vault_ = open_vault();
  EXPECT_TRUE(release(*vault_));
  EXPECT_EQ(vault_->trouble(), "");
}

TEST_F(AgentTest, HoldsAndTheEndOfDaysGoThroughIt) {
  const std::string hold = "hold_01jd0000000000000000000000";
  ASSERT_TRUE(vault_->make_hold_key(hold));
  const auto held = vault_->rehead_for_hold({id_, camera_, kNoon, file_}, hold);
  ASSERT_TRUE(held) << held.error().message();
  EXPECT_EQ(vault_->living_holds(), std::vector<std::string>{hold});
  EXPECT_EQ(vault_->living_before({base::day_of(kNoon).since_epoch + 1}).size(), 1u);
  EXPECT_EQ(vault_->shred_before({base::day_of(kNoon).since_epoch + 1}).value(), 1u);
  EXPECT_TRUE(vault_->check_sealed(file_, base::day_of(kNoon)).error().is(Errc::kShredded));
  EXPECT_TRUE(release(*vault_).error().is(Errc::kShredded));
  SealedRead read{id_, camera_, kNoon, *held};
  read.hold = hold;
  const auto given = vault_->release(permit(), read, browser_.recipient());
  ASSERT_TRUE(given) << given.error().message();
  EXPECT_TRUE(crypto::age_open(*given, browser_));
  ASSERT_TRUE(vault_->shred_hold(hold));
  EXPECT_FALSE(vault_->make_hold_key(hold));
  EXPECT_FALSE(vault_->part_key("2026-11-24", *held)) << "no other way out";
}

TEST_F(AgentTest, AnAuditorFindsReleasesThatTheLogDoesNotHold) {
  ASSERT_TRUE(release(*vault_));
  (void)request();  // an entry that nothing came of
  ASSERT_TRUE(release(*vault_));
  const std::string list = dir_ + "/vault/released";
  const auto fine = reconcile(list, dir_ + "/log", "");
  ASSERT_TRUE(fine) << fine.error().message();
  EXPECT_EQ(fine->released, 2u);
  EXPECT_EQ(fine->not_released, 1u);
  EXPECT_TRUE(fine->problems.empty()) << fine->problems.front();
  // An agent that was changed to release for an entry that is not in the log, or for one that opens nothing.
  const auto added = [&](std::uint64_t index, const crypto::Hash& leaf, const crypto::Hash& root) {
    auto released = Released::open(list);
    EXPECT_TRUE(released->add(kNoon, index, leaf, log_->checkpoint().size, root));
    return reconcile(list, dir_ + "/log", log_->verifier_key())->problems;
  };
  const auto stands = log_->checkpoint();
  const auto leaf = ledger::leaf_hash(log_->entry(ledger::Reader::kAuditor, 0)->leaf);
  EXPECT_EQ(added(0, leaf, stands.root).size(), 1u) << "of another kind";
  EXPECT_EQ(added(1, leaf, stands.root).size(), 3u) << "another leaf, of another kind";
  EXPECT_EQ(added(stands.size, leaf, stands.root).size(), 4u) << "beyond the log";
  EXPECT_EQ(added(0, leaf, leaf).size(), 7u) << "another root, used before, of another kind";
}

TEST_F(AgentTest, ALineTakenOutOfTheListShowsAndAHalfOneIsDropped) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(release(*vault_));
  agent_.reset();
  const std::string path = dir_ + "/vault/released/2026-11-24";
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line + "\n");
  ASSERT_EQ(lines.size(), 3u);
  const auto count = [&] {
    return read_released(dir_ + "/vault/released",
                         [](const ReleaseLine&) -> base::Result<void> { return {}; });
  };
  std::ofstream(path) << lines[0] << lines[2];
  EXPECT_TRUE(count().error().is(Errc::kDamaged));
  EXPECT_FALSE(Agent::open({.dir = dir_ + "/vault", .policy = policy_, .clock = &clock_}));
  std::ofstream(path) << lines[0] << lines[1] << lines[2].substr(0, 30);
  EXPECT_FALSE(count());
  agent_ = open_agent();
  EXPECT_EQ(agent_->released(), 2u);
  EXPECT_TRUE(release(*vault_));
  EXPECT_EQ(count().value(), 3u);
}

}  // namespace
}  // namespace glasshouse::vault
