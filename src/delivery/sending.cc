#include "delivery/sending.h"

namespace glasshouse::delivery {
namespace {

constexpr std::uint32_t kAnswerTimeout_ms = 10'000;
constexpr std::size_t kMaxAnswerBytes = 64 * 1024;  // nothing of it is used
constexpr int kGone = 410;                          // HTTP: the receiver wants no more of it

}  // namespace

Outcome send_by_http(net::Client& client, const Outgoing& message, base::Time now) {
  net::ClientRequest request;
  request.method = net::Method::kPost;
  request.url = message.url;
  request.body = message.body;
  request.timeout_ms = kAnswerTimeout_ms;
  request.max_answer_bytes = kMaxAnswerBytes;
  request.headers.set("Content-Type", message.kind == "cap" ? "application/cap+xml" : "application/json");
  request.headers.set("User-Agent", "Glasshouse");
  request.headers.set("Glasshouse-Delivery", message.id);
  request.headers.set("Glasshouse-Signature", signature_of(message.secret, now, message.body));
  const auto answer = client.send(request);
  Outcome outcome;
  outcome.status = answer ? answer->status : 0;
  outcome.delivered = outcome.status >= 200 && outcome.status < 300;
  outcome.refused = outcome.status == kGone || (!answer && answer.error().is(net::Errc::kRefusedAddress));
  outcome.sentence = outcome.delivered ? "Delivered."
                     : answer          ? "The receiver answered " + std::to_string(outcome.status) + "."
                                       : answer.error().message();
  return outcome;
}

}  // namespace glasshouse::delivery
