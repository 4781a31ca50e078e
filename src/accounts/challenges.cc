#include "accounts/challenges.h"

#include "crypto/crypto.h"

namespace glasshouse::accounts {
namespace {

// 16 random bytes, 8 of its end in UTC ms, and 32 of the code.
constexpr std::size_t kRandomBytes = 16, kEndBytes = 8, kCodeBytes = 32;

tl::unexpected<base::Error> challenge_gone() {
  return base::failure(Errc::kChallengeGone, "That took too long, or was used already",
                       "What a passkey signs is good once and for five minutes", "Try again.");
}

}  // namespace

Challenges::Challenges(const base::Clock& clock) : clock_(clock), key_(crypto::random_bytes(32)) {}

Challenges::~Challenges() {
  crypto::wipe(key_);
}

std::string Challenges::code_for(std::string_view head, Ceremony ceremony, std::string_view subject) const {
  std::string text(head);
  text += static_cast<char>(ceremony);
  return crypto::hmac_sha256(key_, text.append(subject));
}

std::string Challenges::give(Ceremony ceremony, std::string_view subject) {
  std::string head = crypto::random_bytes(kRandomBytes);
  const auto end = static_cast<std::uint64_t>(base::to_ms(clock_.now() + kChallengeLife));
  for (std::size_t i = kEndBytes; i-- > 0;) head += static_cast<char>((end >> (8 * i)) & 0xff);
  return crypto::base64url(head + code_for(head, ceremony, subject));
}

base::Result<void> Challenges::spend(std::string_view challenge, Ceremony ceremony,
                                     std::string_view subject) {
  const auto bytes = crypto::from_base64url(challenge);
  if (!bytes || bytes->size() != kRandomBytes + kEndBytes + kCodeBytes) return challenge_gone();
  const std::string head = bytes->substr(0, kRandomBytes + kEndBytes);
  if (!crypto::equal_constant_time(bytes->substr(head.size()), code_for(head, ceremony, subject)))
    return challenge_gone();
  std::uint64_t end_ms = 0;
  for (std::size_t i = 0; i < kEndBytes; ++i)
    end_ms = (end_ms << 8) | static_cast<unsigned char>(head[kRandomBytes + i]);
  const base::Time now = clock_.now(), end = base::from_ms(static_cast<std::int64_t>(end_ms));
  if (now >= end) return challenge_gone();
  const std::lock_guard lock(mutex_);
  for (auto it = spent_.begin(); it != spent_.end();)
    it = it->second <= now ? spent_.erase(it) : std::next(it);
  if (!spent_.emplace(head.substr(0, kRandomBytes), end).second) return challenge_gone();
  return {};
}

}  // namespace glasshouse::accounts
