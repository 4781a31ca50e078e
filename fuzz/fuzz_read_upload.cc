// What a camera uploads, and what other agencies' servers send: JSON of any shape becomes a read, a list or a
// sentence, never anything else.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "api/json.h"
#include "api/peer_list_message.h"
#include "api/sealed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  glasshouse::net::Request request;
  request.headers.set("Content-Type", "application/json");
  request.body.assign(reinterpret_cast<const char*>(data), size);
  const auto body = glasshouse::api::parse_body(request);
  if (!body) return 0;
  const auto read = glasshouse::api::parse_read(*body, "cam_fuzz");
  glasshouse::api::People nobody(nullptr);
  if (read) static_cast<void>(glasshouse::api::render(*read, nobody).dump());
  if (read && body->is_object()) {
    glasshouse::reads::Incoming incoming;
    incoming.read = *read;
    static_cast<void>(glasshouse::api::take_sealed(*body, {{"p1", "age-encryption.org/v1\n"}}, incoming));
  }
  if (const auto list = glasshouse::api::read_peer_list(*body)) {
    if (list->entries.size() > glasshouse::hotlist::kMaxPeerEntries) std::abort();
    // Years that are written with four digits in every zone.
    for (const auto& put : list->entries) {
      const auto end_ms = glasshouse::base::to_ms(put.entry.entry.expires_at);
      if (end_ms < 0 || end_ms > 250'000'000'000'000) return 0;
    }
    const auto again = glasshouse::api::read_peer_list(glasshouse::api::text_of_peer_list(*list));
    if (!again || again->entries.size() != list->entries.size() || again->ended != list->ended) std::abort();
  }
  static_cast<void>(glasshouse::api::read_peer_list_answer(*body));
  static_cast<void>(glasshouse::api::read_peer_outcome(*body));
  glasshouse::api::Fields fields(*body);
  static_cast<void>(fields.text("id", 40));
  static_cast<void>(fields.optional_time("captured_at"));
  static_cast<void>(fields.optional_place("place"));
  static_cast<void>(fields.optional_integer("frames", 0, 10));
  static_cast<void>(fields.texts("list", 10, 10));
  fields.no_others();
  static_cast<void>(fields.failed());
  return 0;
}
