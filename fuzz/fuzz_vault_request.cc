// What a server and a vault's agent send each other, and the lines of the agent's list.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "vault/opening.h"
#include "vault/released.h"
#include "vault/wire.h"

using namespace glasshouse;
using namespace glasshouse::vault;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto message = parse_message(text, kMostRequestBytes)) {
    if (format_message(*message) != text) std::abort();
    if (const auto request = read_release(*message)) {
      const auto again = read_release(message_of(*request));
      if (!again || again->proof != request->proof || again->grown != request->grown) std::abort();
      if (check_opening(*request, {}, base::from_ms(0))) std::abort();  // no log is known
    }
    (void)error_of(*message);
  }
  if (const auto line = parse_release_line(text)) {
    if (format_release_line(*line) != std::string(text) + "\n") std::abort();
  }
  return 0;
}
