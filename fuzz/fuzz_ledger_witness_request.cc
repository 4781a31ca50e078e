// The body of add-checkpoint.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ledger/witness_request.h"

using namespace glasshouse::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto request = parse_witness_request(text)) {
    if (format_witness_request(*request) != text) std::abort();
    (void)verify_consistency(request->old_size, {}, request->old_size + 1, {}, request->proof);
  }
  return 0;
}
