#include "asked.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "plate/pattern.h"

namespace glasshouse::bench {
namespace {

std::vector<std::string> names(const std::vector<std::uint16_t>& cameras) {
  std::vector<std::string> list;
  for (std::uint16_t camera : cameras) list.push_back(camera_name(camera));
  return list;
}

std::vector<std::int64_t> times_of(const std::vector<reads::Read>& reads) {
  std::vector<std::int64_t> times;
  for (const reads::Read& read : reads) times.push_back(base::to_ms(read.captured_at));
  return times;
}

reads::Query query_of(const Question& question) {
  reads::Query q;
  q.plate = question.plate;
  q.from = base::from_ms(question.from_ms);
  q.to = base::from_ms(question.to_ms);
  q.camera_ids = names(question.cameras);
  if (question.color) q.colors = {color_name(*question.color)};
  if (question.body) q.bodies = {body_name(*question.body)};
  q.limit = kPage;
  return q;
}

}  // namespace

void stop(const std::string& why) {
  std::fprintf(stderr, "reads_bench: %s\n", why.c_str());
  std::exit(1);
}

Door::Door(const std::string& dir, const base::Clock& clock, int days) {
  ledger::Options options;
  options.dir = dir + "/log";
  options.key_path = dir + "/log.key";
  options.origin = "bench.example/reads";
  options.clock = &clock;
  ledger_ = must(ledger::Ledger::open(options));
  gate_.emplace(gate::GateOptions{ledger_.get(), &clock, days + 2});
}

gate::Permit Door::search(gate::Scope scope) {
  policy::Question question;
  question.action = policy::Action::kSearchReads;
  question.who = {"officer_bench", "agency_own", policy::Role::kOfficer, true};
  question.on_case = policy::CaseFacts{"case_1", "26-1", "stolen-vehicle", "motor-vehicle-theft", true, true};
  question.beneficiary_kind = "own";
  auto permit = gate_->ask(question, std::move(scope));
  if (!permit) stop("the gate gave no permit");
  return std::move(*permit);
}

Answer ask_store(reads::Store& store, const gate::Permit& permit, const Month& month,
                 const Question& question) {
  if (question.kind == "three_areas") {
    reads::MeetQuery q;
    for (const Window& window : question.windows) {
      q.windows.push_back(
          {names(window.cameras), base::from_ms(window.from_ms), base::from_ms(window.to_ms)});
    }
    const auto met = must(store.meet(permit, q));
    return {met.total, times_of(met.reads)};
  }
  if (question.kind == "convoy") {
    reads::ConvoyQuery q;
    q.plate = plate::Plate::from_packed(month.vehicles[question.leader].plate);
    q.from = base::from_ms(question.from_ms);
    q.to = base::from_ms(question.to_ms);
    const auto company = must(store.convoy(permit, q));
    return {company.total, times_of(company.reads)};
  }
  const auto page = must(store.search(permit, query_of(question)));
  return {page.total_at_least, times_of(page.reads)};
}

std::optional<Answer> ask_floor(Floor& floor, const Question& question) {
  if (question.plate) return floor.plates(*question.plate);
  if (question.kind == "three_areas") return floor.meet(question.windows);
  if (question.kind == "convoy") return floor.convoy(question.leader);
  return std::nullopt;
}

#ifdef GLASSHOUSE_BENCH_POSTGRES
namespace {

std::string array_of(const std::vector<std::uint16_t>& numbers) {
  std::string text = "{";
  for (std::uint16_t number : numbers) text += (text.size() > 1 ? "," : "") + std::to_string(number);
  return text + "}";
}

// The folded plates within one edit: what a program that knows PostgreSQL would look up.
std::string folded_within_one_edit(const std::string& plate) {
  const std::string word = fold(*plate::Plate::parse(plate)).text();
  constexpr std::string_view kFolded = "0123456789ACEFHJKMNPRTUVWXY";
  std::vector<std::string> words{word};
  for (std::size_t at = 0; at <= word.size(); ++at) {
    if (at < word.size()) words.push_back(word.substr(0, at) + word.substr(at + 1));
    for (char c : kFolded) {
      if (at < word.size()) words.push_back(word.substr(0, at) + c + word.substr(at + 1));
      words.push_back(word.substr(0, at) + c + word.substr(at));
    }
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::string text = "{";
  for (const std::string& one : words) text += (text.size() > 1 ? "," : "") + one;
  return text + "}";
}

std::string like_of(const reads::PlateQuery& plate) {
  if (plate.mode == reads::PlateQuery::Mode::kContains) return "%" + plate.text + "%";
  std::string text = plate.text;
  for (char& c : text) c = c == '?' ? '_' : c == '*' ? '%' : c;
  return text;
}

}  // namespace

std::vector<std::int64_t> ask_postgres(Postgres& postgres, const Month& month, const Question& question) {
  const std::string from = Postgres::when(question.from_ms);
  const std::string to = Postgres::when(question.to_ms);
  if (question.kind == "three_areas") {
    std::vector<std::string> parameters;
    for (const Window& window : question.windows) {
      parameters.push_back(array_of(window.cameras));
      parameters.push_back(Postgres::when(window.from_ms));
      parameters.push_back(Postgres::when(window.to_ms));
    }
    return postgres.ask(sql::kMeet, parameters);
  }
  if (question.kind == "convoy") {
    return postgres.ask(sql::kConvoy,
                        {from, to, plate::Plate::from_packed(month.vehicles[question.leader].plate).text()});
  }
  if (!question.plate) {
    if (!question.color) return postgres.ask(sql::kArea, {from, to, array_of(question.cameras)});
    return postgres.ask(sql::kLooks, {from, to, array_of(question.cameras), std::to_string(*question.color),
                                      std::to_string(*question.body)});
  }
  using Mode = reads::PlateQuery::Mode;
  const std::string& text = question.plate->text;
  switch (question.plate->mode) {
    case Mode::kExact:
      return postgres.ask(sql::kExact, {from, to, text});
    case Mode::kPrefix: {
      std::string behind = text;
      ++behind.back();
      return postgres.ask(sql::kPrefix, {from, to, text, behind});
    }
    case Mode::kConfusable:
      return postgres.ask(sql::kConfusable, {from, to, folded_within_one_edit(text)});
    default:
      return postgres.ask(sql::kLike, {from, to, like_of(*question.plate)});
  }
}
#endif

}  // namespace glasshouse::bench
