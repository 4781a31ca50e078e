#include "crypto/web_push.h"

#include <gtest/gtest.h>

#include "crypto/crypto.h"
#include "crypto/jws.h"

namespace glasshouse::crypto {
namespace {

std::string from(std::string_view text) {
  return from_base64url(text).value();
}

const PushReceiver& rfc_receiver() {
  static const PushReceiver receiver{
      from("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
      from("BTBZMqHH6r4Tts7J_aSIgg")};
  return receiver;
}

// RFC 8291, appendix A.
TEST(WebPush, SealsTheMessageOfTheRfc) {
  const PushOnce once{P256Key::from_secret(from("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).value(),
                      from("DGv6ra1nlYgDCS1FRnbzlw")};
  EXPECT_EQ(base64url(once.key.public_key()),
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
  const auto sealed = seal_push("When I grow up, I want to be a watermelon", rfc_receiver(), once);
  ASSERT_TRUE(sealed);
  EXPECT_EQ(
      base64url(*sealed),
      "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w"
      "EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
}

TEST(WebPush, PadsToOneLengthAndTakesNoMoreThanServicesDo) {
  const auto size = [](std::size_t text, std::size_t padded) {
    const auto sealed = seal_push(std::string(text, 'x'), rfc_receiver(), PushOnce::make(), padded);
    return sealed ? sealed->size() : 0;
  };
  EXPECT_EQ(size(10, 512), size(500, 512));
  EXPECT_EQ(size(kMaxPushText, 0), 4096u);
  EXPECT_EQ(size(10, 100'000), 4096u);
  EXPECT_EQ(size(kMaxPushText + 1, 0), 0u);
}

TEST(WebPush, RefusesKeysThatAreNone) {
  PushReceiver off_curve = rfc_receiver();
  off_curve.public_key.back() ^= 1;
  EXPECT_TRUE(seal_push("x", off_curve, PushOnce::make()).error().is(Errc::kBadKey));
  PushReceiver cut = rfc_receiver();
  cut.public_key.pop_back();
  EXPECT_FALSE(seal_push("x", cut, PushOnce::make()));
  PushReceiver no_secret = rfc_receiver();
  no_secret.auth.clear();
  EXPECT_FALSE(seal_push("x", no_secret, PushOnce::make()));
  EXPECT_FALSE(P256Key::from_secret(std::string(32, '\0')));
  EXPECT_FALSE(P256Key::from_secret(std::string(32, '\xFF'))) << "not below the order of the curve";
  EXPECT_FALSE(P256Key::from_secret("short"));
}

TEST(P256, BothSidesAgreeAndASignatureIsTheKeysOwn) {
  const P256Key one = P256Key::generate(), other = P256Key::generate();
  EXPECT_NE(one.secret(), other.secret());
  EXPECT_EQ(one.agree(other.public_key()).value(), other.agree(one.public_key()).value());
  const std::string x = one.public_key().substr(1, 32), y = one.public_key().substr(33);
  const std::string signature = one.sign("a claim");
  EXPECT_EQ(signature.size(), 64u);
  EXPECT_TRUE(verify_es256(x, y, "a claim", signature));
  EXPECT_FALSE(verify_es256(x, y, "another", signature));
  EXPECT_FALSE(verify_es256(x, y, "a claim", other.sign("a claim")));
}

}  // namespace
}  // namespace glasshouse::crypto
