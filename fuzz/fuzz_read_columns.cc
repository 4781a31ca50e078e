// Any bytes as a column file: refused or understood, and what is understood is written back alike. The check
// value keeps mutations out of the parser, so it is mended as well.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "reads/columns.h"

using namespace glasshouse;

namespace {

void try_bytes(std::string_view bytes) {
  const auto file = reads::decode_columns(bytes);
  if (!file) return;
  if (file->columns.plate.size() != file->columns.rows()) std::abort();
  if (reads::encode_columns(file->columns, file->day_file) != bytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try_bytes(bytes);
  std::uint64_t check = 0;
  if (size < sizeof check) return 0;
  std::string mended(bytes.substr(0, size - sizeof check));
  check = reads::column_check(mended);
  mended.append(reinterpret_cast<const char*>(&check), sizeof check);
  try_bytes(mended);
  return 0;
}
