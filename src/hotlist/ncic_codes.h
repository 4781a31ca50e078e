// The codes of NCIC extracts, in our words. The file code is the first letter of an entry's NIC number
// (docs/formats/hotlist-import.md says where this comes from). What is not known stays empty: a look that
// nobody can name must not hide a wanted vehicle.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace glasshouse::hotlist {

// kTaken: unless the list says otherwise. kOnRequest: only when the list names it. kNever: on no list at all.
enum class FileStanding { kTaken, kOnRequest, kNever };

struct FileCode {
  char letter = 0;
  std::string_view word;   // "stolen-vehicle": as packs and formats write it
  std::string_view label;  // "Stolen vehicle": the reason that an entry gets
  FileStanding standing = FileStanding::kOnRequest;
};

std::span<const FileCode> file_codes();       // by letter
const FileCode* file_of_letter(char letter);  // any case; null when unknown
const FileCode* file_named(std::string_view word);

// Whether a reason is that of a file whose vehicles are stopped with weapons drawn: two people confirm its
// alerts, whatever the list says.
bool is_high_risk(std::string_view reason);

std::string color_of_ncic(std::string_view code);  // "BLK/WHI": the first; empty when unknown
std::string body_of_ncic(std::string_view code);
std::string make_of_ncic(std::string_view code);  // an unknown code itself, in lower case

// "VA", "0H" (with a zero for the letter O) to "us-va", "us-oh"; empty when it is no U.S. state.
std::string region_of_ncic(std::string_view state);

}  // namespace glasshouse::hotlist
