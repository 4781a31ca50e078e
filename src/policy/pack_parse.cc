// From the text of a pack to its rules. No I/O.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "policy/pack_reader.h"

namespace glasshouse::policy {
namespace {

constexpr std::array<std::string_view, 4> kMarks{"verified", "partly verified", "unverified", "house rule"};
constexpr std::array<std::string_view, 6> kDutyKinds{"report", "audit",  "registration",
                                                     "review", "policy", "record"};
constexpr std::array<std::string_view, 5> kLevelNames{"federal", "state", "locality", "agency", "camera"};
constexpr std::array<std::string_view, 4> kDemandNames{"nothing", "attestation", "order", "never"};

template <class Names>
std::size_t place_in(const Names& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? 0 : static_cast<std::size_t>(found - names.begin());
}

class PackParser {
 public:
  PackParser(const base::TomlTable& root, Fault& fault) : root_(root, "the pack", fault), fault_(fault) {}

  Pack parse() {
    head();
    citations();
    retention();
    purposes();
    offences();
    recipients();
    reach();
    questions();
    places();
    barred_files();
    duties();
    notices();
    root_.no_others();
    if (count_ > kMaxPackRules)
      fault_.at(1, "the pack has more than " + std::to_string(kMaxPackRules) + " rules", "Shorten it.");
    return std::move(pack_);
  }

 private:
  void head() {
    root_.integer("format", 1, 1);
    pack_.id = root_.text("id", kMaxNameChars);
    if (!pack_.id.empty() && !is_pack_name(pack_.id))
      root_.wrong("id", "the id has other characters than a-z, 0-9 and -", "Write it like us-va.");
    if (pack_.id == "house")
      root_.wrong("id", "the id 'house' belongs to the program's own rules", "Choose another.");
    pack_.title = root_.text("title", 80);
    pack_.level = static_cast<Level>(place_in(kLevelNames, root_.word("level", kLevelNames)));
    pack_.jurisdiction = root_.text("jurisdiction", 80);
    pack_.version = static_cast<int>(root_.integer("version", 1, 1'000'000));
    const auto effective = root_.optional_day("effective");
    if (!effective && !root_.has("effective"))
      root_.wrong("effective", "the pack does not say from when it holds", "Add effective = 2026-01-01.");
    pack_.effective = effective.value_or(base::Day{});
    pack_.ends = root_.optional_day("ends");
    if (pack_.ends && *pack_.ends <= pack_.effective)
      root_.wrong("ends", "the pack ends before it begins", "Write a later day.");
    pack_.review = root_.text("review", 200);
    pack_.summary = root_.optional_text("summary");
    pack_.cameras = root_.texts("cameras", pack_.level == Level::kCamera);
    if (pack_.level != Level::kCamera && !pack_.cameras.empty())
      root_.wrong("cameras", "only a pack of level camera names cameras",
                  "Remove them, or change the level.");
  }

  void citations() {
    for (const auto& [name, table] : root_.named_tables("citations")) {
      TableReader reader(*table, "citations." + name, fault_);
      Source source{reader.text("text", 300), reader.word("mark", kMarks), {}};
      reader.no_others();
      sources_[name] = std::move(source);
    }
    if (sources_.empty())
      fault_.at(1, "the pack cites nothing",
                "Add [citations.NAME] with text and mark, and cite it in every rule.");
  }

  // Every rule says where it is written.
  Source source_of(TableReader& reader) {
    ++count_;
    const std::string cite = reader.text("cite", kMaxNameChars);
    const std::string note = reader.optional_text("note");
    const auto found = sources_.find(cite);
    if (found == sources_.end()) {
      if (!cite.empty())
        reader.wrong("cite", "'" + cite + "' is not cited",
                     "Add [citations." + cite + "], or correct the name.");
      return {};
    }
    Source source = found->second;
    source.note = note;
    return source;
  }

  void retention() {
    if (const base::TomlTable* table = root_.table("retention")) {
      TableReader reader(*table, "retention", fault_);
      for (const ReadState state : kReadStates) keep(reader, state);
      reader.no_others();
    }
  }

  void keep(TableReader& outer, ReadState state) {
    const std::string name(name_of(state));
    const base::TomlTable* table = outer.table(name);
    if (table == nullptr) return;
    TableReader reader(*table, "retention." + name, fault_);
    KeepRule rule{state, reader.minutes("at_most"), source_of(reader)};
    reader.no_others();
    if (rule.minutes >= kMinutesADay && rule.minutes % kMinutesADay != 0)
      reader.wrong("at_most", "more than a day is counted in whole days", "Write days, months or years.");
    if (state != ReadState::kUnmatched && rule.minutes < kMinutesADay)
      reader.wrong("at_most", "a hit is kept for a day at least, so that a person can verify it",
                   "Write \"1 day\" or more.");
    if (pack_.level == Level::kCamera && (state != ReadState::kUnmatched || rule.minutes >= kMinutesADay)) {
      reader.wrong(
          "at_most", "a camera's pack can only say that unmatched reads are not stored at all",
          "Write less than a day for unmatched; the reads of a day lie in one file for all cameras.");
    }
    pack_.keep.push_back(std::move(rule));
  }

  std::vector<std::string> purpose_codes(TableReader& reader) {
    std::vector<std::string> codes = reader.texts("purposes", true);
    for (const std::string& code : codes) {
      if (!code.empty() && find_purpose(code) == nullptr)
        reader.wrong("purposes", "there is no purpose '" + code + "'",
                     "Use the codes of the console's list of purposes.");
    }
    return codes;
  }

  void purposes() {
    if (const base::TomlTable* table = root_.table("permitted")) {
      TableReader reader(*table, "permitted", fault_);
      PurposeRule rule{"purposes", purpose_codes(reader), {}};
      rule.source = source_of(reader);
      reader.no_others();
      for (const std::string& code : rule.codes) {
        if (const Purpose* purpose = find_purpose(code); purpose != nullptr && purpose->forbidden) {
          reader.wrong("purposes", "'" + code + "' is forbidden everywhere, and no pack permits it",
                       "Remove it from the list.");
        }
      }
      pack_.permitted = std::move(rule);
    }
    for (const auto& [name, table] : root_.named_tables("forbid")) {
      TableReader reader(*table, "forbid." + name, fault_);
      PurposeRule rule{name, purpose_codes(reader), {}};
      rule.source = source_of(reader);
      reader.no_others();
      pack_.forbidden.push_back(std::move(rule));
    }
  }

  Gravity gravity(TableReader& reader, std::string_view key, const std::string& name) {
    const auto found = gravity_named(name);
    if (found && *found != Gravity::kUnknown) return *found;
    if (!name.empty()) {
      reader.wrong(key, "'" + name + "' is no gravity",
                   "Write misdemeanour, gross-misdemeanour, felony, violent-felony or danger-to-life.");
    }
    return Gravity::kUnknown;
  }

  void offences() {
    const base::TomlTable* table = root_.table("offence");
    if (table == nullptr) return;
    TableReader reader(*table, "offence", fault_);
    OffenceRule rule{gravity(reader, "least", reader.text("least", kMaxNameChars)), source_of(reader)};
    reader.no_others();
    pack_.offence = std::move(rule);
  }

  void recipients() {
    for (const auto& [kind, table] : root_.named_tables("recipients")) {
      TableReader reader(*table, "recipients." + kind, fault_);
      RecipientRule rule;
      rule.kind = kind;
      const auto kinds = beneficiary_kinds();
      if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
        root_.wrong("recipients", "there is no kind of recipient '" + kind + "'",
                    "Write in-state, out-of-state, federal or private.");
      rule.needs = static_cast<Demand>(place_in(kDemandNames, reader.word("needs", kDemandNames)));
      rule.named_states = reader.texts("states", false);
      if (!rule.named_states.empty())
        rule.named_states_need =
            static_cast<Demand>(place_in(kDemandNames, reader.word("states_need", kDemandNames)));
      rule.source = source_of(reader);
      reader.no_others();
      pack_.recipients.push_back(std::move(rule));
    }
  }

  void reach() {
    for (const auto& [name, table] : root_.named_tables("reach")) {
      TableReader reader(*table, "reach." + name, fault_);
      ReachRule rule;
      if (name != "any") {
        const auto least = gravity_named(name);
        if (!least || *least == Gravity::kUnknown)
          root_.wrong("reach", "'" + name + "' is no gravity", "Write any, misdemeanour, felony and so on.");
        rule.least = least.value_or(Gravity::kUnknown);
      }
      rule.agencies = static_cast<int>(reader.integer("agencies", 1, 1000));
      rule.reach_m = reader.metres("distance");
      rule.source = source_of(reader);
      reader.no_others();
      pack_.reach.push_back(std::move(rule));
    }
    std::sort(pack_.reach.begin(), pack_.reach.end(),
              [](const ReachRule& a, const ReachRule& b) { return a.least < b.least; });
    if (!pack_.reach.empty() && pack_.reach.front().least != Gravity::kUnknown)
      root_.wrong("reach", "nothing is said of the least grave cases", "Add [reach.any].");
    for (std::size_t i = 1; i < pack_.reach.size(); ++i) {
      if (pack_.reach[i].agencies < pack_.reach[i - 1].agencies ||
          pack_.reach[i].reach_m < pack_.reach[i - 1].reach_m)
        root_.wrong("reach", "a graver case reaches less far than a lighter one",
                    "Let reach grow with gravity.");
    }
  }

  void questions() {
    for (const auto& [name, table] : root_.named_tables("questions")) {
      TableReader reader(*table, "questions." + name, fault_);
      const auto asks = std::find_if(kWideQuestions.begin(), kWideQuestions.end(),
                                     [&](Asks wide) { return name_of(wide) == name; });
      if (asks == kWideQuestions.end()) {
        root_.wrong("questions", "there is no wide question '" + name + "'", "Write route, meet or convoy.");
        return;
      }
      QuestionRule rule{*asks, gravity(reader, "least", reader.text("least", kMaxNameChars)),
                        source_of(reader)};
      reader.no_others();
      pack_.questions.push_back(std::move(rule));
    }
  }

  void places() {
    const auto kinds = place_kinds();
    for (const auto& [kind, table] : root_.named_tables("places")) {
      TableReader reader(*table, "places." + kind, fault_);
      if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
        root_.wrong("places", "there is no kind of place '" + kind + "'",
                    "Write court, food-bank, health-care, immigration-facility, library, school or worship.");
      PlaceRule rule;
      rule.kind = kind;
      rule.within_m = reader.metres("within");
      rule.with_consent = reader.optional_bool("consent_lifts").value_or(false);
      rule.source = source_of(reader);
      reader.no_others();
      pack_.places.push_back(std::move(rule));
    }
  }

  void barred_files() {
    const auto known = hotlist_files();
    for (const auto& [name, table] : root_.named_tables("barred_files")) {
      TableReader reader(*table, "barred_files." + name, fault_);
      BarredFilesRule rule{name, reader.texts("files", true), {}};
      for (const std::string& file : rule.files) {
        if (!file.empty() && std::find(known.begin(), known.end(), file) == known.end())
          reader.wrong("files", "there is no file '" + file + "'",
                       "Write words like gang-or-terrorist; docs/formats/statute-pack.md lists them.");
      }
      rule.source = source_of(reader);
      reader.no_others();
      pack_.barred_files.push_back(std::move(rule));
    }
  }

  void duties() {
    for (const auto& [name, table] : root_.named_tables("duties")) {
      TableReader reader(*table, "duties." + name, fault_);
      Duty duty;
      duty.name = name;
      duty.kind = reader.word("kind", kDutyKinds);
      duty.what = reader.text("what");
      duty.to = reader.optional_text("to", 120);
      duty.every_minutes = reader.optional_minutes("every");
      duty.due = reader.optional_text("due", 5);
      if (!duty.due.empty() && !base::parse_day("2024-" + duty.due))
        reader.wrong("due", "due is no day of the year", "Write month and day like \"04-01\".");
      duty.from = reader.optional_day("from");
      if (duty.every_minutes % kMinutesADay != 0)
        reader.wrong("every", "a duty returns after whole days", "Write days, months or years.");
      duty.source = source_of(reader);
      reader.no_others();
      pack_.duties.push_back(std::move(duty));
    }
  }

  void notices() {
    for (const auto& [name, table] : root_.named_tables("notices")) {
      TableReader reader(*table, "notices." + name, fault_);
      Notice notice{name, reader.text("text"), {}};
      notice.source = source_of(reader);
      reader.no_others();
      pack_.notices.push_back(std::move(notice));
    }
  }

  TableReader root_;
  Fault& fault_;
  std::map<std::string, Source> sources_;
  std::size_t count_ = 0;
  Pack pack_;
};

}  // namespace

base::Result<Pack> parse_pack(std::string_view text) {
  Fault fault;
  if (text.size() > kMaxPackBytes) {
    fault.at(1, "it has more than " + std::to_string(kMaxPackBytes) + " bytes", "Shorten it.");
    return tl::unexpected(fault.error());
  }
  const auto root = base::parse_toml_subset(text);
  if (!root) {
    fault.at(root.error().line, root.error().why, root.error().next);
    return tl::unexpected(fault.error());
  }
  Pack pack = PackParser(*root, fault).parse();
  if (fault.found()) return tl::unexpected(fault.error());
  return pack;
}

}  // namespace glasshouse::policy
