// What a broker sends: packets in any pieces.
#include <cstdint>
#include <string>

#include "net/mqtt_packets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasshouse::net;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  for (;;) {
    const std::size_t before = bytes.size();
    const auto packet = take_packet(bytes);
    if (!packet || !*packet) return 0;
    if (bytes.size() >= before) __builtin_trap();  // a packet is at least its two first bytes
    (void)check_connack(**packet);
    (void)id_of(**packet);
    if (const auto message = message_of(**packet)) {
      // What was read is what is written: with the id and the flags of a message that wants an answer.
      if (message->topic.size() + message->payload.size() > (*packet)->body.size()) __builtin_trap();
    }
  }
}
