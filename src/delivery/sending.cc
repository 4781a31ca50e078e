#include "delivery/sending.h"

#include "base/words.h"
#include "delivery/formats.h"
#include "net/mail.h"

namespace glasshouse::delivery {
namespace {

constexpr std::uint32_t kAnswerTimeout_ms = 10'000;
constexpr std::size_t kMaxAnswerBytes = 64 * 1024;  // nothing of it is used
constexpr int kLastingRefusal = 500;                // SMTP: from here on it is no use to try again
constexpr int kNoLogin = 535;                       // but this somebody mends
constexpr int kGone = 410;                          // HTTP: the receiver wants no more of it

}  // namespace

Outcome send_by_http(net::Client& client, const Channel& channel, const Outgoing& message, base::Time now) {
  net::ClientRequest request;
  request.method = net::Method::kPost;
  request.url = channel.url;
  request.body = message.body;
  request.timeout_ms = kAnswerTimeout_ms;
  request.max_answer_bytes = kMaxAnswerBytes;
  request.headers.set("Content-Type", channel.kind == "cap" ? "application/cap+xml" : "application/json");
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

Outcome send_by_mail(const net::Reach& reach, const Channel& channel, const Outgoing& message) {
  Outcome outcome;
  net::Mail mail;
  const auto server = net::parse_endpoint(channel.url, net::kMailSchemes);
  if (!server) return {.refused = true, .sentence = server.error().message()};
  mail.server = *server;
  mail.user = channel.user;
  mail.password = message.secret;
  mail.from = channel.mail_from;
  mail.to = channel.mail_to;
  mail.timeout_ms = kAnswerTimeout_ms;
  mail.text = "From: Glasshouse <" + channel.mail_from + ">\r\nTo: " + base::join(channel.mail_to, ",\r\n ") +
              "\r\n" + message.body;
  const auto answer = net::send_mail(mail, reach);
  if (!answer)
    return {.refused = answer.error().is(net::Errc::kRefusedAddress), .sentence = answer.error().message()};
  outcome.delivered = answer->taken;
  outcome.status = answer->code;
  outcome.refused = !answer->taken && answer->code >= kLastingRefusal && answer->code != kNoLogin;
  outcome.sentence = answer->taken ? "The mail server took it."
                                   : "The mail server answered " + std::to_string(answer->code) + ".";
  return outcome;
}

}  // namespace glasshouse::delivery
