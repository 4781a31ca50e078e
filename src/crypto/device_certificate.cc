#include "crypto/device_certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "crypto/internal.h"

namespace glasshouse::crypto {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* it) const {
    Free(it);
  }
};
using PKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using CertificateRequest = std::unique_ptr<X509_REQ, Freed<X509_REQ_free>>;
using Name = std::unique_ptr<X509_NAME, Freed<X509_NAME_free>>;

constexpr long kVersion3 = 2;
constexpr std::size_t kEd25519Bytes = 32;

PKey private_key(const SigningKey& key) {
  std::string seed = key.seed();
  PKey made(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed), seed.size()));
  wipe(seed);
  need(made != nullptr);
  return made;
}

PKey public_key_of(std::string_view key) {
  return PKey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(key), key.size()));
}

// Empty: another kind of key.
std::string raw_key(const EVP_PKEY* key) {
  std::string raw(kEd25519Bytes, '\0');
  std::size_t size = raw.size();
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key, bytes_of(raw), &size) != 1 || size != raw.size())
    return {};
  return raw;
}

Name name_of(std::string_view common_name) {
  Name name(X509_NAME_new());
  need(name != nullptr &&
       X509_NAME_add_entry_by_NID(name.get(), NID_commonName, MBSTRING_UTF8, bytes_of(common_name),
                                  static_cast<int>(common_name.size()), -1, 0) == 1);
  return name;
}

std::string text_of_bio(const Bio& bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return size <= 0 ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

void extend(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  need(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

struct Draft {
  std::string_view issuer, subject, public_key;
  base::Time from, until;
};

Certificate drafted(const Draft& draft) {
  Certificate made(X509_new());
  need(made != nullptr && X509_set_version(made.get(), kVersion3) == 1);
  std::string serial = random_bytes(16);
  serial[0] = static_cast<char>((serial[0] & 0x3f) | 0x40);  // positive, and no leading zero
  std::unique_ptr<BIGNUM, Freed<BN_free>> number(
      BN_bin2bn(bytes_of(serial), static_cast<int>(serial.size()), nullptr));
  need(number != nullptr && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(made.get())) != nullptr);
  const PKey key = public_key_of(draft.public_key);
  need(key != nullptr && X509_set_pubkey(made.get(), key.get()) == 1);
  const auto at = [](base::Time time) { return static_cast<std::time_t>(base::to_ms(time) / 1000); };
  need(ASN1_TIME_set(X509_getm_notBefore(made.get()), at(draft.from)) != nullptr &&
       ASN1_TIME_set(X509_getm_notAfter(made.get()), at(draft.until)) != nullptr);
  need(X509_set_issuer_name(made.get(), name_of(draft.issuer).get()) == 1 &&
       X509_set_subject_name(made.get(), name_of(draft.subject).get()) == 1);
  return made;
}

std::string signed_pem(X509* certificate, const SigningKey& authority) {
  need(X509_sign(certificate, private_key(authority).get(), nullptr) != 0);
  const Bio out(BIO_new(BIO_s_mem()));
  need(out != nullptr && PEM_write_bio_X509(out.get(), certificate) == 1);
  return text_of_bio(out);
}

tl::unexpected<base::Error> no_certificate() {
  return base::failure(Errc::kBadEncoding, "This is no certificate of a device");
}

Certificate parsed_certificate(std::string_view bytes) {
  if (bytes.empty() || bytes.size() > kMostCertificateBytes) return nullptr;
  if (bytes.starts_with("-----BEGIN")) {
    const Bio in(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
    need(in != nullptr);
    // A PEM text that is sealed with a password is none: nobody is there to be asked for it.
    return Certificate(PEM_read_bio_X509(
        in.get(), nullptr, [](char*, int, int, void*) { return -1; }, nullptr));
  }
  const unsigned char* at = bytes_of(bytes);
  Certificate made(d2i_X509(nullptr, &at, static_cast<long>(bytes.size())));
  return at == bytes_of(bytes) + bytes.size() ? std::move(made) : nullptr;
}

base::Result<base::Time> time_from(const ASN1_TIME* text) {
  std::tm parts{};
  if (text == nullptr || ASN1_TIME_to_tm(text, &parts) != 1) return no_certificate();
  return base::from_ms(static_cast<std::int64_t>(::timegm(&parts)) * 1000);
}

std::string common_name_of(const X509* certificate) {
  char text[65] = {};
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text,
                                             static_cast<int>(sizeof text));
  return size <= 0 ? std::string() : std::string(text, static_cast<std::size_t>(size));
}

base::Result<CertificateFacts> certificate_facts(const X509* certificate) {
  CertificateFacts facts;
  facts.public_key = raw_key(X509_get0_pubkey(certificate));
  if (facts.public_key.empty()) return base::failure(Errc::kBadKey, "The certificate is for no Ed25519 key");
  facts.name = common_name_of(certificate);
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  facts.serial = hex({reinterpret_cast<const char*>(serial->data), static_cast<std::size_t>(serial->length)});
  const auto from = time_from(X509_get0_notBefore(certificate)),
             until = time_from(X509_get0_notAfter(certificate));
  if (!from || !until) return no_certificate();
  facts.from = *from;
  facts.until = *until;
  return facts;
}

}  // namespace

std::string certificate_request_pem(const SigningKey& key, std::string_view name) {
  const CertificateRequest request(X509_REQ_new());
  const PKey secret = private_key(key);
  need(request != nullptr && X509_REQ_set_version(request.get(), 0) == 1 &&
       X509_REQ_set_subject_name(request.get(), name_of(name).get()) == 1 &&
       X509_REQ_set_pubkey(request.get(), secret.get()) == 1 &&
       X509_REQ_sign(request.get(), secret.get(), nullptr) != 0);
  const Bio out(BIO_new(BIO_s_mem()));
  need(out != nullptr && PEM_write_bio_X509_REQ(out.get(), request.get()) == 1);
  return text_of_bio(out);
}

base::Result<std::string> read_certificate_request(std::string_view pem) {
  const auto wrong = [] {
    return base::failure(Errc::kBadEncoding, "This is no signing request (PKCS #10, PEM)");
  };
  if (!pem.starts_with("-----BEGIN") || pem.size() > kMostCertificateBytes) return wrong();
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  need(in != nullptr);
  const CertificateRequest request(PEM_read_bio_X509_REQ(
      in.get(), nullptr, [](char*, int, int, void*) { return -1; }, nullptr));
  if (request == nullptr) return wrong();
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  std::string raw = raw_key(key);
  if (raw.empty()) return base::failure(Errc::kBadKey, "The request is not for an Ed25519 key");
  if (X509_REQ_verify(request.get(), key) != 1)
    return base::failure(Errc::kBadSignature, "The request is not signed with the key that it is for");
  return raw;
}

std::string authority_certificate_pem(const SigningKey& authority, std::string_view name, base::Time from,
                                      base::Time until) {
  const Certificate made = drafted({name, name, authority.public_key(), from, until});
  extend(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(made.get(), made.get(), NID_key_usage, "critical,keyCertSign");
  extend(made.get(), made.get(), NID_subject_key_identifier, "hash");
  return signed_pem(made.get(), authority);
}

std::string device_certificate_pem(const SigningKey& authority, std::string_view authority_name,
                                   std::string_view name, std::string_view public_key, base::Time from,
                                   base::Time until) {
  const Certificate made = drafted({authority_name, name, public_key, from, until});
  extend(made.get(), nullptr, NID_basic_constraints, "critical,CA:FALSE");
  extend(made.get(), nullptr, NID_key_usage, "critical,digitalSignature");
  extend(made.get(), nullptr, NID_ext_key_usage, "critical,clientAuth");
  return signed_pem(made.get(), authority);
}

base::Result<CertificateFacts> read_certificate(std::string_view bytes) {
  const Certificate certificate = parsed_certificate(bytes);
  if (certificate == nullptr) return no_certificate();
  return certificate_facts(certificate.get());
}

base::Result<CertificateFacts> check_device_certificate(std::string_view bytes,
                                                        std::string_view authority_key) {
  const Certificate certificate = parsed_certificate(bytes);
  if (certificate == nullptr) return no_certificate();
  const PKey authority = public_key_of(authority_key);
  // An authority's own certificate carries its signature as well, and is no device's.
  const auto usage = X509_get_extended_key_usage(certificate.get());
  if (authority == nullptr || X509_verify(certificate.get(), authority.get()) != 1 ||
      X509_check_ca(certificate.get()) != 0 || usage != XKU_SSL_CLIENT)
    return base::failure(Errc::kBadSignature, "This authority did not issue the certificate to a device");
  return certificate_facts(certificate.get());
}

}  // namespace glasshouse::crypto
