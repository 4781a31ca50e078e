#include "api/sealed.h"

#include <nlohmann/json.hpp>

#include "api/json.h"
#include "crypto/age.h"
#include "crypto/crypto.h"
#include "seal/picture.h"
#include "vault/vault.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostRecipientChars = 80;  // "age1" and 58 more

tl::unexpected<base::Error> bad_sealed(std::string why) {
  return base::failure(Errc::kBadField, "picture_sealed is refused", std::move(why),
                       "Send what the camera's program made of it, unchanged");
}

base::Result<void> check(const seal::Manifest& manifest, const reads::Read& read, std::string_view file) {
  if (manifest.camera_id != read.camera_id) return bad_sealed("Its manifest is of another camera");
  if (manifest.read_id != read.id) return bad_sealed("Its manifest is of another read");
  if (manifest.captured_at != read.captured_at) return bad_sealed("Its manifest is of another moment");
  if (manifest.key_day > base::day_of(read.captured_at))
    return bad_sealed("It is sealed to a later day's key");
  const auto payload = seal::payload_hash(file);
  if (!payload) return bad_sealed("It is no age file");
  if (*payload != manifest.payload) return bad_sealed("Its manifest speaks of another picture");
  return {};
}

base::Result<std::string> picture_bytes(bool is_part, const std::string& text, const PictureParts& parts) {
  if (is_part) {
    const auto found = parts.find(text);
    if (found == parts.end()) return bad_sealed("Its picture_part names no part of the body");
    return std::string(found->second);
  }
  auto file = crypto::from_base64(text);
  if (!file) return bad_sealed("It is not in base64");
  return std::move(*file);
}

// A person whose passkey keeps a key is given pictures under that key alone: whoever took the session from
// them cannot open any.
std::optional<net::Response> needs_own_key(Context& ctx, const std::string& recipient) {
  const accounts::Session& session = *ctx.identity.session;
  if (session.passkey_id.empty()) return std::nullopt;
  const auto passkey = ctx.services.accounts->passkeys().get(session.account.id, session.passkey_id);
  if (passkey && (passkey->recipient.empty() || passkey->recipient == crypto::age_recipient_text(recipient)))
    return std::nullopt;
  return problem(403, "confirm", "Touch your passkey to open pictures.",
                 "It keeps the key that opens them, and this browser does not hold that key now.",
                 "Confirm with your passkey, then ask again.");
}

}  // namespace

base::Result<std::optional<SignedPicture>> take_sealed(const Json& upload, const PictureParts& parts,
                                                       reads::Incoming& incoming) {
  const auto sealed = upload.find("picture_sealed"), part = upload.find("picture_part"),
             signed_text = upload.find("picture_manifest");
  if (sealed == upload.end() && part == upload.end() && signed_text == upload.end()) return std::nullopt;
  const auto given = sealed != upload.end() ? sealed : part;
  if (given == upload.end() || (sealed != upload.end() && part != upload.end()) ||
      signed_text == upload.end() || !given->is_string() || !signed_text->is_string())
    return bad_sealed("picture_manifest goes with picture_sealed or with picture_part, as text");
  auto file = picture_bytes(given == part, given->get_ref<const std::string&>(), parts);
  if (!file) return tl::unexpected(file.error());
  if (!file->starts_with(seal::kSealedStart)) return bad_sealed("It is no age file");
  if (file->size() > reads::kMostSealedBytes)
    return base::failure(Errc::kTooLarge, "picture_sealed is too large");
  const std::string& text = signed_text->get_ref<const std::string&>();
  auto manifest = seal::read_manifest(text);
  if (!manifest) return tl::unexpected(manifest.error());
  if (auto checked = check(*manifest, incoming.read, *file); !checked) return tl::unexpected(checked.error());
  incoming.picture_sealed = std::move(*file);
  incoming.manifest = text;
  incoming.read.has_picture = true;
  return SignedPicture{std::move(*manifest), seal::manifest_hash(text)};
}

vault::SealedRead sealed_read(const reads::Picture& picture) {
  return {.read_id = picture.read_id,
          .camera_id = picture.camera_id,
          .captured_at = picture.captured_at,
          .file = picture.file.bytes,
          .manifest = picture.file.manifest,
          .hold = picture.hold};
}

net::Response give_picture(Context& ctx, const gate::Permit& permit, reads::Picture picture,
                           const char* cache) {
  const auto answer = [&](std::string bytes, const char* type, const char* kind) {
    auto response = net::Response::text(200, std::move(bytes), type);
    response.headers.set("Cache-Control", cache);
    response.headers.set(kSealedHeader, kind);
    return response;
  };
  if (!picture.file.is_sealed) return answer(std::move(picture.file.bytes), "image/jpeg", "open");
  const std::string to = text_query(ctx.request, "to", kMostRecipientChars);
  if (to.empty()) {
    return problem(
        422, "sealed", "This picture is sealed.", "The server cannot open it for you.",
        "Ask with ?to= and the public key (age1…) of whoever shall open it; the console does so itself.");
  }
  const auto recipient = crypto::age_recipient_from_text(to);
  if (!recipient) {
    return problem(422, "bad-field", "The key in ?to= is none.",
                   "It is no X25519 public key as age writes it.", "Give one that begins with age1.");
  }
  if (auto refused = needs_own_key(ctx, *recipient)) return *refused;
  auto released = ctx.services.vault->release(permit, sealed_read(picture), *recipient);
  if (!released) return problem(released.error());
  auto response = answer(std::move(*released), "application/age", "sealed");
  response.headers.set(kManifestHeader, crypto::base64(picture.file.manifest));
  return response;
}

}  // namespace glasshouse::api
