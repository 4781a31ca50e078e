#include "gate/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <type_traits>

#include "gate/entry_schema.h"
#include "ledger/commitment.h"

namespace glasshouse::gate {
namespace {

using policy::Action;

static_assert(!std::is_copy_constructible_v<Permit> && !std::is_copy_assignable_v<Permit>);
static_assert(!std::is_default_constructible_v<Permit> && !std::is_aggregate_v<Permit>);
static_assert(std::is_nothrow_move_constructible_v<Permit>);

const base::Time kNow = *base::parse_rfc3339("2026-11-22T14:30:00Z");

// A ledger whose appends fail when told to.
class BreakableLedger final : public ledger::Ledger {
 public:
  explicit BreakableLedger(std::unique_ptr<ledger::Ledger> real) : real_(std::move(real)) {}
  bool broken = false;

  base::Result<std::uint64_t> append(ledger::Record record) override {
    if (broken)
      return base::failure(ledger::Errc::kIo, "The ledger's database cannot be used", "disk I/O error");
    return real_->append(std::move(record));
  }
  base::Result<std::uint64_t> append_batch(std::vector<ledger::Record> r) override {
    return real_->append_batch(std::move(r));
  }
  std::uint64_t size() const override { return real_->size(); }
  ledger::Checkpoint checkpoint() const override { return real_->checkpoint(); }
  base::Result<ledger::Checkpoint> publish_now() override { return real_->publish_now(); }
  base::Result<std::vector<ledger::Entry>> entries(ledger::Reader r, std::optional<std::uint64_t> b,
                                                   std::size_t l) const override {
    return real_->entries(r, b, l);
  }
  base::Result<ledger::Entry> entry(ledger::Reader r, std::uint64_t i) const override {
    return real_->entry(r, i);
  }
  base::Result<std::vector<ledger::Entry>> entries_of_kind(ledger::Reader r, const std::string& k,
                                                           std::uint64_t f, std::size_t l) const override {
    return real_->entries_of_kind(r, k, f, l);
  }
  base::Result<std::optional<ledger::Entry>> newest_of_kind(ledger::Reader r,
                                                            const std::string& k) const override {
    return real_->newest_of_kind(r, k);
  }
  base::Result<ledger::InclusionProof> inclusion_proof(std::uint64_t i) const override {
    return real_->inclusion_proof(i);
  }
  base::Result<std::vector<crypto::Hash>> consistency_proof(std::uint64_t, std::uint64_t) const override {
    return std::vector<crypto::Hash>{};
  }
  std::optional<ledger::Checkpoint> witnessed() const override { return std::nullopt; }
  base::Result<void> keep_witnessed(const ledger::Checkpoint&) override { return {}; }
  std::string tlog_proof(const ledger::InclusionProof& p) const override { return real_->tlog_proof(p); }
  std::string verifier_key() const override { return real_->verifier_key(); }
  base::Result<std::string> static_file(std::string_view p) const override { return real_->static_file(p); }

 private:
  std::unique_ptr<ledger::Ledger> real_;
};

class GateTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "gateXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    open();
  }
  void TearDown() override {
    gate_.reset();
    ledger_.reset();
    std::filesystem::remove_all(dir_);
  }
  void open() {
    gate_.reset();
    ledger_.reset();
    auto ledger = ledger::Ledger::open(
        {.dir = dir_, .origin = "town.example/pd", .key_path = dir_ + "/log.key", .clock = &clock_});
    ASSERT_TRUE(ledger) << ledger.error().message();
    ledger_ = std::make_unique<BreakableLedger>(std::move(*ledger));
    gate_ = std::make_unique<Gate>(GateOptions{ledger_.get(), &clock_, 30});
  }

  static policy::Question question(Action action = Action::kSearchReads) {
    policy::Question q;
    q.action = action;
    q.who = {.id = "off_1", .agency_id = "agc_1", .role = policy::Role::kOfficer, .active = true};
    q.on_case = policy::CaseFacts{.id = "case_1",
                                  .number = "24-10332",
                                  .purpose = "stolen-vehicle",
                                  .offence = "motor-vehicle-theft",
                                  .open = true,
                                  .assigned = true};
    return q;
  }

  static constexpr const char* kLongTown =
      "format = 1\nid = \"long-town\"\ntitle = \"Long town\"\nlevel = \"state\"\njurisdiction = "
      "\"T\"\nversion = 1\n"
      "effective = 2026-11-22\nreview = \"not reviewed by counsel\"\n[citations.o]\ntext = \"Ordinance 1\"\n"
      "mark = \"verified\"\n[retention.unmatched]\nat_most = \"100 days\"\ncite = \"o\"\n[retention.hit]\n"
      "at_most = \"100 days\"\ncite = \"o\"\n[permitted]\npurposes = [\"stolen-vehicle\"]\ncite = \"o\"\n";
  static std::shared_ptr<const policy::Stack> stack(const char* toml) {
    auto pack = policy::parse_pack(toml);
    EXPECT_TRUE(pack) << pack.error().message();
    return std::make_shared<const policy::Stack>(
        std::vector<policy::Adoption>{{*pack, pack->effective, false}});
  }

  std::map<std::string, std::pair<std::string, ledger::Release>> fields(
      std::uint64_t index, ledger::Reader reader = ledger::Reader::kAuditor) {
    std::map<std::string, std::pair<std::string, ledger::Release>> found;
    auto entry = ledger_->entry(reader, index);
    EXPECT_TRUE(entry);
    if (!entry) return found;
    for (const auto& d : entry->disclosures) found[d.name] = {d.value, d.release};
    return found;
  }

  std::string dir_;
  base::ManualClock clock_{kNow};
  std::unique_ptr<BreakableLedger> ledger_;
  std::unique_ptr<Gate> gate_;
};

TEST_F(GateTest, GivesAPermitOnlyAfterTheLedgerHoldsTheQuestion) {
  Scope scope;
  scope.from = kNow - std::chrono::hours(2);
  scope.camera_ids = {"cam_1", "cam_2"};
  scope.question = "plate is ABC1234";
  auto permit = gate_->ask(question(), scope);
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->ledger_index(), 1U);  // 0 is the schema
  EXPECT_TRUE(permit->allows(Action::kSearchReads, kNow));
  EXPECT_FALSE(permit->allows(Action::kViewRead, kNow));
  EXPECT_FALSE(permit->allows(Action::kSearchReads, kNow + std::chrono::minutes(2)));
  EXPECT_TRUE(permit->covers_camera("cam_2"));
  EXPECT_FALSE(permit->covers_camera("cam_3"));
  EXPECT_TRUE(permit->covers_time(kNow - std::chrono::hours(2)));
  EXPECT_FALSE(permit->covers_time(kNow - std::chrono::hours(3)));

  auto all = fields(1);
  EXPECT_EQ(all["kind"].first, "search-reads");
  EXPECT_EQ(all["decision"], std::pair(std::string("allowed"), ledger::Release::kAtOnce));
  EXPECT_EQ(all["agency"], std::pair(std::string("agc_1"), ledger::Release::kAfterDay));
  EXPECT_EQ(all["purpose"], std::pair(std::string("stolen-vehicle"), ledger::Release::kAfterDay));
  EXPECT_EQ(all["cameras"], std::pair(std::string("2"), ledger::Release::kAfterDay));
  EXPECT_EQ(all["rules"], std::pair(std::string("house/case-work"), ledger::Release::kAfterDay));
  EXPECT_EQ(all["officer"], std::pair(std::string("off_1"), ledger::Release::kRestricted));
  EXPECT_EQ(all["case"], std::pair(std::string("24-10332"), ledger::Release::kRestricted));
  EXPECT_EQ(all["question"], std::pair(std::string("plate is ABC1234"), ledger::Release::kRestricted));
  EXPECT_EQ(all["span"].first, "2026-11-22T12:30:00.000Z/");

  auto open_now = fields(1, ledger::Reader::kPublic);
  EXPECT_EQ(open_now.size(), 3U);  // kind, time, decision
  EXPECT_FALSE(open_now.contains("agency"));
  clock_.advance(std::chrono::hours(24));
  auto open_later = fields(1, ledger::Reader::kPublic);
  EXPECT_TRUE(open_later.contains("agency"));
  for (const char* secret : {"officer", "case", "case_id", "question", "span", "offence"})
    EXPECT_FALSE(open_later.contains(secret)) << secret;
}

TEST_F(GateTest, RecordsADenialWithItsRules) {
  auto q = question();
  q.on_case->purpose = "immigration-enforcement";
  auto permit = gate_->ask(q, {});
  ASSERT_FALSE(permit);
  const auto* denial = std::get_if<Denial>(&permit.error());
  ASSERT_NE(denial, nullptr);
  EXPECT_EQ(denial->decision.rules.at(0).id, "house/no-immigration");
  auto all = fields(denial->ledger_index);
  EXPECT_EQ(all["decision"].first, "denied");
  EXPECT_EQ(all["rules"].first, "house/no-immigration");
  EXPECT_EQ(all["purpose"].first, "immigration-enforcement");
}

TEST_F(GateTest, AnswersNothingWhenTheLedgerCannotRecord) {
  ASSERT_TRUE(gate_->record_event("server.start", {}));
  ledger_->broken = true;
  auto permit = gate_->ask(question(), {});
  ASSERT_FALSE(permit);
  ASSERT_TRUE(std::holds_alternative<base::Error>(permit.error()));
  EXPECT_TRUE(std::get<base::Error>(permit.error()).is(Errc::kLedgerDown));
  auto denied = question();
  denied.on_case.reset();
  EXPECT_TRUE(std::holds_alternative<base::Error>(gate_->ask(denied, {}).error()));
  EXPECT_TRUE(std::holds_alternative<base::Error>(gate_->record_act(question(), "case.open", {}).error()));
  EXPECT_TRUE(gate_->record_event("server.stop", {}).error().is(Errc::kLedgerDown));
  ledger_->broken = false;
  EXPECT_TRUE(gate_->ask(question(), {}));
}

TEST_F(GateTest, AQuestionTooLongForTheLedgerIsRefusedAndSaysSo) {
  Scope scope;
  scope.question = std::string(5000, 'x');
  auto permit = gate_->ask(question(), scope);
  ASSERT_FALSE(permit);
  EXPECT_TRUE(std::get<base::Error>(permit.error()).is(ledger::Errc::kTooLarge));
}

TEST_F(GateTest, ThePermitCoversNoMoreThanPolicyJudged) {
  auto q = question();
  q.from = kNow - std::chrono::hours(1);
  q.to = kNow;
  Scope wider;
  wider.from = kNow - std::chrono::hours(100);
  auto permit = gate_->ask(q, wider);
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->scope().from, q.from);
  EXPECT_EQ(permit->scope().to, q.to);

  Scope too_old;  // only the scope says how far back: policy must judge it
  too_old.from = kNow - std::chrono::hours(24 * 60);
  auto denied = gate_->ask(question(), too_old);
  ASSERT_FALSE(denied);
  EXPECT_EQ(std::get<Denial>(denied.error()).decision.rules.at(0).id, "house/span-retained");
  gate_->set_retained_days(90);
  EXPECT_FALSE(gate_->ask(question(), too_old)) << "the strict default keeps nothing that long";
  gate_->set_packs(stack(kLongTown));
  EXPECT_TRUE(gate_->ask(question(), too_old));
}

TEST_F(GateTest, PacksJudgeFromTheirDayOnAndTheirDenialsAreRecorded) {
  EXPECT_EQ(gate_->retained_days(), 21);
  gate_->set_packs(stack(kLongTown));
  EXPECT_EQ(gate_->retained_days(), 30) << "the setting, which is shorter than the pack";
  auto q = question();
  q.on_case->purpose = "burglary";
  auto denied = gate_->ask(q, {});
  ASSERT_FALSE(denied);
  const auto& denial = std::get<Denial>(denied.error());
  EXPECT_EQ(denial.decision.rules.at(0).id, "long-town/purposes");
  EXPECT_EQ(denial.decision.rules.at(0).citation, "Ordinance 1");
  EXPECT_EQ(fields(denial.ledger_index)["rules"].first, "long-town/purposes");
  clock_.advance(-std::chrono::hours(48));  // the pack is not in force yet
  EXPECT_TRUE(gate_->ask(q, {}));
}

TEST_F(GateTest, AMovedPermitAllowsNothing) {
  auto answer = gate_->ask(question(), {});
  ASSERT_TRUE(answer);
  Permit permit = std::move(*answer);
  EXPECT_TRUE(permit.allows(Action::kSearchReads, kNow));
  EXPECT_FALSE(answer->allows(Action::kSearchReads, kNow));
  EXPECT_FALSE(answer->allows(Action::kNone, kNow));
}

TEST_F(GateTest, LiveReadsRunForAnHour) {
  auto permit = gate_->ask(question(Action::kLiveReads), {});
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->expires_at() - permit->granted_at(), std::chrono::minutes(60));
}

TEST_F(GateTest, ActsAreRecordedWithTheirFieldsEachAsPublicAsTheSchemaSays) {
  auto q = question(Action::kManageHotlists);
  q.who.role = policy::Role::kSupervisor;
  auto index = gate_->record_act(q, "hotlist.import",
                                 {{"count", "12", ledger::Release::kAtOnce},
                                  {"hotlist", "list_1", ledger::Release::kAtOnce},      // wants too much
                                  {"setting", "x", ledger::Release::kRestricted},       // wants too little
                                  {"weather", "rain", ledger::Release::kAtOnce},        // not in the schema
                                  {"officer", "somebody", ledger::Release::kAtOnce}});  // the gate's own
  ASSERT_TRUE(index);
  auto all = fields(*index);
  EXPECT_EQ(all["count"].second, ledger::Release::kAtOnce);
  EXPECT_EQ(all["hotlist"].second, ledger::Release::kRestricted);
  EXPECT_EQ(all["setting"].second, ledger::Release::kAtOnce);
  EXPECT_FALSE(all.contains("weather"));
  EXPECT_EQ(fields(*index, ledger::Reader::kMachine)["weather"].second, ledger::Release::kNever);
  EXPECT_EQ(all["officer"].first, "off_1");
  q.who.role = policy::Role::kOfficer;
  auto denied = gate_->record_act(q, "hotlist.import", {});
  ASSERT_FALSE(denied);
  EXPECT_EQ(fields(std::get<Denial>(denied.error()).ledger_index)["decision"].first, "denied");
}

TEST_F(GateTest, TheSchemaIsTheFirstEntryAndIsNotRepeated) {
  ASSERT_TRUE(gate_->record_event("server.start", {}));
  EXPECT_EQ(fields(0)["kind"].first, "ledger.schema");
  EXPECT_EQ(fields(0)["hash"].first, schema_hash());
  open();
  ASSERT_TRUE(gate_->record_event("server.start", {}));
  EXPECT_EQ(ledger_->size(), 3U);
}

// A program that shows less than the one before it says so before it records anything else.
TEST_F(GateTest, ASchemaThatTakesAwayOrDelaysIsAPublicEntry) {
  const std::string before = "glasshouse-ledger-schema 1\nagency at-once\ncount at-once\nweather at-once\n";
  ASSERT_TRUE(ledger_->append({"ledger.schema",
                               {{"hash", ledger::disclosure_digest(before), ledger::Release::kAtOnce},
                                {"schema", before, ledger::Release::kAtOnce}}}));
  ASSERT_TRUE(gate_->record_event("test.event", {}));
  ASSERT_EQ(ledger_->size(), 4U);
  const auto shown = ledger_->entry(ledger::Reader::kPublic, 1);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->kind, "ledger.schema-narrowed");
  std::string narrowed;
  for (const auto& field : shown->disclosures)
    if (field.name == "narrowed") narrowed = field.value;
  EXPECT_EQ(
      narrowed,
      "agency: at-once to after-24h, weather: at-once to gone, search.result/count: at-once to after-24h");
  EXPECT_EQ(ledger_->entry(ledger::Reader::kPublic, 2)->kind, "ledger.schema");
  EXPECT_EQ(narrowed_since(schema_text()), "");
}

TEST(Schema, IsSortedAndNamesThePersonalFieldsRestricted) {
  const auto schema = entry_schema();
  EXPECT_TRUE(std::is_sorted(schema.begin(), schema.end(), [](auto& a, auto& b) { return a.name < b.name; }));
  for (const char* name :
       {"officer", "case", "case_id", "question", "beneficiary", "subject", "plate", "span"}) {
    EXPECT_EQ(release_of("any", name), ledger::Release::kRestricted) << name;
  }
  EXPECT_EQ(release_of("any", "count"), ledger::Release::kAtOnce);
  EXPECT_EQ(release_of("search.result", "count"), ledger::Release::kAfterDay);
  EXPECT_EQ(release_of("any", "recipient"), ledger::Release::kNever);
  EXPECT_EQ(release_of("any", "weather"), ledger::Release::kNever);
}

// Whichever line a schema before had, for all fields or for one kind: less of it now is said, more is not.
TEST(Schema, EveryFieldThatIsShownLaterThanBeforeIsSaid) {
  constexpr std::array kClasses{ledger::Release::kAtOnce, ledger::Release::kAfterDay,
                                ledger::Release::kRestricted, ledger::Release::kNever};
  for (const FieldRule& rule : entry_schema()) {
    for (const ledger::Release before : kClasses) {
      for (const std::string& line : {std::string(rule.name), "some.kind/" + std::string(rule.name)}) {
        const std::string was(ledger::name_of(before));
        const std::string said = narrowed_since("glasshouse-ledger-schema 2\n" + line + " " + was + "\n");
        const std::string later = line + ": " + was + " to " + std::string(ledger::name_of(rule.release));
        EXPECT_EQ(said.starts_with(later), rule.release > before) << line << " " << was << ": " << said;
      }
    }
  }
  EXPECT_EQ(narrowed_since("glasshouse-ledger-schema 2\nofficer soon\n"), "officer: soon to restricted");
}

TEST(Schema, StandsInTheDocumentAsItIsInTheCode) {
  std::ifstream file(GLASSHOUSE_LEDGER_FORMAT);
  ASSERT_TRUE(file);
  std::string rows, line;
  while (std::getline(file, line)) rows += line + "\n";
  const auto words = [](ledger::Release release) {
    return release == ledger::Release::kAtOnce       ? "at once"
           : release == ledger::Release::kAfterDay   ? "after 24 h"
           : release == ledger::Release::kRestricted ? "restricted"
                                                     : "never";
  };
  for (const FieldRule& rule : entry_schema()) {
    const std::string row = "| `" + std::string(rule.name) + "` | " + words(rule.release) + " | " +
                            std::string(rule.meaning) + " |\n";
    EXPECT_NE(rows.find(row), std::string::npos) << "docs/formats/ledger.md has no row " << row;
  }
  for (const LaterRule& rule : later_rules()) {
    const std::string row =
        "| `" + std::string(rule.kind) + "/" + std::string(rule.name) + "` | " + words(rule.release) + " |";
    EXPECT_NE(rows.find(row), std::string::npos) << "docs/formats/ledger.md has no row " << row;
  }
}

}  // namespace
}  // namespace glasshouse::gate
