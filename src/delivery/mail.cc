// A message as a mail (docs/formats/mail.md).
#include <array>
#include <cstdio>

#include "delivery/formats.h"

namespace glasshouse::delivery {
namespace {

constexpr std::size_t kMaxMailLine = 72;

// "Tue, 24 Nov 2026 12:00:00 +0000".
std::string mail_time(base::Time at) {
  constexpr std::array<const char*, 7> kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string text = base::format_rfc3339(at);  // "2026-11-24T12:00:00.000Z"
  const auto weekday = static_cast<std::size_t>((base::day_of(at).since_epoch + 3) % 7);
  const auto month = static_cast<std::size_t>(std::stoi(text.substr(5, 2)) - 1);
  return std::string(kDays[weekday]) + ", " + text.substr(8, 2) + " " + kMonths[month] + " " +
         text.substr(0, 4) + " " + text.substr(11, 8) + " +0000";
}

// Quoted-printable (RFC 2045), a line of the text a line.
std::string printable(std::string_view line) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto c = static_cast<unsigned char>(line[i]);
    const bool plain = (c >= 33 && c <= 126 && c != '=') || (c == ' ' && i + 1 < line.size());
    char code[4] = {static_cast<char>(c)};
    if (!plain) std::snprintf(code, sizeof code, "=%02X", c);
    const std::string_view piece(code);
    if (column + piece.size() > kMaxMailLine) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  }
  return out + "\r\n";
}

std::string_view subject_of(const Notice& notice) {
  if (notice.alert_id.empty()) return "a test message";
  if (notice.state == "confirmed") return "a person confirmed an alert";
  if (notice.state == "rejected") return "a person rejected an alert";
  if (notice.state == "closed") return "an alert is closed";
  return "an alert waits for a person";
}

void put_lines(std::string& text, const Channel& channel, const Notice& notice) {
  const auto line = [&](const std::string& words) { text += printable(words); };
  if (notice.alert_id.empty()) return line("This is a test message of the channel \"" + channel.name + "\".");
  line(std::string(kVerifyNotice));
  line("");
  const auto add = [&](std::string_view part, const std::string& before, const std::string& value) {
    if (says(channel, part) && !value.empty()) line(before + ": " + value);
  };
  add("hotlist", "List", notice.hotlist);
  add("reason", "Reason", notice.reason);
  add("camera", "Camera", notice.camera_name);
  if (says(channel, "place"))
    line("Place: " + std::to_string(notice.lat) + ", " + std::to_string(notice.lon));
  line("Read at: " + base::format_rfc3339(notice.at));
  line("State: " + notice.state);
  line("Kind of hit: " + notice.kind);
  line("Alert: " + notice.alert_id);
  if (notice.list_stale) line("The list was older than its agency wants.");
  line("");
  line("Sign in to see the comparison. A plate is never sent by mail.");
}

}  // namespace

std::string mail_of(const Channel& channel, const Notice& notice, const Frame& frame) {
  const std::size_t at = channel.mail_from.find('@');
  const std::string domain = at == std::string::npos ? "localhost" : channel.mail_from.substr(at + 1);
  std::string text = "Date: " + mail_time(frame.made_at) + "\r\nMessage-ID: <" + frame.id + "@" + domain +
                     ">\r\nSubject: Glasshouse: " + std::string(subject_of(notice)) +
                     "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                     "Content-Type: text/plain; charset=utf-8\r\n"
                     "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
  put_lines(text, channel, notice);
  return text;
}

}  // namespace glasshouse::delivery
