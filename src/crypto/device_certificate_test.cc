#include "crypto/device_certificate.h"

#include <gtest/gtest.h>

namespace glasshouse::crypto {
namespace {

const base::Time kFrom = *base::parse_rfc3339("2026-11-22T12:00:00Z");
const base::Time kUntil = kFrom + std::chrono::hours(24);

TEST(CertificateRequest, GivesTheKeyThatItProvesToHold) {
  const SigningKey key = SigningKey::generate();
  const std::string pem = certificate_request_pem(key, "a camera");
  EXPECT_EQ(read_certificate_request(pem).value(), key.public_key());
  EXPECT_TRUE(read_certificate_request("").error().is(Errc::kBadEncoding));
  EXPECT_TRUE(read_certificate_request(pem.substr(0, 120)).error().is(Errc::kBadEncoding));
  EXPECT_TRUE(read_certificate_request(pem + std::string(5000, ' ')).error().is(Errc::kBadEncoding));
}

// Every byte of the DER, changed: a request is taken for the key that signed it or for none.
TEST(CertificateRequest, IsNotTakenWhenAByteIsAnother) {
  const SigningKey key = SigningKey::generate();
  const std::string pem = certificate_request_pem(key, "a camera");
  const std::size_t start = pem.find('\n') + 1, end = pem.find("-----END");
  std::string text;
  for (const char c : pem.substr(start, end - start))
    if (c != '\n') text += c;
  const std::string der = from_base64(text).value();
  for (std::size_t i = 0; i < der.size(); ++i) {
    std::string other = der;
    other[i] = static_cast<char>(other[i] ^ 1);
    const auto read = read_certificate_request("-----BEGIN CERTIFICATE REQUEST-----\n" + base64(other) +
                                               "\n-----END CERTIFICATE REQUEST-----\n");
    EXPECT_FALSE(read) << "byte " << i;
  }
}

TEST(DeviceCertificate, SaysWhoseItIsAndHowLong) {
  const SigningKey authority = SigningKey::generate(), device = SigningKey::generate();
  const std::string pem =
      device_certificate_pem(authority, "Cameras of a town", "cam_1", device.public_key(), kFrom, kUntil);
  const auto facts = check_device_certificate(pem, authority.public_key());
  ASSERT_TRUE(facts) << facts.error().message();
  EXPECT_EQ(facts->name, "cam_1");
  EXPECT_EQ(facts->public_key, device.public_key());
  EXPECT_EQ(facts->from, kFrom);
  EXPECT_EQ(facts->until, kUntil);
  EXPECT_EQ(facts->serial.size(), 32u);
  EXPECT_EQ(read_certificate(pem)->serial, facts->serial);
}

TEST(DeviceCertificate, OfAnotherAuthorityOrOfTheAuthorityItselfIsNone) {
  const SigningKey authority = SigningKey::generate(), other = SigningKey::generate();
  const SigningKey device = SigningKey::generate();
  const std::string foreign =
      device_certificate_pem(other, "Cameras of a town", "cam_1", device.public_key(), kFrom, kUntil);
  EXPECT_TRUE(check_device_certificate(foreign, authority.public_key()).error().is(Errc::kBadSignature));
  const std::string own = authority_certificate_pem(authority, "Cameras of a town", kFrom, kUntil);
  EXPECT_TRUE(check_device_certificate(own, authority.public_key()).error().is(Errc::kBadSignature));
  EXPECT_TRUE(check_device_certificate("", authority.public_key()).error().is(Errc::kBadEncoding));
  EXPECT_TRUE(check_device_certificate("nonsense", "short").error().is(Errc::kBadEncoding));
}

}  // namespace
}  // namespace glasshouse::crypto
