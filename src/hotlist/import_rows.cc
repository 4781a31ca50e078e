#include "hotlist/import_rows.h"

#include <algorithm>

#include "hotlist/csv.h"
#include "hotlist/entry_check.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::size_t kMaxRefusedTextBytes = 200;

// Two plates that the list takes for one.
std::string same_plate_key(const NewEntry& entry, ZeroRule rule) {
  std::string plate = entry.plate;
  if (rule == ZeroRule::kOIsZero) std::replace(plate.begin(), plate.end(), 'O', '0');
  return plate + "/" + entry.region;
}

std::string why_barred(const FileCode& file, const ImportRules& rules) {
  if (file.standing == FileStanding::kNever)
    return "No list may hold it: the house does no immigration enforcement.";
  if (const auto pack = rules.barred.find(std::string(file.word)); pack != rules.barred.end())
    return pack->second;
  return "This list does not take it. An administrator or supervisor can name the file in the list's source.";
}

}  // namespace

bool takes_file(const FileCode& file, const ImportRules& rules) {
  if (file.standing == FileStanding::kNever || rules.barred.contains(std::string(file.word))) return false;
  if (rules.files.empty()) return file.standing == FileStanding::kTaken;
  return std::find(rules.files.begin(), rules.files.end(), file.word) != rules.files.end();
}

base::Result<void> ImportRows::begin_row() {
  if (++parsed_.rows <= kMaxCsvRows) return {};
  return base::failure(Errc::kTooLarge, "The file has more than 1,000,000 rows", "", "Import it in parts.");
}

bool ImportRows::barred(const FileCode& file) {
  if (takes_file(file, rules_)) return false;
  ++parsed_.barred_count;
  const auto known = std::find_if(parsed_.barred.begin(), parsed_.barred.end(),
                                  [&](const BarredRows& rows) { return rows.file == file.word; });
  if (known != parsed_.barred.end()) {
    ++known->count;
  } else {
    parsed_.barred.push_back({std::string(file.word), std::string(file.label), why_barred(file, rules_), 1});
  }
  return true;
}

void ImportRows::take(std::uint32_t line, std::string_view text, NewEntry draft) {
  if (base::to_ms(draft.expires_at) == 0 && rules_.term.count() > 0) {
    draft.expires_at = rules_.now + rules_.term;
    draft.own_end = false;
  }
  auto entry = check_entry(draft, rules_.now);
  if (!entry) return refuse(line, text, entry.error().what() + ".");
  const auto [first, fresh] = lines_.emplace(same_plate_key(*entry, rules_.zero_rule), line);
  if (!fresh) {
    return refuse(line, text, "Line " + std::to_string(first->second) + " has the same plate and region.");
  }
  parsed_.entries.push_back(std::move(*entry));
}

void ImportRows::refuse(std::uint32_t line, std::string_view text, std::string reason) {
  ++parsed_.refused_count;
  if (parsed_.refused.size() < kMaxRefusedShown)
    parsed_.refused.push_back({line, printable(text, kMaxRefusedTextBytes), std::move(reason)});
}

ParsedImport ImportRows::finish() {
  std::sort(parsed_.barred.begin(), parsed_.barred.end(),
            [](const BarredRows& a, const BarredRows& b) { return a.file < b.file; });
  return std::move(parsed_);
}

}  // namespace glasshouse::hotlist
