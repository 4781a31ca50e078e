// What was wanted against what was read, and how far up the queue the alert belongs.
#include <algorithm>

#include "alerts/alerts.h"
#include "hotlist/entry_check.h"
#include "plate/pattern.h"

namespace glasshouse::alerts {
namespace {

// A look that the camera itself doubts is no disagreement. A camera that gives no confidence (0) is believed.
constexpr float kDoubted = 0.5f;

std::string known(const std::string& word) {
  return word.empty() ? "unknown" : word;
}

Agreement plate_agreement(const hotlist::Entry& entry, const reads::Read& read) {
  Agreement agreement{"plate", entry.plate, read.plate ? read.plate->plate.text() : "unknown",
                      Verdict::kUnknown};
  if (!read.plate) return agreement;
  const auto pattern = plate::Pattern::parse(entry.plate);
  const bool same = pattern && pattern->matches(read.plate->plate);
  agreement.verdict = same ? Verdict::kSame : Verdict::kDifferent;
  return agreement;
}

Agreement region_agreement(const hotlist::Entry& entry, const reads::Read& read) {
  const std::string region = read.plate ? known(read.plate->region) : "unknown";
  Agreement agreement{"region", known(entry.region), region, Verdict::kUnknown};
  if (hotlist::regions_differ(entry.region, region)) {
    agreement.verdict = Verdict::kDifferent;
  } else if (entry.region == region && region != "unknown") {
    agreement.verdict = Verdict::kSame;
  }
  return agreement;
}

Agreement look(std::string field, const std::string& wanted, const std::string& read, float confidence) {
  Agreement agreement{std::move(field), known(wanted), known(read), Verdict::kUnknown};
  if (agreement.wanted == "unknown" || agreement.read == "unknown") return agreement;
  if (agreement.wanted == agreement.read) {
    agreement.verdict = Verdict::kSame;
  } else if (confidence <= 0 || confidence >= kDoubted) {
    agreement.verdict = Verdict::kDifferent;
  }
  return agreement;
}

double weight_of_difference(const std::string& field) {
  if (field == "region") return 0.50;  // another state's plate with the same letters is another vehicle
  if (field == "plate") return 1.0;    // the kind of the hit says that already
  return 0.75;
}

}  // namespace

std::vector<Agreement> compare(const hotlist::Entry& entry, const reads::Read& read) {
  return {plate_agreement(entry, read), region_agreement(entry, read),
          look("body", entry.body, read.looks.body, read.looks.body_confidence),
          look("color", entry.color, read.looks.color, read.looks.color_confidence),
          look("make", entry.make, read.looks.make, read.looks.make_confidence)};
}

double rank_of(hotlist::HitKind kind, const std::vector<Agreement>& agreements, float plate_confidence) {
  double rank = kind == hotlist::HitKind::kExact ? 0.9 : kind == hotlist::HitKind::kPattern ? 0.65 : 0.5;
  rank *= 0.5 + 0.5 * std::clamp(static_cast<double>(plate_confidence), 0.0, 1.0);
  for (const Agreement& agreement : agreements) {
    if (agreement.verdict == Verdict::kDifferent) rank *= weight_of_difference(agreement.field);
    if (agreement.verdict == Verdict::kSame && agreement.field != "plate") rank += (1 - rank) * 0.1;
  }
  return std::clamp(rank, 0.0, 1.0);
}

}  // namespace glasshouse::alerts
