// Tokens that npm's jose signed, changed in every way that has been an attack somewhere.
#include "oidc/token.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "crypto/crypto.h"
#include "oidc/provider.h"

namespace glasshouse::oidc {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kKeys =
    "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"nnBwUVhXY9A-3bkkZV_48MNuS3XCImQ3R7k1KdNcu7Nx_"
    "o6fX2rReLL212iUHjhyA1hG8"
    "BL98_N6K9KSu4bqizT1eJSMeqtr0zb72ggGF9b3zM4qxejN4jN2BDXZj5WxpEkHVw79I5qiv8yMEepO0Q6QwLVUXvEkLVggo"
    "EAbE3zW248pUtkSQJVW8YpE_X15rBlG_oCGGav8FK_UWhv3ZrDG7kXyAAuVFVfgXlZQTSGxb6xhRGsfOq3tojQ0IWDIpahSY"
    "d8tOPwrLuDsm94ey-R0TqFYh2Q6y3opq-9zJp-aH4jQI9Cp1rewKhC5FYSyVSjWkiq9KLV0eDgZW4oqjw\",\"e\":\"AQAB\",\"k"
    "id\":\"r\",\"use\":\"sig\"},{\"kty\":\"EC\",\"x\":\"YrRpQGe1_g7R66pIjP5ygARrZwzew0E6T1vDh0z5IZY\",\"y\":"
    "\"3jnjS836"
    "zlvTpZl40QfJGx5YbaEwGK029qSE0SVVgg4\",\"crv\":\"P-256\",\"kid\":\"e\",\"alg\":\"ES256\"}]}";
constexpr std::string_view kRs256 =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InIifQ.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiJhbm5hLTEiLCJhdWQiO"
    "iJnbGFzc2hvdXNlIiwibm9uY2UiOiJuLTEiLCJhY3IiOiJ1cm46dHdvIiwiYW1yIjpbInB3ZCIsIm1mYSJdLCJpYXQiOjE3O"
    "TUzNDg4MDAsImV4cCI6MTc5NTM0OTEwMH0.Jr1uX5-3IaOYTd8xJhV1WmQxVXpFIIWJWwSfDELbiYLxHK7QHF2gDmhisH0DN"
    "HNrcKal_1CnQ8Uo7bEDQhM7CMKCS48vUjK6j2IYc1S89R6-cFVDO3sMD5fU8Fz41AJhq1wRF6aJtarpyYXgI-qW6vl4Ug2WX"
    "6e5Ck4clnjYjw3zxASbwQTK1unko7_s15ohxK1Zo9__FQSQ4p2hMb_Ju1DJMqE9ns0PJeiafdV2lpweuOW_-SQzYpx9ManMK"
    "GrXnvRUprw2CuiJ2hCTkjuuHEERYr3fiw9shesjf75l4-l46TLwrrhrwm8IUyG2S5m348hYEP6mzC4pfSrRKdR7qA";
constexpr std::string_view kEs256 =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImUifQ.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiJhbm5hLTEiLCJhdWQiO"
    "iJnbGFzc2hvdXNlIiwibm9uY2UiOiJuLTEiLCJhY3IiOiJ1cm46dHdvIiwiYW1yIjpbInB3ZCIsIm1mYSJdLCJpYXQiOjE3O"
    "TUzNDg4MDAsImV4cCI6MTc5NTM0OTEwMH0.7hNc7_9j8r_zCoe5DxgLBcDLBVm2FvLB8LMWUTeew0DX-e4ysBR6JnQXhLPH0"
    "HF_LeQ8wj30-aJwK00-pHl5sw";
constexpr std::string_view kHs256WithTheRsaKey =
    "eyJhbGciOiJIUzI1NiIsImtpZCI6InIifQ.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiJhbm5hLTEiLCJhdWQiO"
    "iJnbGFzc2hvdXNlIiwibm9uY2UiOiJuLTEiLCJhY3IiOiJ1cm46dHdvIiwiYW1yIjpbInB3ZCIsIm1mYSJdLCJpYXQiOjE3O"
    "TUzNDg4MDAsImV4cCI6MTc5NTM0OTEwMH0.QMSpI6pOu3awV06_trtvbToaY2BUFX7YtwSV4PW18Cs";
const base::Time kNow = *base::parse_rfc3339("2026-11-22T12:00:10Z");

Expected expected() {
  return {.issuer = "https://id.test", .client_id = "glasshouse", .nonce = "n-1", .now = kNow};
}

// The token with another header or body and the old signature.
std::string forged(std::string_view token, const Json& header, const Json& body) {
  const auto first = token.find('.'), second = token.find('.', first + 1);
  const Json old_header = Json::parse(*crypto::from_base64url(token.substr(0, first)));
  const Json old_body = Json::parse(*crypto::from_base64url(token.substr(first + 1, second - first - 1)));
  Json new_header = old_header, new_body = old_body;
  new_header.update(header);
  new_body.update(body);
  return crypto::base64url(new_header.dump()) + "." + crypto::base64url(new_body.dump()) +
         std::string(token.substr(second));
}

TEST(IdToken, OfBothAlgorithmsIsTaken) {
  const auto keys = read_keys(kKeys);
  ASSERT_TRUE(keys);
  for (const std::string_view text : {kRs256, kEs256}) {
    const auto token = read_token(text);
    ASSERT_TRUE(token) << token.error().message();
    EXPECT_TRUE(is_signed_by(*token, *keys));
    EXPECT_TRUE(check_claims(*token, expected()));
    EXPECT_EQ(token->subject, "anna-1");
    EXPECT_EQ(token->acr, "urn:two");
    EXPECT_EQ(token->amr, (std::vector<std::string>{"pwd", "mfa"}));
  }
}

TEST(IdToken, WithAByteChangedIsNotSigned) {
  const auto keys = read_keys(kKeys);
  ASSERT_TRUE(keys);
  for (const std::string_view text : {kRs256, kEs256}) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string other(text);
      other[i] = other[i] == 'A' ? 'B' : 'A';
      if (other == text) continue;
      const auto token = read_token(other);
      EXPECT_FALSE(token && is_signed_by(*token, *keys)) << "byte " << i;
    }
  }
}

TEST(IdToken, OfNoAlgorithmOrWithTheKeyAsASecretIsNotTaken) {
  EXPECT_TRUE(read_token(kHs256WithTheRsaKey).error().is(Errc::kBadToken));
  for (const char* algorithm : {"none", "None", "RS384", "PS256", "ES384", "HS256", ""})
    EXPECT_FALSE(read_token(forged(kRs256, {{"alg", algorithm}}, Json::object()))) << algorithm;
  EXPECT_FALSE(read_token(forged(kRs256, {{"crit", {"exp"}}}, Json::object())));
  const std::string text(kRs256);
  EXPECT_FALSE(read_token(text.substr(0, text.rfind('.'))));
  EXPECT_FALSE(read_token(text + "."));
  EXPECT_FALSE(read_token(std::string(kMostTokenBytes + 1, 'A')));
}

TEST(IdToken, BringsNoKeyOfItsOwn) {
  const auto keys = read_keys(kKeys);
  const Json own = Json::parse(kKeys)["keys"][1];
  // Signed, but under another header than this: a key in it, or an address of one, or a path as its id.
  for (const Json& header :
       {Json{{"jwk", own}}, Json{{"jku", "https://elsewhere.test"}}, Json{{"kid", "../../key"}},
        Json{{"kid", ""}}, Json{{"kid", "r"}}, Json{{"alg", "RS256"}, {"kid", "e"}}}) {
    const auto token = read_token(forged(kEs256, header, Json::object()));
    EXPECT_FALSE(token && is_signed_by(*token, *keys)) << header.dump();
  }
}

TEST(IdToken, ForOthersOrForAnotherTimeIsRefused) {
  const auto refused = [](const Json& body) {
    const auto token = read_token(forged(kRs256, Json::object(), body));
    return !token || !check_claims(*token, expected());
  };
  const std::int64_t now = base::to_ms(kNow) / 1000;
  EXPECT_FALSE(refused(Json::object()));
  EXPECT_FALSE(refused({{"aud", {"glasshouse", "other"}}, {"azp", "glasshouse"}}));
  EXPECT_TRUE(refused({{"iss", "https://id.test/"}}));
  EXPECT_TRUE(refused({{"iss", nullptr}}));
  EXPECT_TRUE(refused({{"aud", "other"}}));
  EXPECT_TRUE(refused({{"aud", Json::array()}}));
  EXPECT_TRUE(refused({{"aud", {"glasshouse", "other"}}})) << "several, and nobody named";
  EXPECT_TRUE(refused({{"aud", {"glasshouse", "other"}}, {"azp", "other"}}));
  EXPECT_TRUE(refused({{"azp", "other"}}));
  EXPECT_TRUE(refused({{"nonce", "n-2"}}));
  EXPECT_TRUE(refused({{"nonce", nullptr}}));
  EXPECT_TRUE(refused({{"sub", ""}}));
  EXPECT_TRUE(refused({{"sub", 7}}));
  EXPECT_TRUE(refused({{"exp", now - 61}}));
  EXPECT_TRUE(refused({{"exp", "tomorrow"}}));
  EXPECT_TRUE(refused({{"exp", 1e300}}));
  EXPECT_TRUE(refused({{"iat", now + 3600}}));
  EXPECT_TRUE(refused({{"iat", now - 3600}}));
}

TEST(Keys, ThatDoNotSignArePassedOver) {
  Json set = Json::parse(kKeys);
  set["keys"][0]["use"] = "enc";
  set["keys"][1]["alg"] = "ES384";
  set["keys"].push_back({{"kty", "oct"}, {"k", "c2VjcmV0"}, {"kid", "r"}});
  set["keys"].push_back("nonsense");
  EXPECT_TRUE(read_keys(set.dump())->empty());
  EXPECT_TRUE(read_keys("[]").error().is(Errc::kBadKeys));
  EXPECT_TRUE(read_keys(std::string(1000, '[')).error().is(Errc::kBadKeys));
  Json small = Json::parse(kKeys);
  small["keys"][0]["n"] = crypto::base64url(std::string(128, '\xc1'));  // 1,024 bits
  const auto token = read_token(kRs256);
  EXPECT_FALSE(is_signed_by(*token, *read_keys(small.dump())));
}

TEST(Config, SaysWhatIsWrong) {
  const std::string good =
      "name = \"Hill County\"\nissuer = \"https://id.test\"\nclient_id = \"glasshouse\"\n"
      "client_secret_file = \"/etc/secret\"\n";
  EXPECT_EQ(read_config(good)->multi_factor_amr, std::vector<std::string>{"mfa"});
  EXPECT_EQ(read_config(good + "multi_factor_acr = [\"urn:two\"]\n")->multi_factor_acr.size(), 1u);
  EXPECT_FALSE(read_config(good + "multi_factor_amr = []\n"));
  EXPECT_FALSE(read_config(good + "color = \"red\"\n"));
  EXPECT_FALSE(read_config(good + "multi_factor_acr = [\"\"]\n"));
  for (const char* issuer :
       {"http://id.test", "http://127.0.0.1.elsewhere.test", "https://", "https://id.test?x", "id.test"}) {
    std::string other = good;
    other.replace(other.find("https://id.test"), 15, issuer);
    EXPECT_FALSE(read_config(other)) << issuer;
  }
  std::string local = good;
  local.replace(local.find("https://id.test"), 15, "http://127.0.0.1:3000");
  EXPECT_TRUE(read_config(local));
}

}  // namespace
}  // namespace glasshouse::oidc
