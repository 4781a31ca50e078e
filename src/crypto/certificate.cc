#include "crypto/certificate.h"

namespace glasshouse::crypto {
namespace {

// DER: a tag, a length, the content.
std::string der(char tag, std::string_view content) {
  std::string bytes(1, tag);
  if (content.size() < 0x80) {
    bytes += static_cast<char>(content.size());
  } else if (content.size() < 0x100) {
    bytes += '\x81';
    bytes += static_cast<char>(content.size());
  } else {
    bytes += '\x82';
    bytes += static_cast<char>(content.size() >> 8);
    bytes += static_cast<char>(content.size() & 0xff);
  }
  return bytes.append(content);
}
std::string sequence(std::string_view content) {
  return der('\x30', content);
}

const std::string kEd25519 = sequence(std::string("\x06\x03\x2b\x65\x70", 5));  // 1.3.101.112

std::string public_key_info(std::string_view key) {
  return sequence(kEd25519 + der('\x03', std::string(1, '\0').append(key)));
}

// RFC 5280: two digits of the year until 2049, four after.
std::string time_of(base::Time at) {
  std::string text;
  for (const char c : base::format_rfc3339(at).substr(0, 19))
    if (c >= '0' && c <= '9') text += c;
  text += 'Z';
  return text.substr(0, 4) < "2050" ? der('\x17', text.substr(2)) : der('\x18', text);
}

std::string common_name(std::string_view name) {
  const std::string attribute =
      sequence(std::string("\x06\x03\x55\x04\x03", 5) + der('\x0c', name.substr(0, 64)));  // 2.5.4.3
  return sequence(der('\x31', attribute));
}

std::string pem(std::string_view label, std::string_view bytes) {
  const std::string text = base64(bytes);
  std::string all = "-----BEGIN " + std::string(label) + "-----\n";
  for (std::size_t at = 0; at < text.size(); at += 64) all += text.substr(at, 64) + "\n";
  return all + "-----END " + std::string(label) + "-----\n";
}

}  // namespace

std::string self_signed_certificate_pem(const SigningKey& key, std::string_view name, base::Time from,
                                        base::Time until) {
  std::string serial = random_bytes(16);
  serial[0] = static_cast<char>((serial[0] & 0x3f) | 0x40);  // positive, and no leading zero
  const std::string body = sequence(der('\xa0', std::string("\x02\x01\x02", 3)) + der('\x02', serial) +
                                    kEd25519 + common_name(name) + sequence(time_of(from) + time_of(until)) +
                                    common_name(name) + public_key_info(key.public_key()));
  return pem("CERTIFICATE", sequence(body + kEd25519 + der('\x03', std::string(1, '\0') + key.sign(body))));
}

std::string private_key_pem(const SigningKey& key) {
  std::string seed = key.seed();
  std::string bytes = sequence(std::string("\x02\x01\x00", 3) + kEd25519 + der('\x04', der('\x04', seed)));
  std::string text = pem("PRIVATE KEY", bytes);
  wipe(seed);
  wipe(bytes);
  return text;
}

std::string certificate_pin(std::string_view public_key) {
  const Hash hash = sha256(public_key_info(public_key));
  return "sha256//" + base64({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

}  // namespace glasshouse::crypto
