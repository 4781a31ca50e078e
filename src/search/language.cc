#include "search/language.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/id.h"
#include "base/vehicle_words.h"
#include "base/words.h"
#include "search/moment.h"
#include "search/terms.h"

namespace glasshouse::search {
namespace {

using Mode = reads::PlateQuery::Mode;

constexpr std::array<std::string_view, 5> kShows{"reads", "route", "first", "last", "convoy"};
constexpr std::size_t kMostPlateBytes = 20;

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0;;) {
    const std::size_t end = text.find(separator, start);
    parts.push_back(text.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

bool has(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// "2km", "500m", "1.5mi", in metres.
std::optional<double> metres(std::string_view text) {
  const std::size_t unit_at = text.find_first_not_of("0123456789.");
  if (unit_at == 0 || unit_at == std::string_view::npos) return std::nullopt;
  const auto value = number(text.substr(0, unit_at));
  const std::string unit = lower(text.substr(unit_at));
  if (!value) return std::nullopt;
  if (unit == "m") return *value;
  if (unit == "km") return *value * 1000;
  if (unit == "mi") return *value * base::kMetresPerMile;
  return std::nullopt;
}

std::optional<base::LatLon> coordinates(std::string_view text) {
  const auto parts = parts_of(text, ',');
  if (parts.size() != 2) return std::nullopt;
  const auto lat = number(parts[0]);
  const auto lon = number(parts[1]);
  if (!lat || !lon || !base::is_valid({*lat, *lon})) return std::nullopt;
  return base::LatLon{*lat, *lon};
}

// How the plate is written says how it is meant: 7KA8123, 7K*, *7K*, 7?K*3, ~7KA8123.
std::optional<reads::PlateQuery> plate_of(std::string_view text) {
  if (text.size() > kMostPlateBytes) return std::nullopt;
  const bool alike = text.starts_with('~');
  if (alike) text.remove_prefix(1);
  if (alike || text.find_first_of("?*") == std::string_view::npos) {
    const auto plate = plate::Plate::parse_lenient(text);
    if (!plate) return std::nullopt;
    return reads::PlateQuery{alike ? Mode::kConfusable : Mode::kExact, plate->text()};
  }
  const auto pattern = plate::Pattern::parse(text);
  if (!pattern) return std::nullopt;
  const std::string& folded = pattern->text();
  const std::size_t first = folded.find_first_not_of('*');
  const std::string middle = folded.substr(first, folded.find_last_not_of('*') - first + 1);
  const bool open_end = folded.back() == '*';
  if (open_end && middle.find_first_of("?*") == std::string::npos) {
    return reads::PlateQuery{first == 0 ? Mode::kPrefix : Mode::kContains, middle};
  }
  return reads::PlateQuery{Mode::kWildcard, folded};
}

class Parser {
 public:
  Parser(std::string_view text, const Surroundings& around) : text_(text), around_(around) {}

  tl::expected<Asked, Mistake> run() {
    if (text_.size() > kMostTextBytes) return whole("The question is too long", "At most 2,000 characters");
    const std::vector<Term> terms = terms_of(text_);
    if (std::all_of(terms.begin(), terms.end(), says_nothing))
      return whole("Nothing is asked yet", "A plate (7K*), looks (white pickup) or a place");
    if (terms.size() > kMostTerms) return whole("The question has too many parts", "At most 60");
    for (std::size_t i = 0; i < terms.size(); ++i) {
      next_ = i + 1 < terms.size() ? &terms[i + 1] : nullptr;
      take(terms[i]);
      if (mistake_) return tl::unexpected(*mistake_);
    }
    end_part();
    if (!mistake_) check_show();
    if (mistake_) return tl::unexpected(*mistake_);
    return std::move(asked_);
  }

 private:
  tl::unexpected<Mistake> whole(std::string what, std::string works) const {
    return tl::unexpected(Mistake{0, text_.size(), std::move(what), std::move(works)});
  }
  void wrong(const Term& term, std::string what, std::string works) {
    if (!mistake_) mistake_ = Mistake{term.at, term.length, std::move(what), std::move(works)};
  }
  void wrong_value(const Term& term, std::string what, std::string works) {
    if (!mistake_) mistake_ = Mistake{term.value_at, term.value_length, std::move(what), std::move(works)};
  }

  Question& part() { return asked_.also.empty() ? asked_.question : asked_.also.back(); }

  void take(const Term& term) {
    if (!term.closed)
      return wrong(term, "A quote is opened here and not closed", "Put \" behind the last word");
    if (term.key.empty()) return take_word(term);
    if (term.value.empty())
      return wrong(term, "Nothing stands behind " + term.key + ":", example_of(term.key));
    using Take = void (Parser::*)(const Term&);
    static constexpr std::array<std::pair<std::string_view, Take>, 15> kTakes{
        {{"plate", &Parser::take_plate},
         {"color", &Parser::take_color},
         {"body", &Parser::take_body},
         {"make", &Parser::take_make},
         {"region", &Parser::take_region},
         {"again", &Parser::take_again},
         {"near", &Parser::take_near},
         {"within", &Parser::take_within},
         {"box", &Parser::take_box},
         {"camera", &Parser::take_camera},
         {"from", &Parser::take_from},
         {"to", &Parser::take_to},
         {"show", &Parser::take_show},
         {"cameras", &Parser::take_cameras},
         {"apart", &Parser::take_apart}}};
    for (const auto& [key, take] : kTakes) {
      if (key == term.key) return (this->*take)(term);
    }
    std::string known;
    for (const Key& key : kKeys) known += (known.empty() ? "" : ", ") + std::string(key.name);
    wrong(term, "There is no " + term.key + ":", known);
  }
  static std::string example_of(std::string_view name) {
    for (const Key& key : kKeys) {
      if (key.name == name) return "For example " + std::string(key.example);
    }
    return "Leave it out";
  }

  void take_word(const Term& term) {
    const std::string word = lower(term.value);
    if (word == "and") return next_part(term);
    if (says_nothing(term)) return;
    const auto is_of = [&](Looks kind) { return word != "unknown" && !looks_word(kind, word).empty(); };
    if (is_of(Looks::kColor)) return take_color(term);
    // Many say truck and mean a pickup.
    if (word == "truck")
      return take_list(with_value(term, "pickup,truck"), asked_.question.bodies, Looks::kBody);
    if (is_of(Looks::kBody)) return take_body(term);
    if (!base::make_of_word(word).empty() && !begins_plate(word)) return take_make(term);
    if (word.size() > 3 && !base::region_of_word(word).empty())
      return take_region(term);  // no "VA": plates begin so
    const bool goes_on =
        last_was_word_ && asked_.question.plate && asked_.question.plate->mode == Mode::kExact;
    if (goes_on) {  // "7KA 8123"
      const auto together = plate_of(asked_.question.plate->text + term.value);
      if (!together) return wrong(term, "This is not a part of a plate", std::string(kPlateWorks));
      asked_.question.plate = together;
      return;
    }
    take_plate(term);
    last_was_word_ = true;
  }

  void only_in_first(const Term& term) {
    if (!asked_.also.empty()) {
      const std::string word = term.key.empty() ? term.value : term.key + ":";
      wrong(term, "Plate and looks hold for all places", "Write " + word + " before the first \"and\"");
    }
  }
  void take_plate(const Term& term) {
    only_in_first(term);
    if (asked_.question.plate)
      return wrong(term, "A second plate", "One plate a question; ? and * stand for more");
    asked_.question.plate = plate_of(term.value);
    if (!asked_.question.plate) wrong_value(term, "This is not a plate", std::string(kPlateWorks));
  }

  // "white car": everything is one.
  static bool says_nothing(const Term& term) {
    const std::string word = lower(term.value);
    return term.key.empty() && (word == "car" || word == "vehicle");
  }
  // "KIA 1234" is rather a plate than a make and a plate.
  bool begins_plate(const std::string& word) const {
    return word.size() <= 3 && next_ != nullptr && next_->key.empty() && !next_->value.empty() &&
           std::all_of(next_->value.begin(), next_->value.end(), [](char c) { return c >= '0' && c <= '9'; });
  }
  static Term with_value(Term term, std::string value) {
    term.value = std::move(value);
    return term;
  }

  void take_list(const Term& term, std::vector<std::string>& into, Looks kind) {
    only_in_first(term);
    for (std::string_view part : parts_of(term.value, ',')) {
      const std::string word = looks_word(kind, part);
      if (word.empty()) {
        return wrong_value(term, "No camera reports \"" + std::string(part) + "\"", looks_that_work(kind));
      }
      if (!has(into, word)) into.push_back(word);
    }
    if (into.size() > kMostListed) wrong_value(term, "Too many words", "At most 12");
  }
  void take_color(const Term& term) { take_list(term, asked_.question.colors, Looks::kColor); }
  void take_body(const Term& term) { take_list(term, asked_.question.bodies, Looks::kBody); }
  void take_make(const Term& term) { take_list(term, asked_.question.makes, Looks::kMake); }
  void take_region(const Term& term) {
    std::vector<std::string> one;
    take_list(term, one, Looks::kRegion);
    if (one.size() > 1 || (one.size() == 1 && !asked_.question.region.empty()))
      return wrong(term, "A second region", "One a question");
    if (one.size() == 1) asked_.question.region = one.front();
  }

  void take_again(const Term& term) {
    if (!asked_.question.again.empty()) return wrong(term, "A second read", "One a question");
    if (!base::is_id(term.value, "read"))
      return wrong_value(term, "This is not a read's id",
                         "\"Find this vehicle again\" beside a read writes it");
    asked_.question.again = term.value;
    again_ = term;
  }

  void no_one_camera(const Term& term, const std::string& or_else) {
    const auto meant = cameras_named(term.value, around_);
    if (meant.empty())
      return wrong_value(term, "No camera has that name", "A camera's name as on the map" + or_else);
    std::string names;
    for (std::size_t i = 0; i < meant.size() && i < kMostNamed; ++i)
      names += (i == 0 ? "" : ", ") + quoted(meant[i]->name);
    wrong_value(term, std::to_string(meant.size()) + " cameras may be meant",
                "One of them: " + names + (meant.size() > kMostNamed ? " …" : ""));
  }
  void take_near(const Term& term) {
    if (part().area) return wrong(term, "A second place", "Join places with \"and\": who was at both");
    if (const auto place = coordinates(term.value)) {
      part().area = Circle{*place, kUsualRadiusM};
    } else if (const CameraPlace* camera = camera_named(term.value, around_)) {
      part().area = Circle{camera->place, kUsualRadiusM};
    } else {
      no_one_camera(term, ", or latitude,longitude: 37.2710,-79.9414");
    }
  }
  void take_within(const Term& term) {
    auto* circle = part().area ? std::get_if<Circle>(&*part().area) : nullptr;
    if (circle == nullptr) return wrong(term, "Within what?", "Write near:\"Main & 5th\" before it");
    const auto radius = metres(term.value);
    if (!radius || *radius < 10 || *radius > 200'000) {
      return wrong_value(term, "This is not a distance", "10m to 200km: 500m, 2km, 1.5mi");
    }
    circle->radius_m = *radius;
  }
  void take_box(const Term& term) {
    if (part().area) return wrong(term, "A second place", "Join places with \"and\": who was at both");
    const auto parts = parts_of(term.value, ',');
    std::array<std::optional<double>, 4> sides;
    for (std::size_t i = 0; i < sides.size() && i < parts.size(); ++i) sides[i] = number(parts[i]);
    const bool all =
        parts.size() == 4 && std::all_of(sides.begin(), sides.end(), [](auto side) { return !!side; });
    if (!all || !base::is_valid({*sides[0], *sides[1]}) || !base::is_valid({*sides[2], *sides[3]}) ||
        *sides[0] >= *sides[2] || *sides[1] >= *sides[3]) {
      return wrong_value(term, "This is not a rectangle", "south,west,north,east: 37.26,-79.95,37.28,-79.93");
    }
    part().area = Rectangle{*sides[0], *sides[1], *sides[2], *sides[3]};
  }
  void take_camera(const Term& term) {
    const CameraPlace* camera = camera_named(term.value, around_);
    if (camera == nullptr) return no_one_camera(term, "");
    if (!has(part().camera_ids, camera->id)) part().camera_ids.push_back(camera->id);
  }

  void take_from(const Term& term) {
    if (part().from) return wrong(term, "A second start", "One from: for each place");
    part().from = moment_of(term.value, around_, false, std::nullopt);
    if (!part().from) wrong_value(term, "This is not a time", std::string(kMomentsThatWork));
  }
  // What an end means depends on the start, which may stand behind it.
  void take_to(const Term& term) {
    if (to_) return wrong(term, "A second end", "One to: for each place");
    to_ = term;
  }
  void end_part() {
    last_was_word_ = false;
    if (!to_) return;
    part().to = moment_of(to_->value, around_, true, part().from);
    if (!part().to) wrong_value(*to_, "This is not a time", std::string(kMomentsThatWork));
    if (part().to && part().from && *part().to <= *part().from) {
      wrong_value(*to_, "This is before the start", "A time behind " + text_of(*part().from, around_));
    }
    to_.reset();
  }

  static bool has_place(const Question& q) { return q.area || !q.camera_ids.empty(); }
  void next_part(const Term& term) {
    end_part();
    if (!has_place(part()))
      return wrong(term, "No place stands before this \"and\"", "near:, box: or camera:");
    if (asked_.also.size() >= kMostAlso) return wrong(term, "Too many places", "At most six");
    asked_.also.emplace_back();
    last_and_ = term;
  }

  void take_show(const Term& term) {
    const auto known = std::find(kShows.begin(), kShows.end(), lower(term.value));
    if (known == kShows.end())
      return wrong_value(term, "Nothing can be shown as that", "reads, route, first, last, convoy");
    asked_.show = static_cast<Show>(known - kShows.begin());
    show_ = term;
  }
  void take_cameras(const Term& term) {
    const auto count = number(term.value);
    if (!count || *count < 2 || *count > 20 || *count != std::floor(*count)) {
      return wrong_value(term, "This is not a number of cameras", "2 to 20");
    }
    asked_.least_cameras = static_cast<std::size_t>(*count);
    convoy_only_ = term;
  }
  void take_apart(const Term& term) {
    const std::string text = lower(term.value);
    const bool minutes = text.ends_with("min");
    const std::size_t unit = minutes ? 3 : text.ends_with("s") ? 1 : 0;
    const auto count = number(std::string_view(text).substr(0, text.size() - unit));
    const double seconds = count.value_or(0) * (minutes ? 60 : 1);
    if (unit == 0 || !count || seconds < 1 || seconds > 600 || seconds != std::floor(seconds)) {
      return wrong_value(term, "This is not a time apart", "1s to 10min");
    }
    asked_.apart = std::chrono::seconds(static_cast<int>(seconds));
    convoy_only_ = term;
  }

  void check_show() {
    if (again_ && (asked_.question.plate || !asked_.also.empty() || show_)) {
      return wrong(*again_, "Looks are searched for by themselves", "Leave plate:, show: and \"and\" out");
    }
    if (!asked_.also.empty() && !has_place(asked_.also.back())) {
      return wrong(last_and_, "No place stands behind this \"and\"", "near:, box: or camera:");
    }
    if (convoy_only_ && asked_.show != Show::kConvoy) {
      return wrong(*convoy_only_, "Only a convoy has this", "Add show:convoy");
    }
    if (asked_.show == Show::kReads) return;
    if (!asked_.also.empty()) return wrong(*show_, "Several places show who was at all", "Leave show: out");
    const auto& plate = asked_.question.plate;
    const bool alike = plate && plate->mode == Mode::kConfusable && asked_.show != Show::kConvoy;
    if (!plate || (plate->mode != Mode::kExact && !alike)) {
      wrong(*show_, "This is about one plate", "Add the whole plate: plate:7KA8123");
    }
  }

  static constexpr std::size_t kMostListed = 12;
  static constexpr std::size_t kMostNamed = 4;  // cameras, where a name may mean several
  static constexpr std::string_view kPlateWorks =
      "Up to 10 letters and digits; ? for one, * for any: 7KA8123, 7K*, ~7KA8123";

  const std::string_view text_;
  const Surroundings& around_;
  const Term* next_ = nullptr;  // behind the one that is taken
  Asked asked_;
  std::optional<Mistake> mistake_;
  std::optional<Term> to_, show_, convoy_only_, again_;
  Term last_and_;
  bool last_was_word_ = false;
};

}  // namespace

std::string_view name_of(Show show) {
  return kShows[static_cast<std::size_t>(show)];
}

tl::expected<Asked, Mistake> parse(std::string_view text, const Surroundings& around) {
  return Parser(text, around).run();
}

}  // namespace glasshouse::search
