#include "vault/wire.h"

#include <algorithm>

#include "base/words.h"
#include "crypto/age.h"
#include "crypto/crypto.h"
#include "ledger/note.h"
#include "ledger/proof_file.h"
#include "vault/vault.h"

namespace glasshouse::vault {
namespace {

constexpr std::string_view kWireStart = "glasshouse-vault 1 ";
constexpr std::size_t kMostNameBytes = 32;
constexpr std::size_t kMostIdBytes = 64;

struct Code {
  Errc code;
  std::string_view word;
};
constexpr Code kCodes[] = {
    {Errc::kIo, "io"},
    {Errc::kDamaged, "damaged"},
    {Errc::kOutsidePermit, "outside-permit"},
    {Errc::kShredded, "shredded"},
    {Errc::kCannotOpen, "cannot-open"},
    {Errc::kBadName, "bad-name"},
    {Errc::kBadRequest, "bad-request"},
    {Errc::kNoProof, "no-proof"},
    {Errc::kElsewhere, "elsewhere"},
};

tl::unexpected<base::Error> bad_message(std::string why) {
  return base::failure(Errc::kBadRequest, "The message is not understood", std::move(why),
                       "Let the server and the vault's agent be of one version");
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= kMostNameBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

bool is_value(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

// Sentences of an error may hold what a line may not.
std::string as_value(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < 0x20 || c >= 0x7f; }, '?');
  return text;
}

}  // namespace

std::optional<std::string_view> Message::one(std::string_view name) const {
  const auto values = all(name);
  if (values.size() != 1) return std::nullopt;
  return values.front();
}

std::vector<std::string_view> Message::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [own, value] : fields) {
    if (own == name) values.push_back(value);
  }
  return values;
}

bool Message::has_only(std::initializer_list<std::string_view> names) const {
  return std::all_of(fields.begin(), fields.end(), [&](const auto& field) {
    return std::find(names.begin(), names.end(), field.first) != names.end();
  });
}

std::string format_message(const Message& message) {
  std::string text = std::string(kWireStart) + message.word + "\n";
  for (const auto& [name, value] : message.fields) text.append(name).append(" ").append(value).append("\n");
  return text;
}

base::Result<Message> parse_message(std::string_view text, std::size_t most_bytes) {
  if (text.size() > most_bytes) return bad_message("It is too long");
  std::string_view line;
  if (!base::take_line(text, line) || !line.starts_with(kWireStart))
    return bad_message("It does not begin as one");
  Message message{std::string(line.substr(kWireStart.size())), {}};
  if (!is_word(message.word)) return bad_message("Its first line asks for nothing");
  while (base::take_line(text, line)) {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view name = line.substr(0, space);
    const std::string_view value = line.substr(std::min(space + 1, line.size()));
    if (!is_word(name) || !is_value(value)) return bad_message("A line of it is no name and value");
    message.add(std::string(name), std::string(value));
  }
  if (!text.empty()) return bad_message("Its last line has no end");
  return message;
}

Message message_of(const ReleaseRequest& request) {
  Message message{"release", {}};
  message.add("read", request.read_id);
  message.add("captured", base::format_rfc3339(request.captured_at));
  if (!request.hold.empty()) message.add("hold", request.hold);
  message.add("header", crypto::base64(request.header));
  message.add("recipient", crypto::age_recipient_text(request.recipient));
  message.add("proof", crypto::base64(request.proof));
  for (const std::string& disclosure : request.disclosures) message.add("disclosure", disclosure);
  message.add("old", std::to_string(request.old_size));
  for (const crypto::Hash& hash : request.grown) message.add("grown", crypto::base64(ledger::bytes_of(hash)));
  return message;
}

base::Result<ReleaseRequest> read_release(const Message& message) {
  const auto read = message.one("read"), captured = message.one("captured"), header = message.one("header"),
             recipient = message.one("recipient"), proof = message.one("proof"), old = message.one("old");
  const auto hold = message.all("hold");
  const auto disclosures = message.all("disclosure"), grown = message.all("grown");
  if (message.word != "release" || !read || !captured || !header || !recipient || !proof || !old ||
      hold.size() > 1 || disclosures.size() > kMostDisclosures || grown.size() > ledger::kMaxProofHashes ||
      !message.has_only(
          {"read", "captured", "hold", "header", "recipient", "proof", "disclosure", "old", "grown"}))
    return bad_message("A release has one of each of its lines");
  ReleaseRequest request;
  request.read_id = *read;
  const auto at = base::parse_rfc3339(*captured);
  auto header_bytes = crypto::from_base64(*header);
  auto to = crypto::age_recipient_from_text(*recipient);
  auto proof_text = crypto::from_base64(*proof);
  const auto size = ledger::parse_size(*old);
  if (read->size() > kMostIdBytes || !at || base::format_rfc3339(*at) != *captured || !header_bytes || !to ||
      !proof_text || !size || header_bytes->size() > crypto::kMostAgeHeaderBytes ||
      proof_text->size() > ledger::kMaxProofFileBytes)
    return bad_message("A line of the release is not what it should be");
  request.captured_at = *at;
  request.header = std::move(*header_bytes);
  request.recipient = std::move(*to);
  request.proof = std::move(*proof_text);
  request.old_size = *size;
  if (!hold.empty()) request.hold = hold.front();
  if (!request.hold.empty() && !is_hold_name(request.hold)) return bad_message("It names no hold");
  for (const std::string_view one : disclosures) request.disclosures.emplace_back(one);
  for (const std::string_view one : grown) {
    const auto hash = ledger::hash_from_base64(one);
    if (!hash) return bad_message("A hash of the release is none");
    request.grown.push_back(*hash);
  }
  return request;
}

Message refusal_of(const base::Error& error) {
  Message message{"refused", {}};
  const auto* code =
      std::find_if(std::begin(kCodes), std::end(kCodes), [&](const Code& one) { return error.is(one.code); });
  message.add("code", std::string(code == std::end(kCodes) ? "io" : code->word));
  message.add("what", as_value(error.what()));
  if (!error.why().empty()) message.add("why", as_value(error.why()));
  if (!error.next().empty()) message.add("next", as_value(error.next()));
  return message;
}

base::Error error_of(const Message& refusal) {
  const auto text = [&](std::string_view name) { return std::string(refusal.one(name).value_or("")); };
  const std::string word = text("code");
  const auto* code =
      std::find_if(std::begin(kCodes), std::end(kCodes), [&](const Code& one) { return one.word == word; });
  if (refusal.word != "refused" || code == std::end(kCodes))
    return bad_message("It is neither an answer nor a refusal").value();
  return base::Error(code->code, text("what"), text("why"), text("next"));
}

}  // namespace glasshouse::vault
