// Certificates of devices: PKCS #10 requests, X.509 v3 certificates that an authority of our own signs, all
// of them Ed25519 (RFC 8410). docs/formats/device-certificate.md.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "crypto/crypto.h"

namespace glasshouse::crypto {

inline constexpr std::size_t kMostCertificateBytes = 4096;  // of a request or a certificate, PEM or DER

struct CertificateFacts {
  std::string name;        // the common name
  std::string public_key;  // 32 bytes
  std::string serial;      // hexadecimal
  base::Time from, until;
};

// PEM. `name`: 1 to 64 printable ASCII characters.
std::string certificate_request_pem(const SigningKey& key, std::string_view name);
// The Ed25519 key that the request asks for and proved to hold. kBadEncoding, kBadKey, kBadSignature. The
// name and all else that it asks for count for nothing: the issuer knows whom it issues to.
base::Result<std::string> read_certificate_request(std::string_view pem);

// The authority's own certificate, for programs that check a chain.
std::string authority_certificate_pem(const SigningKey& authority, std::string_view name, base::Time from,
                                      base::Time until);
// For one device and nothing else: no authority, good for signing in as a TLS client only.
std::string device_certificate_pem(const SigningKey& authority, std::string_view authority_name,
                                   std::string_view name, std::string_view public_key, base::Time from,
                                   base::Time until);

// What a certificate says, PEM or DER; that somebody signed it is not looked at.
base::Result<CertificateFacts> read_certificate(std::string_view bytes);
// The same of one that this authority issued to a device: kBadSignature otherwise. Its times are the caller's
// to judge.
base::Result<CertificateFacts> check_device_certificate(std::string_view bytes,
                                                        std::string_view authority_key);

}  // namespace glasshouse::crypto
