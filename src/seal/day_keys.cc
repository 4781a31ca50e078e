#include "seal/day_keys.h"

#include "crypto/age.h"
#include "seal/signed_text.h"

namespace glasshouse::seal {
namespace {

constexpr std::string_view kKeysName = "glasshouse-day-keys", kKeysVersion = "1";

std::string keys_body(const std::map<base::Day, std::string>& by_day, std::string_view agency_key) {
  std::string body =
      std::string(kKeysName) + " " + std::string(kKeysVersion) + "\nagency " + crypto::hex(agency_key) + "\n";
  for (const auto& [day, recipient] : by_day)
    body += base::format_day(day) + " " + crypto::age_recipient_text(recipient) + "\n";
  return body;
}

}  // namespace

base::Result<base::Day> DayKeys::day_for(base::Day day) const {
  auto after = by_day.upper_bound(day);
  if (after == by_day.begin()) {
    return base::failure(Errc::kNoKey, "There is no key to seal the picture to",
                         "The agency's list of day keys has none for its day or before");
  }
  return std::prev(after)->first;
}

std::string write_day_keys(const std::map<base::Day, std::string>& by_day, const crypto::SigningKey& agency) {
  return sign_text(keys_body(by_day, agency.public_key()), agency);
}

base::Result<DayKeys> read_day_keys(std::string_view text) {
  const auto refused = [](const char* why) {
    return base::failure(Errc::kBadKeys, "The agency's list of day keys is refused", why);
  };
  if (text.size() > kMostDayKeysBytes) return refused("It is too long");
  std::string_view rest = text;
  if (take_line(rest, kKeysName) != kKeysVersion) return refused("It is another version or none");
  DayKeys keys;
  auto agency = take_hex(rest, "agency", 32);
  if (!agency) return refused("It names no agency's key");
  keys.agency_key = std::move(*agency);
  const auto body = signed_body(text, keys.agency_key);
  if (!body) return refused("Its signature does not fit");
  std::string_view days = body->substr(static_cast<std::size_t>(rest.data() - text.data()));
  while (!days.empty()) {
    const std::string name(days.substr(0, 10));
    const auto day = base::parse_day(name);
    const auto word = take_line(days, name);
    if (!day || !word || keys.by_day.size() >= kMostDayKeys) return refused("One of its lines is wrong");
    auto recipient = crypto::age_recipient_from_text(*word);
    if (!recipient) return refused("One of its keys is wrong");
    keys.by_day[*day] = std::move(*recipient);
  }
  if (keys_body(keys.by_day, keys.agency_key) != *body) return refused("Its days are not in order");
  return keys;
}

}  // namespace glasshouse::seal
