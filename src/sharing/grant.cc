#include "sharing/grant.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "base/id.h"
#include "base/words.h"
#include "base/zone.h"
#include "policy/pack.h"
#include "seal/signed_text.h"

namespace glasshouse::sharing {
namespace {

constexpr std::string_view kGrantHead = "glasshouse-grant 1\n";
constexpr std::string_view kRevocationHead = "glasshouse-revocation 1\n";
constexpr std::string_view kNothing = "-", kYes = "yes";
constexpr int kMaxChange = 9999;

tl::unexpected<base::Error> invalid(std::string why, std::string next = "Change the grant.") {
  return base::failure(Errc::kInvalid, "This cannot be granted.", std::move(why), std::move(next));
}
tl::unexpected<base::Error> bad_text(std::string why) {
  return base::failure(Errc::kBadText, "This is not a grant that can be read.", std::move(why),
                       "Ask the other agency to send it again.");
}

bool is_plain(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && text.front() != ' ' && text.back() != ' ' &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}
bool is_token(std::string_view text, std::size_t most) {
  return is_plain(text, most) && text.find(' ') == std::string_view::npos;
}
bool is_state(std::string_view text) {
  return text.size() == 5 && text.starts_with("US-") &&
         std::isupper(static_cast<unsigned char>(text[3])) != 0 &&
         std::isupper(static_cast<unsigned char>(text[4])) != 0;
}

std::string minute_text(int minute) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d", minute / 60, minute % 60);
  return text.data();
}
std::string or_nothing(const std::string& text) {
  return text.empty() ? std::string(kNothing) : text;
}

std::string body_of(const Grant& g) {
  std::string text(kGrantHead);
  const auto line = [&](std::string_view name, std::string_view value) {
    text.append(name).append(" ").append(value).append("\n");
  };
  line("id", g.id);
  line("change", std::to_string(g.change));
  line("owner", crypto::hex(g.owner_key));
  line("owner-name", g.owner_name);
  line("recipient", crypto::hex(g.recipient_key));
  line("recipient-name", g.recipient_name);
  line("recipient-kind", g.recipient_kind);
  line("recipient-state", or_nothing(g.recipient_state));
  line("declaration", or_nothing(g.declaration_sha256_hex));
  for (const GrantCamera& camera : g.cameras) line("camera", camera.id + " " + camera.name);
  line("purposes", base::join(g.purposes, " "));
  if (g.lists) line("lists", kYes);
  line("hours", words_of_hours(g.from_minute, g.until_minute, g.zone));
  line("from", base::format_rfc3339(g.starts_at));
  line("until", base::format_rfc3339(g.ends_at));
  return text;
}

// Takes the lines of a grant off the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  base::Result<Grant> read() {
    if (!rest_.starts_with(kGrantHead)) return bad_text("It does not begin with \"glasshouse-grant 1\".");
    rest_.remove_prefix(kGrantHead.size());
    Grant g;
    g.id = take("id");
    const std::string change = take("change");
    if (change.empty() || change.size() > 4 || change.find_first_not_of("0123456789") != change.npos ||
        change[0] == '0')
      wrong("change");
    else
      g.change = std::stoi(change);
    g.owner_key = take_key("owner");
    g.owner_name = take("owner-name");
    g.recipient_key = take_key("recipient");
    g.recipient_name = take("recipient-name");
    g.recipient_kind = take("recipient-kind");
    g.recipient_state = take_or_nothing("recipient-state");
    g.declaration_sha256_hex = take_or_nothing("declaration");
    while (rest_.starts_with("camera ") && g.cameras.size() <= kMaxGrantCameras && wrong_.empty()) {
      const std::string camera = take("camera");
      const auto space = camera.find(' ');
      if (space == std::string::npos)
        wrong("camera");
      else
        g.cameras.push_back({camera.substr(0, space), camera.substr(space + 1)});
    }
    g.purposes = base::split_words(take("purposes"));
    if (rest_.starts_with("lists ")) {
      g.lists = take("lists") == kYes;
      if (!g.lists) wrong("lists");
    }
    hours(take("hours"), g);
    g.starts_at = time("from");
    g.ends_at = time("until");
    if (!wrong_.empty()) return bad_text("Its line \"" + wrong_ + "\" is missing, misplaced or not right.");
    return g;
  }
  std::string_view rest() const { return rest_; }

 private:
  void wrong(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }
  std::string take(std::string_view name) {
    const auto value = seal::take_line(rest_, name);
    if (!value) wrong(name);
    return std::string(value.value_or(""));
  }
  std::string take_or_nothing(std::string_view name) {
    std::string value = take(name);
    if (value.empty()) wrong(name);
    return value == kNothing ? std::string() : value;
  }
  std::string take_key(std::string_view name) {
    auto key = seal::take_hex(rest_, name, 32);
    if (!key) wrong(name);
    return key.value_or(std::string());
  }
  base::Time time(std::string_view name) {
    const std::string text = take(name);
    const auto at = base::parse_rfc3339(text);
    if (!at || base::format_rfc3339(*at) != text) wrong(name);
    return at.value_or(base::Time{});
  }
  void hours(const std::string& text, Grant& g) {
    const auto from = minute_in(std::string_view(text).substr(0, 5));
    const auto until = text.size() > 12 && text[5] == '-' && text[11] == ' '
                           ? minute_in(std::string_view(text).substr(6, 5))
                           : std::nullopt;
    if (!from || !until) return wrong("hours");
    g.from_minute = *from;
    g.until_minute = *until;
    g.zone = text.substr(12);
  }

  std::string_view rest_;
  std::string wrong_;
};

}  // namespace

std::string agency_id_of(std::string_view public_key) {
  return "agency_" + crypto::sha256_hex(public_key).substr(0, 32);
}

std::optional<int> minute_in(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  int digits[4];
  for (int i = 0, at = 0; i < 4; ++i, ++at) {
    if (i == 2) ++at;
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    digits[i] = text[at] - '0';
  }
  const int hour = digits[0] * 10 + digits[1], minute = digits[2] * 10 + digits[3];
  if (minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
  return hour * 60 + minute;
}

std::string words_of_hours(int from_minute, int until_minute, std::string_view zone) {
  return minute_text(from_minute) + "-" + minute_text(until_minute) + " " + std::string(zone);
}

base::Result<void> check(const Grant& g) {
  if (!base::is_id(g.id, "grant") || g.change < 1 || g.change > kMaxChange)
    return invalid("Its name is not right.");
  if (g.owner_key.size() != 32 || g.recipient_key.size() != 32) return invalid("An agency's key is missing.");
  if (g.owner_key == g.recipient_key) return invalid("An agency grants itself nothing.");
  if (!is_plain(g.owner_name, kMaxNameBytes) || !is_plain(g.recipient_name, kMaxNameBytes))
    return invalid("Both agencies are named, each on one line of at most 120 characters.");
  const auto kinds = policy::beneficiary_kinds();
  if (std::find(kinds.begin(), kinds.end(), g.recipient_kind) == kinds.end())
    return invalid("The receiving agency's kind is in-state, out-of-state, federal or private.");
  if (!g.recipient_state.empty() && !is_state(g.recipient_state))
    return invalid("A state is written like US-VA.");
  if (!g.declaration_sha256_hex.empty() &&
      (g.declaration_sha256_hex.size() != 64 ||
       g.declaration_sha256_hex.find_first_not_of("0123456789abcdef") != std::string::npos))
    return invalid("The declaration is given by the SHA-256 of its document.");
  if (g.cameras.empty() || g.cameras.size() > kMaxGrantCameras)
    return invalid("A grant names its cameras one by one: at least one, at most " +
                   std::to_string(kMaxGrantCameras) + ".");
  for (std::size_t i = 0; i < g.cameras.size(); ++i) {
    if (!is_token(g.cameras[i].id, 40) || !is_plain(g.cameras[i].name, kMaxNameBytes))
      return invalid("A camera's id or name is not right.");
    if (i > 0 && g.cameras[i - 1].id >= g.cameras[i].id)
      return invalid("A camera is named twice, or they are out of order.");
  }
  if (g.purposes.empty()) return invalid("A grant names its purposes one by one: at least one.");
  for (std::size_t i = 0; i < g.purposes.size(); ++i) {
    const policy::Purpose* purpose = policy::find_purpose(g.purposes[i]);
    if (purpose == nullptr) return invalid("A purpose is not one of the coded ones.");
    if (purpose->forbidden)
      return invalid("\"" + purpose->label + "\" is forbidden here and cannot be granted.");
    if (i > 0 && g.purposes[i - 1] >= g.purposes[i])
      return invalid("A purpose is named twice, or they are out of order.");
  }
  if (g.from_minute < 0 || g.from_minute >= 24 * 60 || g.until_minute < 0 || g.until_minute > 24 * 60 ||
      g.from_minute == g.until_minute)
    return invalid("The hours are two different times of the day.");
  if (!is_token(g.zone, 60) || !base::zone_offset(g.zone, g.starts_at))
    return invalid("The time zone is not known here.");
  if (g.ends_at <= g.starts_at) return invalid("It ends before it begins.");
  if (g.ends_at - g.starts_at > policy::kLongestGrant)
    return invalid("No grant lasts longer than twelve months.",
                   "Set an earlier end; it can be renewed by a change.");
  return {};
}

base::Result<std::string> offer(const Grant& grant, const crypto::SigningKey& owner) {
  if (auto good = check(grant); !good) return tl::unexpected(good.error());
  if (grant.owner_key != owner.public_key()) return invalid("The cameras are another agency's.");
  std::string text = seal::sign_text(body_of(grant), owner);
  if (text.size() > kMaxGrantBytes)
    return invalid("It is longer than a grant may be.", "Name fewer cameras.");
  return text;
}

base::Result<std::string> accept(std::string_view offered, const crypto::SigningKey& recipient) {
  const auto read = read_grant(offered);
  if (!read) return tl::unexpected(read.error());
  if (read->accepted) return base::failure(Errc::kConflict, "This grant is signed by both sides already.");
  if (read->grant.recipient_key != recipient.public_key()) return invalid("It is for another agency.");
  return seal::sign_text(std::string(offered), recipient);
}

base::Result<ReadGrant> read_grant(std::string_view text) {
  if (text.size() > kMaxGrantBytes + 200) return bad_text("It is longer than a grant may be.");
  Reader reader(text);
  auto grant = reader.read();
  if (!grant) return tl::unexpected(grant.error());
  if (auto good = check(*grant); !good) return tl::unexpected(good.error());
  const std::string body = body_of(*grant);
  // One spelling only: what was read is written again and must be the same bytes.
  if (!text.starts_with(body)) return bad_text("It is not in the form that grants are written in.");
  constexpr std::size_t one = seal::kSignatureLineBytes;
  ReadGrant read{std::move(*grant), text.size() == body.size() + 2 * one, crypto::sha256_hex(text)};
  if (!read.accepted && text.size() != body.size() + one)
    return bad_text("Something stands where a signature should.");
  const std::string_view offered = text.substr(0, body.size() + one);
  if (!seal::signed_body(offered, read.grant.owner_key) ||
      (read.accepted && !seal::signed_body(text, read.grant.recipient_key))) {
    return base::failure(Errc::kBadSignature, "A signature under this grant is not right.",
                         "It was changed after it was signed, or another key signed it.",
                         "Ask the other agency to send it again.");
  }
  return read;
}

std::string revoke_text(std::string_view grant_id, base::Time at, const crypto::SigningKey& by) {
  std::string body(kRevocationHead);
  body.append("grant ").append(grant_id).append("\n");
  body.append("by ").append(crypto::hex(by.public_key())).append("\n");
  body.append("at ").append(base::format_rfc3339(at)).append("\n");
  return seal::sign_text(std::move(body), by);
}

base::Result<Revocation> read_revocation(std::string_view text) {
  const auto bad = [] {
    return base::failure(Errc::kBadText, "This is not a revocation that can be read.", {},
                         "Ask the other agency to send it again.");
  };
  if (text.size() > 1024 || !text.starts_with(kRevocationHead)) return bad();
  std::string_view rest = text.substr(kRevocationHead.size());
  const auto id = seal::take_line(rest, "grant");
  if (!id || !base::is_id(*id, "grant")) return bad();
  const auto key = seal::take_hex(rest, "by", 32);
  if (!key) return bad();
  const auto when = seal::take_line(rest, "at");
  const auto at = when ? base::parse_rfc3339(*when) : std::nullopt;
  if (!at || base::format_rfc3339(*at) != *when) return bad();
  const auto body = seal::signed_body(text, *key);
  if (!body || body->size() != text.size() - rest.size()) {
    return base::failure(Errc::kBadSignature, "The signature under this revocation is not right.");
  }
  return Revocation{std::string(*id), *key, *at};
}

}  // namespace glasshouse::sharing
