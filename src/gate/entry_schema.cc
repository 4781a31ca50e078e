#include "gate/entry_schema.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include "ledger/commitment.h"

namespace glasshouse::gate {
namespace {

using ledger::Release;

// Sorted by name. Open at once: what the machine or an office did. After a day: what kind of question an
// agency asked. Restricted: who asked, about what, about whom. Never: what only a machine has a use for.
constexpr std::array kSchema{
    FieldRule{"agency", Release::kAfterDay, "id of the asking agency"},
    FieldRule{"alert", Release::kRestricted, "id of the alert that was decided"},
    FieldRule{"assigned", Release::kAfterDay, "how many officers a case is assigned to"},
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
    FieldRule{"open", Release::kAfterDay, "whether a case was opened or closed: true or false"},
    FieldRule{"order", Release::kRestricted, "id of the outside agency's order that the entry is about"},
    FieldRule{"order_number", Release::kRestricted, "the order's number at its court, and its judge"},
    FieldRule{"other_agency", Release::kAtOnce,
              "id of the agency that shares, is shared with, or was shut out"},
    FieldRule{"other_entry", Release::kAtOnce,
              "index in the other agency's log of the same question, list or outcome"},
    FieldRule{"pack", Release::kAtOnce, "id and version of a statute pack, us-va@1"},
    FieldRule{"permit", Release::kAtOnce, "index of the entry under which a picture was opened"},
    FieldRule{"picture", Release::kRestricted, "SHA-256 of the header of the sealed picture that was opened"},
    FieldRule{"pictures", Release::kAtOnce, "how many pictures the act touched"},
    FieldRule{"plate", Release::kRestricted, "the plate that was put on a hotlist or taken off"},
    FieldRule{"purpose", Release::kAfterDay, "the case's purpose code"},
    FieldRule{"query", Release::kAtOnce, "the same in both logs of what one agency asked or sent another"},
    FieldRule{"question", Release::kRestricted, "the question in canonical words"},
    FieldRule{"read", Release::kRestricted, "id of the read that an alert came of"},
    FieldRule{"reads", Release::kAtOnce, "how many reads the act touched"},
    FieldRule{"recipient", Release::kNever, "public key of one browser, for which a picture was opened"},
    FieldRule{"result", Release::kAfterDay, "what came of the act, coded"},
    FieldRule{"retained_days", Release::kAtOnce, "how many days reads are kept"},
    FieldRule{"retained_days_before", Release::kAtOnce, "how many days reads were kept until now"},
    FieldRule{"role", Release::kAfterDay, "the role of the person who asked or acted"},
    FieldRule{"rules", Release::kAfterDay, "ids of the rules that allowed or denied"},
    FieldRule{"schema", Release::kAtOnce, "text of the schema that entries follow from here on"},
    FieldRule{"setting", Release::kAtOnce, "name of the setting that changed"},
    FieldRule{"span", Release::kRestricted, "start and end of the time asked for, with a slash between"},
    FieldRule{"subject", Release::kRestricted, "ids of the alert, reads or record asked for or acted on"},
    FieldRule{"undone", Release::kAtOnce, "index of the entry whose act did not take effect"},
    FieldRule{"version", Release::kAtOnce, "version of the program"},
};

// What an office or the machine did is counted at once; what a question found, after a day.
constexpr std::array kLater{
    LaterRule{"export.made", "pictures", Release::kAfterDay},
    LaterRule{"export.made", "reads", Release::kAfterDay},
    LaterRule{"search.result", "count", Release::kAfterDay},
};

constexpr std::string_view kTextStart = "glasshouse-ledger-schema ";

std::optional<Release> rule_for(std::string_view name) {
  const auto found =
      std::lower_bound(kSchema.begin(), kSchema.end(), name,
                       [](const FieldRule& rule, std::string_view asked) { return rule.name < asked; });
  if (found == kSchema.end() || found->name != name) return std::nullopt;
  return found->release;
}

struct SchemaLine {
  std::string_view name, release;  // name: NAME or KIND/NAME
};

std::vector<SchemaLine> lines_of(std::string_view text) {
  std::vector<SchemaLine> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t space = line.find(' ');
    if (space != std::string_view::npos && !line.starts_with(kTextStart))
      lines.push_back({line.substr(0, space), line.substr(space + 1)});
  }
  return lines;
}

// How late a text shows what; a class that nobody knows counts as the earliest, so that a change is said.
Release release_named(std::string_view name) {
  for (const Release release : {Release::kAfterDay, Release::kRestricted, Release::kNever})
    if (name == ledger::name_of(release)) return release;
  return Release::kAtOnce;
}

}  // namespace

std::span<const FieldRule> entry_schema() {
  return kSchema;
}

std::span<const LaterRule> later_rules() {
  return kLater;
}

ledger::Release release_of(std::string_view kind, std::string_view name) {
  for (const LaterRule& rule : kLater)
    if (rule.kind == kind && rule.name == name) return rule.release;
  return rule_for(name).value_or(Release::kNever);
}

std::string schema_text() {
  std::string text = std::string(kTextStart) + "2\n";
  for (const FieldRule& rule : kSchema)
    text.append(rule.name).append(" ").append(ledger::name_of(rule.release)).append("\n");
  for (const LaterRule& rule : kLater) {
    text.append(rule.kind).append("/").append(rule.name).append(" ");
    text.append(ledger::name_of(rule.release)).append("\n");
  }
  return text;
}

std::string narrowed_since(std::string_view before) {
  std::string narrowed;
  const auto say = [&](std::string_view name, std::string_view was, std::string_view now) {
    if (!narrowed.empty()) narrowed += ", ";
    narrowed.append(name).append(": ").append(was).append(" to ").append(now);
  };
  std::map<std::string_view, std::string_view> then;
  for (const SchemaLine& line : lines_of(before)) {
    then.emplace(line.name, line.release);
    const std::size_t slash = line.name.find('/');
    const bool of_a_kind = slash != std::string_view::npos;
    const std::string_view name = of_a_kind ? line.name.substr(slash + 1) : line.name;
    const auto now = of_a_kind ? std::optional(release_of(line.name.substr(0, slash), name)) : rule_for(name);
    if (!now || *now > release_named(line.release))
      say(line.name, line.release, now ? ledger::name_of(*now) : "gone");
  }
  for (const LaterRule& rule : kLater) {
    const std::string both = std::string(rule.kind) + "/" + std::string(rule.name);
    const auto was = then.find(rule.name);
    if (then.contains(both) || was == then.end() || rule.release <= release_named(was->second)) continue;
    say(both, was->second, ledger::name_of(rule.release));
  }
  return narrowed;
}

std::string schema_hash() {
  return ledger::disclosure_digest(schema_text());
}

}  // namespace glasshouse::gate
