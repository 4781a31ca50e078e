#include "gate/entry_schema.h"

#include <algorithm>
#include <array>

#include "ledger/commitment.h"

namespace glasshouse::gate {
namespace {

using ledger::Release;

// Sorted by name. Open at once: what the machine or an office did. After a day: what kind of question an
// agency asked. Restricted: who asked, about what, about whom.
constexpr std::array kSchema{
    FieldRule{"agency", Release::kAfterDay, "id of the asking agency"},
    FieldRule{"beneficiary", Release::kRestricted, "for whom the question was asked, as typed"},
    FieldRule{"beneficiary_kind", Release::kAfterDay, "own, in-state, out-of-state, federal or private"},
    FieldRule{"by_order", Release::kAfterDay,
              "order or declaration, where an outside agency's carried the question"},
    FieldRule{"camera", Release::kRestricted, "id of the camera that was changed"},
    FieldRule{"camera_name", Release::kAtOnce,
              "name of the camera that was added or changed; sites are public"},
    FieldRule{"cameras", Release::kAfterDay, "how many cameras the question reaches; all"},
    FieldRule{"case", Release::kRestricted, "the case's number"},
    FieldRule{"case_id", Release::kRestricted, "the case's id"},
    FieldRule{"code", Release::kAfterDay, "the coded reason of a decision or outcome"},
    FieldRule{"count", Release::kAtOnce, "how many things the act touched"},
    FieldRule{"court", Release::kAfterDay, "the court that gave an order"},
    FieldRule{"day", Release::kAtOnce, "the UTC day the act is about"},
    FieldRule{"day_key", Release::kAtOnce,
              "public key to which the pictures of a day are sealed, as age writes it"},
    FieldRule{"decision", Release::kAtOnce, "allowed or denied"},
    FieldRule{"document", Release::kRestricted, "SHA-256 of an order's document"},
    FieldRule{"enabled", Release::kAtOnce, "whether the camera is enabled: yes or no"},
    FieldRule{"exigent", Release::kAtOnce,
              "yes, where somebody worked in an emergency before there was a case"},
    FieldRule{"from_day", Release::kAtOnce, "the UTC day from which a statute pack holds"},
    FieldRule{"grant", Release::kAtOnce,
              "id and change of the grant between two agencies, or the grant's id"},
    FieldRule{"hash", Release::kAtOnce, "SHA-256 of the schema, program or document that the entry is about"},
    FieldRule{"held", Release::kAtOnce, "how many reads of a dropped day are kept on by holds"},
    FieldRule{"hit_days", Release::kAtOnce, "how many days what hit a hotlist is kept; 0: as other reads"},
    FieldRule{"hold", Release::kAtOnce, "id of the hold that was placed, lifted or ended"},
    FieldRule{"hotlist", Release::kRestricted, "id of the hotlist"},
    FieldRule{"keys_destroyed", Release::kAtOnce, "how many day keys were destroyed"},
    FieldRule{"narrowed", Release::kAtOnce, "fields that the schema dropped or shows later than before"},
    FieldRule{"offence", Release::kRestricted, "the case's offence code"},
    FieldRule{"officer", Release::kRestricted, "id of the person who asked or acted"},
    FieldRule{"order", Release::kRestricted, "id of the outside agency's order that the entry is about"},
    FieldRule{"order_number", Release::kRestricted, "the order's number at its court, and its judge"},
    FieldRule{"other_agency", Release::kAtOnce,
              "id of the agency that shares, is shared with, or was shut out"},
    FieldRule{"other_entry", Release::kAtOnce, "index in the other agency's log of the same question"},
    FieldRule{"pack", Release::kAtOnce, "id and version of a statute pack, us-va@1"},
    FieldRule{"permit", Release::kAtOnce, "index of the entry under which a picture was opened"},
    FieldRule{"picture", Release::kRestricted, "SHA-256 of the header of the sealed picture that was opened"},
    FieldRule{"pictures", Release::kAtOnce, "how many pictures the act touched"},
    FieldRule{"purpose", Release::kAfterDay, "the case's purpose code"},
    FieldRule{"query", Release::kAtOnce, "the same in both logs of a question that one agency asked another"},
    FieldRule{"question", Release::kRestricted, "the question in canonical words"},
    FieldRule{"reads", Release::kAtOnce, "how many reads the act touched"},
    FieldRule{"recipient", Release::kRestricted, "public key that a picture was opened for"},
    FieldRule{"result", Release::kAfterDay, "what came of the act, coded"},
    FieldRule{"retained_days", Release::kAtOnce, "how many days reads are kept"},
    FieldRule{"retained_days_before", Release::kAtOnce, "how many days reads were kept until now"},
    FieldRule{"role", Release::kAfterDay, "the role of the person who asked or acted"},
    FieldRule{"rules", Release::kAfterDay, "ids of the rules that allowed or denied"},
    FieldRule{"schema", Release::kAtOnce, "text of the schema that entries follow from here on"},
    FieldRule{"setting", Release::kAtOnce, "name of the setting that changed"},
    FieldRule{"span", Release::kRestricted, "start and end of the time asked for, with a slash between"},
    FieldRule{"subject", Release::kRestricted, "ids of the alert, reads or record asked for or acted on"},
    FieldRule{"version", Release::kAtOnce, "version of the program"},
};

std::string_view name_of(Release release) {
  switch (release) {
    case Release::kAtOnce:
      return "at-once";
    case Release::kAfterDay:
      return "after-24h";
    case Release::kRestricted:
      break;
  }
  return "restricted";
}

}  // namespace

std::span<const FieldRule> entry_schema() {
  return kSchema;
}

ledger::Release release_of(const ledger::Field& field) {
  const auto found =
      std::lower_bound(kSchema.begin(), kSchema.end(), field.name,
                       [](const FieldRule& rule, const std::string& name) { return rule.name < name; });
  if (found == kSchema.end() || found->name != field.name) return Release::kRestricted;
  return std::max(field.release, found->earliest);
}

std::string schema_text() {
  std::string text = "glasshouse-ledger-schema 1\n";
  for (const FieldRule& rule : kSchema) {
    text.append(rule.name).append(" ").append(name_of(rule.earliest)).append("\n");
  }
  return text;
}

std::string narrowed_since(std::string_view before) {
  static constexpr std::array kClasses{Release::kAtOnce, Release::kAfterDay, Release::kRestricted};
  std::string narrowed;
  while (!before.empty()) {
    const std::size_t end = std::min(before.find('\n'), before.size());
    const std::string_view line = before.substr(0, end);
    before.remove_prefix(std::min(end + 1, before.size()));
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || line.starts_with("glasshouse-")) continue;
    const std::string_view name = line.substr(0, space), was = line.substr(space + 1);
    const auto now = std::find_if(kSchema.begin(), kSchema.end(),
                                  [&](const FieldRule& rule) { return rule.name == name; });
    const auto then = std::find_if(kClasses.begin(), kClasses.end(),
                                   [&](Release release) { return name_of(release) == was; });
    if (now != kSchema.end() && then != kClasses.end() && now->earliest <= *then) continue;
    if (!narrowed.empty()) narrowed += ", ";
    narrowed.append(name).append(": ").append(was).append(" to ");
    narrowed.append(now == kSchema.end() ? "gone" : name_of(now->earliest));
  }
  return narrowed;
}

std::string schema_hash() {
  return ledger::disclosure_digest(schema_text());
}

}  // namespace glasshouse::gate
