// What could be written where the cursor stands.
#include <algorithm>

#include "search/language.h"
#include "search/moment.h"
#include "search/terms.h"

namespace glasshouse::search {
namespace {

constexpr std::size_t kMostNames = 8;  // of cameras
constexpr int kUsualPlateChars = 6;    // one of fewer is rather a part

class Completer {
 public:
  Completer(std::string_view text, std::size_t cursor, const Surroundings& around)
      : text_(text.substr(0, kMostTextBytes)), cursor_(std::min(cursor, text_.size())), around_(around) {}

  std::vector<Completion> run() {
    for (const Term& term : terms_of(text_)) {
      if (term.at > cursor_ || term.at + term.length < cursor_) continue;
      if (!term.key.empty() && cursor_ >= term.value_at) {
        in_value(term);
      } else {
        in_word(term);
      }
      return finish();
    }
    at_ = cursor_;
    keys("");
    return finish();
  }

 private:
  std::vector<Completion> finish() {
    list_.resize(std::min(list_.size(), kMostCompletions));
    return std::move(list_);
  }
  void offer(std::string text, std::string meaning) {
    list_.push_back({at_, length_, std::move(text), std::move(meaning)});
  }

  void keys(const std::string& begun) {
    for (const Key& key : kKeys) {
      if (key.name.starts_with(begun)) offer(std::string(key.name) + ":", std::string(key.meaning));
    }
  }

  void in_word(const Term& term) {
    at_ = term.at;
    length_ = term.length;
    const std::string begun = lower(text_.substr(term.at, cursor_ - term.at));
    for (const auto* words : {&colors(), &bodies()}) {
      for (const std::string& word : *words) {
        if (word != "unknown" && word.starts_with(begun))
          offer(word, words == &colors() ? "a color" : "a body");
      }
    }
    keys(begun);
    if (std::string_view("and").starts_with(begun)) offer("and", "who was also at another place");
    if (list_.empty()) parts_of_plate(term);
    alike(term);
  }

  // Typed without ? and *, a plate is meant as a whole.
  void parts_of_plate(const Term& term) {
    const auto plate = plate::Plate::parse_lenient(term.value);
    if (!plate || plate->size() < kLeastPlateChars || plate->size() >= kUsualPlateChars) return;
    offer("plate:" + plate->text() + "*", "plates that begin so");
    offer("plate:*" + plate->text() + "*", "plates that hold it");
  }

  // O or 0? A plate as it was seen may have been read otherwise.
  void alike(const Term& term) {
    const auto plate = plate::Plate::parse_lenient(term.value);
    if (!plate || plate->size() < kLeastPlateChars) return;
    const auto readings = plate::class_members(*plate, 5);
    if (readings.size() < 2) return;
    std::string meaning = "also what may be misread from it:";
    for (std::size_t i = 1; i < readings.size(); ++i) meaning += (i == 1 ? " " : ", ") + readings[i].text();
    offer("plate:~" + plate->text(), meaning + (readings.size() == 5 ? " …" : ""));
  }

  void in_value(const Term& term) {
    at_ = term.value_at;
    length_ = term.value_length;
    if (term.key == "plate") {
      at_ = term.at;
      length_ = term.length;
      parts_of_plate(term);
      return alike(term);
    }
    if (term.key == "color") return listed(term, colors());
    if (term.key == "body") return listed(term, bodies());
    if (term.key == "region") return regions(term);
    if (term.key == "near" || term.key == "camera") return camera_names(term);
    if (term.key == "show") {
      for (Show show : {Show::kReads, Show::kRoute, Show::kFirst, Show::kLast, Show::kConvoy}) {
        if (name_of(show).starts_with(lower(term.value))) offer(std::string(name_of(show)), meaning_of(show));
      }
    }
    if (term.key == "within") {
      for (const char* distance : {"200m", "500m", "1km", "2km", "5km"}) {
        if (std::string_view(distance).starts_with(lower(term.value))) offer(distance, "around the place");
      }
    }
    if (term.key == "from" || term.key == "to") moments(term);
  }
  static std::string meaning_of(Show show) {
    switch (show) {
      case Show::kReads:
        return "every read";
      case Show::kRoute:
        return "the way of one plate, with gaps";
      case Show::kFirst:
        return "when it was first seen";
      case Show::kLast:
        return "when it was last seen";
      case Show::kConvoy:
        return "who travels with it";
    }
    return {};
  }

  // The last of the words between commas is the one that is being written.
  void listed(const Term& term, const std::vector<std::string>& words) {
    const std::size_t comma = term.value.rfind(',');
    const std::string before = comma == std::string::npos ? "" : term.value.substr(0, comma + 1);
    const std::string begun = lower(std::string_view(term.value).substr(before.size()));
    for (const std::string& word : words) {
      if (word.starts_with(begun)) offer(before + word, term.key == "color" ? "a color" : "a body");
    }
  }

  void regions(const Term& term) {
    if (const std::string known = looks_word(Looks::kRegion, term.value); known.size() > 2)
      offer(known, "a state");
  }

  void camera_names(const Term& term) {
    const std::string begun = lower(term.value);
    for (const bool at_start : {true, false}) {
      for (const CameraPlace& camera : around_.cameras) {
        const std::size_t found = lower(camera.name).find(begun);
        if (found == std::string::npos || (found == 0) != at_start || list_.size() >= kMostNames) continue;
        offer(quoted(camera.name), "a camera");
      }
    }
  }

  void moments(const Term& term) {
    const std::string begun = lower(term.value);
    for (const char* moment :
         {"now", "1h", "24h", "7d", "today", "yesterday", "yesterday 22:00", "Fri 22:00"}) {
      if (!std::string_view(lower(moment)).starts_with(begun)) continue;
      const auto meant = moment_of(moment, around_, term.key == "to", std::nullopt);
      if (meant) offer(quoted(moment), text_of(*meant, around_));
    }
  }

  const std::string_view text_;
  const std::size_t cursor_;
  const Surroundings& around_;
  std::size_t at_ = 0, length_ = 0;
  std::vector<Completion> list_;
};

}  // namespace

std::vector<Completion> complete(std::string_view text, std::size_t cursor, const Surroundings& around) {
  return Completer(text, cursor, around).run();
}

}  // namespace glasshouse::search
