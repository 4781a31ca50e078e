#include "seal/signed_text.h"

namespace glasshouse::seal {
namespace {
constexpr std::string_view kSignatureName = "signature ";
static_assert(kSignatureLineBytes == kSignatureName.size() + 128 + 1);
}  // namespace

std::string sign_text(std::string body, const crypto::SigningKey& key) {
  const std::string signature = crypto::hex(key.sign(body));
  return body.append(kSignatureName).append(signature).append("\n");
}

std::optional<std::string_view> signed_body(std::string_view text, std::string_view public_key) {
  if (text.size() <= kSignatureLineBytes || !text.ends_with('\n')) return std::nullopt;
  const std::string_view body = text.substr(0, text.size() - kSignatureLineBytes);
  std::string_view line = text.substr(body.size());
  const auto signature = take_hex(line, "signature", 64);
  if (!signature || !body.ends_with('\n') || !crypto::verify(public_key, body, *signature))
    return std::nullopt;
  return body;
}

std::optional<std::string_view> take_line(std::string_view& text, std::string_view name) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos || !text.starts_with(name) || text.size() <= name.size() ||
      text[name.size()] != ' ') {
    return std::nullopt;
  }
  const std::string_view value = text.substr(name.size() + 1, end - name.size() - 1);
  text.remove_prefix(end + 1);
  return value;
}

std::optional<std::string> take_hex(std::string_view& text, std::string_view name, std::size_t bytes) {
  const auto value = take_line(text, name);
  if (!value || value->size() != bytes * 2) return std::nullopt;
  auto decoded = crypto::from_hex(*value);
  if (!decoded || crypto::hex(*decoded) != *value) return std::nullopt;  // lower case only
  return std::move(*decoded);
}

}  // namespace glasshouse::seal
