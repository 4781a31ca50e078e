#include "crypto/crypto.h"

#include <gtest/gtest.h>

#include <set>

namespace glasshouse::crypto {
namespace {

std::string bytes(std::string_view hex_text) {
  return from_hex(hex_text).value();
}

TEST(Sha256, Fips180Vectors) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Hmac, Rfc4231Vectors) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hkdf, Rfc5869Vectors) {
  EXPECT_EQ(hex(hkdf_sha256(std::string(22, '\x0b'), bytes("000102030405060708090a0b0c"),
                            bytes("f0f1f2f3f4f5f6f7f8f9"), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  std::string key, salt, info;
  for (int i = 0; i < 80; ++i) {
    key += static_cast<char>(i);
    salt += static_cast<char>(0x60 + i);
    info += static_cast<char>(0xb0 + i);
  }
  EXPECT_EQ(hex(hkdf_sha256(key, salt, info, 82)),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
            "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
  EXPECT_EQ(hex(hkdf_sha256(std::string(22, '\x0b'), "", "", 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, StopsAtTheLongestOutputOfTheRfc) {
  EXPECT_EQ(hkdf_sha256("k", "s", "i", 100'000).size(), 8160U);
}

TEST(Ed25519, Rfc8032Vectors) {
  const struct {
    const char *seed, *public_key, *message, *signature;
  } vectors[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf"
       "5f0595bbe24"
       "655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2"
       "eaeb4302aee"
       "b00d291612bb0c00"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c1"
       "5e9716ed28d"
       "c027beceea1ec40a"},
  };
  for (const auto& v : vectors) {
    auto key = SigningKey::from_seed(bytes(v.seed));
    ASSERT_TRUE(key);
    EXPECT_EQ(hex(key->public_key()), v.public_key);
    EXPECT_EQ(hex(key->seed()), v.seed);
    EXPECT_EQ(hex(key->sign(bytes(v.message))), v.signature);
    EXPECT_TRUE(verify(bytes(v.public_key), bytes(v.message), bytes(v.signature)));
    std::string bad = bytes(v.signature);
    bad[10] = static_cast<char>(bad[10] ^ 1);
    EXPECT_FALSE(verify(bytes(v.public_key), bytes(v.message), bad));
    EXPECT_FALSE(verify(bytes(v.public_key), bytes(v.message) + "x", bytes(v.signature)));
  }
}

TEST(Ed25519, RefusesWrongLengthsAndMovesItsKey) {
  EXPECT_TRUE(SigningKey::from_seed("short").error().is(Errc::kBadKey));
  auto key = SigningKey::generate();
  const std::string signature = key.sign("m");
  const SigningKey moved = std::move(key);
  EXPECT_EQ(moved.sign("m"), signature);
  EXPECT_FALSE(verify("", "m", signature));
  EXPECT_FALSE(verify(moved.public_key(), "m", ""));
}

TEST(Encodings, Rfc4648VectorsAndCanonicalOnly) {
  const std::pair<const char*, const char*> pairs[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : pairs) {
    EXPECT_EQ(base64(plain), coded);
    EXPECT_EQ(from_base64(coded).value(), plain);
  }
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(from_base64url("-_8").value(), "\xfb\xff");
  for (const char* bad : {"Zg", "Zg=", "Zh==", "Zg==\n", " Zg==", "Zg==Zg==", "Z!==", "====", "Zm9v="}) {
    EXPECT_TRUE(from_base64(bad).error().is(Errc::kBadEncoding)) << bad;
  }
  for (const char* bad : {"-_8=", "-_9", "+/8", "A", "-_8\n"}) EXPECT_FALSE(from_base64url(bad)) << bad;
  EXPECT_EQ(from_hex("00ffAb").value(), std::string("\x00\xff\xab", 3));
  for (const char* bad : {"0", "0g", "00 ", "0x00"}) EXPECT_FALSE(from_hex(bad)) << bad;
}

TEST(Encodings, NoByteOutsideTheAlphabetStandsForALetter) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = std::string("AAA") + static_cast<char>(byte);
    const auto decoded = from_base64(text);
    EXPECT_TRUE(!decoded || base64(*decoded) == text) << byte;
    const auto decoded_url = from_base64url(text);
    EXPECT_TRUE(!decoded_url || base64url(*decoded_url) == text) << byte;
    const std::string pair = std::string("0") + static_cast<char>(byte);
    const bool is_hex =
        std::string_view("0123456789abcdefABCDEF").find(static_cast<char>(byte)) != std::string_view::npos;
    EXPECT_EQ(from_hex(pair).has_value(), is_hex) << byte;
  }
}

TEST(Random, GivesWhatIsAskedAndDoesNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_bytes(16));
  EXPECT_EQ(seen.size(), 1000U);
  EXPECT_EQ(seen.begin()->size(), 16U);
}

TEST(ConstantTime, Compares) {
  EXPECT_TRUE(equal_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_constant_time("abc", "abcd"));
}

TEST(Password, HashesWithArgon2idAndChecks) {
  const std::string phc = hash_password("correct horse battery staple");
  EXPECT_TRUE(phc.starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << phc;
  EXPECT_NE(phc, hash_password("correct horse battery staple"));
  EXPECT_TRUE(check_password(phc, "correct horse battery staple"));
  EXPECT_FALSE(check_password(phc, "correct horse battery stapler"));
  EXPECT_FALSE(check_password("", "x"));
  EXPECT_FALSE(check_password("$argon2id$nonsense", "x"));
  EXPECT_FALSE(check_password(std::string(500, '$'), "x"));
}

}  // namespace
}  // namespace glasshouse::crypto
