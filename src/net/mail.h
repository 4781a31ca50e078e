// One mail to one server, by SMTP.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/reach.h"

namespace glasshouse::net {

// smtps: TLS from the start. smtp: STARTTLS, without which nothing is sent, except on this machine.
inline const std::vector<Scheme> kMailSchemes{{"smtps", 465}, {"smtp", 587}};

struct Mail {
  Endpoint server;
  std::string user, password;  // both or neither
  std::string from;            // addresses alone: no name, no brackets
  std::vector<std::string> to;
  std::string text;  // the whole message, lines ended by CR LF
  std::uint32_t timeout_ms = 10'000;
};

struct MailAnswer {
  int code = 0;  // what the server said last: 250, 550 …; 0 when it said nothing
  bool taken = false;
};

// kRefusedAddress, kConnect, kTls, kTimeout; a server that refuses the mail is an answer, no error.
base::Result<MailAnswer> send_mail(const Mail& mail, const Reach& reach);

}  // namespace glasshouse::net
