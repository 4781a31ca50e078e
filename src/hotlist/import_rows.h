// Inside hotlist: what all importers share. A row becomes an entry, a refused row with a sentence, or is
// barred: counted by its file and forgotten, not even shown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "hotlist/importer.h"
#include "hotlist/ncic_codes.h"

namespace glasshouse::hotlist {

class ImportRows {
 public:
  explicit ImportRows(const ImportRules& rules) : rules_(rules) {}

  base::Time now() const { return rules_.now; }

  // kTooLarge after kMaxCsvRows.
  base::Result<void> begin_row();

  // True: the file may not stand on this list; the row is counted and done with.
  bool barred(const FileCode& file);

  // Checks the draft. An end that is not set yet comes from the list's term.
  void take(std::uint32_t line, std::string_view text, NewEntry draft);
  void refuse(std::uint32_t line, std::string_view text, std::string reason);

  ParsedImport finish();

 private:
  const ImportRules& rules_;
  ParsedImport parsed_;
  std::unordered_map<std::string, std::uint32_t> lines_;  // of plate and region
};

}  // namespace glasshouse::hotlist
