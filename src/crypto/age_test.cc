#include "crypto/age.h"

#include <gtest/gtest.h>

#include <random>

#include "crypto/bech32.h"
#include "crypto/crypto.h"

namespace glasshouse::crypto {
namespace {

// The bytes 0 to 31, as Debian's age spells them.
constexpr const char* kIdentity =
    "AGE-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0SWRYDWG";

std::string text_of(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 % 251);
  return text;
}

constexpr std::size_t kSizes[] = {0, 1, 65'535, 65'536, 65'537, 131'072, 131'073, 1'048'577};

TEST(Bech32, SpellsKeysAsAgeDoes) {
  std::string secret;
  for (int i = 0; i < 32; ++i) secret += static_cast<char>(i);
  auto identity = AgeIdentity::from_secret(secret);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->text(), kIdentity);
  auto again = AgeIdentity::from_text(kIdentity);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->secret(), secret);
  const std::string recipient = age_recipient_text(identity->recipient());
  EXPECT_TRUE(recipient.starts_with("age1"));
  EXPECT_EQ(*age_recipient_from_text(recipient), identity->recipient());
}

TEST(Bech32, TakesNoOtherSpelling) {
  const std::string good = age_recipient_text(AgeIdentity::generate().recipient());
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'q' ? 'p' : 'q';
    EXPECT_FALSE(age_recipient_from_text(bad)) << i;
    bad[i] = static_cast<char>(good[i] ^ 0x20);
    EXPECT_FALSE(age_recipient_from_text(bad)) << i;
  }
  EXPECT_FALSE(age_recipient_from_text(""));
  EXPECT_FALSE(age_recipient_from_text(good.substr(0, good.size() - 1)));
  EXPECT_FALSE(age_recipient_from_text(bech32("age", "too short")));
  EXPECT_FALSE(AgeIdentity::from_text(good));
}

TEST(Age, OpensWhatItSealed) {
  const auto own = AgeIdentity::generate(), other = AgeIdentity::generate(), third = AgeIdentity::generate();
  for (const std::size_t size : kSizes) {
    const auto file = age_seal(text_of(size), {own.recipient(), other.recipient()});
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_EQ(age_open(*file, own).value_or("no"), text_of(size)) << size;
    EXPECT_EQ(age_open(*file, other).value_or("no"), text_of(size)) << size;
    const auto refused = age_open(*file, third);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().is(AgeErrc::kNoKey));
  }
}

TEST(Age, InPiecesIsTheSameAsInOne) {
  const auto own = AgeIdentity::generate();
  for (const std::size_t piece : {1'000u, 65'536u, 70'000u, 200'000u}) {
    for (const std::size_t size : kSizes) {
      const std::string text = text_of(size);
      auto sealer = AgeSealer::start({own.recipient()});
      ASSERT_TRUE(sealer);
      std::string file = sealer->header();
      for (std::size_t i = 0; i < size; i += piece)
        file += sealer->add(std::string_view(text).substr(i, piece));
      file += sealer->finish();
      ASSERT_EQ(age_open(file, own).value_or("no"), text) << size << " in " << piece;

      const auto key = age_file_key(file, own);
      ASSERT_TRUE(key);
      AgeOpener opener(*key);
      std::string plain;
      for (std::size_t i = *age_header_bytes(file); i < file.size(); i += piece) {
        auto part = opener.add(std::string_view(file).substr(i, piece));
        ASSERT_TRUE(part) << part.error().message();
        plain += *part;
      }
      auto rest = opener.finish();
      ASSERT_TRUE(rest) << rest.error().message();
      EXPECT_EQ(plain + *rest, text) << size << " in " << piece;
    }
  }
}

TEST(Age, NoTwoFilesShareAnything) {
  const auto own = AgeIdentity::generate();
  const auto first = age_seal("the same", {own.recipient()}),
             second = age_seal("the same", {own.recipient()});
  ASSERT_TRUE(first && second);
  const std::size_t header = *age_header_bytes(*first);
  EXPECT_NE(first->substr(0, header), second->substr(0, header));
  EXPECT_NE(first->substr(header), second->substr(header));
}

TEST(Age, ANewHeaderOpensForTheOtherAndOnlyForTheOther) {
  const auto agency = AgeIdentity::generate(), court = AgeIdentity::generate();
  const std::string text = text_of(200'000);
  const auto file = age_seal(text, {agency.recipient()});
  ASSERT_TRUE(file);
  const auto shared = age_rehead(*file, agency, {court.recipient()});
  ASSERT_TRUE(shared) << shared.error().message();
  EXPECT_EQ(shared->substr(*age_header_bytes(*shared)), file->substr(*age_header_bytes(*file)));
  EXPECT_EQ(age_open(*shared, court).value_or("no"), text);
  EXPECT_TRUE(age_open(*shared, agency).error().is(AgeErrc::kNoKey));
  EXPECT_TRUE(age_rehead(*file, court, {court.recipient()}).error().is(AgeErrc::kNoKey));
}

TEST(Age, RefusesRecipientsThatAreNone) {
  const auto own = AgeIdentity::generate();
  EXPECT_TRUE(age_seal("x", {}).error().is(AgeErrc::kBadRecipient));
  EXPECT_TRUE(age_seal("x", {"short"}).error().is(AgeErrc::kBadRecipient));
  EXPECT_TRUE(age_seal("x", {std::string(32, '\0')}).error().is(AgeErrc::kBadRecipient))
      << "a point of low order";
  EXPECT_TRUE(age_seal("x", std::vector<std::string>(kMostAgeRecipients + 1, own.recipient()))
                  .error()
                  .is(AgeErrc::kBadRecipient));
}

// Every byte of a small file and many of a large one, each changed, left out, doubled; every length.
TEST(Age, NoChangedFileIsAccepted) {
  const auto own = AgeIdentity::generate();
  std::mt19937 random(20261124);
  const std::string text = text_of(300);
  const std::string file = *age_seal(text, {own.recipient(), AgeIdentity::generate().recipient()});
  const auto rejects = [&](const std::string& bad) { return !age_open(bad, own).has_value(); };
  for (std::size_t i = 0; i < file.size(); ++i) {
    std::string bad = file;
    bad[i] = static_cast<char>(bad[i] ^ (1 << random() % 8));
    EXPECT_TRUE(rejects(bad)) << "byte " << i;
    EXPECT_TRUE(rejects(file.substr(0, i))) << "cut at " << i;
    EXPECT_TRUE(rejects(file.substr(0, i) + file.substr(i + 1))) << "without byte " << i;
    EXPECT_TRUE(rejects(file.substr(0, i) + file[i] + file.substr(i))) << "twice byte " << i;
  }
  EXPECT_TRUE(rejects(file + '\0'));
}

TEST(Age, ChunksKeepTheirPlaces) {
  const auto own = AgeIdentity::generate();
  const std::string file = *age_seal(text_of(3 * kAgeChunkBytes), {own.recipient()});
  const std::size_t start = *age_header_bytes(file) + 16, chunk = kAgeChunkBytes + 16;
  const std::string head = file.substr(0, start), a = file.substr(start, chunk),
                    b = file.substr(start + chunk, chunk), c = file.substr(start + 2 * chunk);
  ASSERT_TRUE(age_open(head + a + b + c, own));
  for (const std::string& bad :
       {head + b + a + c, head + a + c, head + a + b, head + a + b + c + c, head + a + a + c}) {
    EXPECT_TRUE(age_open(bad, own).error().is(AgeErrc::kDamaged));
  }
}

TEST(Age, HeadersThatAreNoneAreRefused) {
  const auto own = AgeIdentity::generate();
  const std::string file = *age_seal("x", {own.recipient()});
  const std::string header = file.substr(0, *age_header_bytes(file));
  const std::string version = header.substr(0, header.find('\n') + 1), rest = header.substr(version.size());
  for (const std::string& bad :
       {std::string(), version, std::string("age-encryption.org/v2\n") + rest, version + "\n" + rest,
        version + "-> \n\n" + rest, version + "-> X25519\n\n" + rest, version + "->  a\n\n" + rest,
        version + "-> a\n" + std::string(65, 'A') + "\n" + rest, version + "-> a\n=\n" + rest,
        version + "-> a\nAB\n" + rest}) {
    EXPECT_TRUE(age_open(bad, own).error().is(AgeErrc::kNotAge)) << bad;
  }
  std::string long_header = version;
  for (std::size_t i = 0; i <= kMostAgeStanzas; ++i) long_header += "-> a\n\n";
  EXPECT_TRUE(age_header_bytes(long_header + rest).error().is(AgeErrc::kNotAge));
  EXPECT_TRUE(age_header_bytes(version + "-> " + std::string(kMostAgeHeaderBytes, 'a') + "\n\n" + rest)
                  .error()
                  .is(AgeErrc::kNotAge));
}

// A stanza of another kind is passed over; the check value still covers it, so that nobody adds one.
TEST(Age, AnAddedStanzaIsNoticed) {
  const auto own = AgeIdentity::generate();
  const std::string file = *age_seal("x", {own.recipient()});
  const std::size_t line = file.find('\n') + 1;
  const auto opened = age_open(file.substr(0, line) + "-> scrypt a b\nAAAA\n" + file.substr(line), own);
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().is(AgeErrc::kDamaged));
}

}  // namespace
}  // namespace glasshouse::crypto
