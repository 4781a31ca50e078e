// Witness policy files: what is read is written so that it reads the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ledger/witness_policy.h"

using namespace glasshouse::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto policy = parse_witness_policy(text)) {
    const std::string plain = format_witness_policy(*policy);
    const auto again = parse_witness_policy(plain);
    if (!again || format_witness_policy(*again) != plain) std::abort();
    if (policy->satisfied({}) != policy->quorum.empty()) std::abort();  // nobody signed
  }
  return 0;
}
