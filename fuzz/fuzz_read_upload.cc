// What a camera uploads: JSON of any shape becomes a read or a sentence, never anything else.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "api/json.h"
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
