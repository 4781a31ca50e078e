#include "plate/pattern.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace glasshouse::plate {
namespace {

Plate plate_of(std::string_view text) {
  const auto parsed = Plate::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(Plate{});
}

Pattern pattern_of(std::string_view text) {
  auto parsed = Pattern::parse(text);
  EXPECT_TRUE(parsed) << text;
  return *parsed;
}

// The slow references, one line of reasoning each.
bool glob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*')
    return glob(pattern.substr(1), text) || (!text.empty() && glob(pattern, text.substr(1)));
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         glob(pattern.substr(1), text.substr(1));
}

int edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = static_cast<int>(i + j);
      } else {
        d[i][j] =
            std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      }
    }
  }
  return d[a.size()][b.size()];
}

std::string folded_text(std::string text) {
  for (char& c : text) c = fold(c);
  return text;
}

class Texts {
 public:
  explicit Texts(unsigned seed) : random_(seed) {}
  // A small alphabet, so that near misses and matches are common.
  std::string plate(std::string_view alphabet, int max_chars = kMaxChars) {
    std::string text;
    const int size = std::uniform_int_distribution<int>(1, max_chars)(random_);
    for (int i = 0; i < size; ++i) text += pick(alphabet);
    return text;
  }
  std::string near(std::string text, std::string_view alphabet) {
    const int kind = std::uniform_int_distribution<int>(0, 3)(random_);
    const std::size_t at = std::uniform_int_distribution<std::size_t>(0, text.size() - 1)(random_);
    if (kind == 0) text[at] = pick(alphabet);
    if (kind == 1 && text.size() > 1) text.erase(at, 1);
    if (kind == 2 && text.size() < 10) text.insert(at, 1, pick(alphabet));
    return text;
  }

 private:
  char pick(std::string_view alphabet) {
    return alphabet[std::uniform_int_distribution<std::size_t>(0, alphabet.size() - 1)(random_)];
  }
  std::mt19937 random_;
};

TEST(Plate, PacksEveryCharacterAndRefusesOthers) {
  for (int code = 1; code <= 36; ++code) EXPECT_EQ(code_of(char_of(code)), code);
  EXPECT_EQ(plate_of("ABC1234").text(), "ABC1234");
  EXPECT_EQ(plate_of("0123456789").size(), 10);
  for (const char* bad : {"", "ABCDEFGHIJK", "abc", "A-1", "A 1",
                          "\xC3\x84"
                          "1"})
    EXPECT_FALSE(Plate::parse(bad)) << bad;
  EXPECT_EQ(Plate::parse_lenient(" ab-c.12 ")->text(), "ABC12");
  EXPECT_FALSE(Plate::parse_lenient(" - "));
}

TEST(Plate, WordOrderIsTextOrder) {
  Texts texts(1);
  for (int i = 0; i < 20000; ++i) {
    const std::string a = texts.plate("019ABZ");
    const std::string b = texts.near(a, "019ABZ");
    EXPECT_EQ(plate_of(a) < plate_of(b), a < b) << a << ' ' << b;
    EXPECT_EQ(plate_of(a).text(), a);
  }
}

TEST(Plate, PrefixIsARangeAndContainsIsMaskAndCompare) {
  Texts texts(2);
  for (int i = 0; i < 50000; ++i) {
    const std::string whole = texts.plate("01AB");
    const std::string part = texts.plate("01AB", 4);
    const auto [low, high] = prefix_range(plate_of(part));
    const std::uint64_t word = plate_of(whole).packed();
    EXPECT_EQ(low <= word && word <= high, whole.starts_with(part)) << whole << ' ' << part;
    EXPECT_EQ(contains(plate_of(whole), plate_of(part)), whole.find(part) != std::string::npos);
  }
}

TEST(Pattern, MatchesWhatTheLettersSay) {
  Texts texts(3);
  int matched = 0;
  for (int i = 0; i < 300000; ++i) {
    const std::string text = texts.plate("AB1", 7);
    const std::string pattern = texts.plate("AB1?*?*", 8);
    if (pattern.find_first_not_of('*') == std::string::npos) continue;
    const bool expected = glob(pattern, text);
    matched += expected ? 1 : 0;
    ASSERT_EQ(pattern_of(pattern).matches(plate_of(text)), expected) << pattern << ' ' << text;
  }
  EXPECT_GT(matched, 20000);  // the test says something about both answers
}

TEST(Pattern, FullLengthEdges) {
  EXPECT_TRUE(pattern_of("??????????").matches(plate_of("0123456789")));
  EXPECT_FALSE(pattern_of("??????????").matches(plate_of("012345678")));
  EXPECT_TRUE(pattern_of("*0123456789*").matches(plate_of("0123456789")));
  EXPECT_TRUE(pattern_of("A?C1*4").matches(plate_of("AXC14")));
  EXPECT_TRUE(pattern_of("A?C1*4").matches(plate_of("AXC1234")));
  EXPECT_FALSE(pattern_of("A?C1*4").matches(plate_of("AC1234")));
  EXPECT_FALSE(pattern_of("A*A").matches(plate_of("A")));
  EXPECT_FALSE(pattern_of("?*").matches(Plate{}));
}

TEST(Pattern, FoldsLikeAPlateAndKnowsItsPrefix) {
  const Pattern p = pattern_of(" a?-c1**4 ");
  EXPECT_EQ(p.text(), "A?C1*4");
  EXPECT_EQ(p.literal_prefix(), "A");
  EXPECT_FALSE(p.is_exact());
  EXPECT_TRUE(pattern_of("abc-123").is_exact());
  EXPECT_EQ(pattern_of("abc-123").literal_prefix(), "ABC123");
}

TEST(Pattern, RefusesWhatItCannotMean) {
  for (const char* bad : {"", "*", "**", " - ", "ABC#", "A%", "ABCDEFGHIJK", "?*?*?*?*?*?*?*?*?*", "\xFF"}) {
    const auto parsed = Pattern::parse(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_TRUE(parsed.error().is(Errc::kBadPattern));
    EXPECT_FALSE(parsed.error().next().empty());
  }
}

TEST(Confusion, FoldsEachClassToItsFirstMember) {
  const std::vector<std::string> classes{"0ODQ", "1IL", "8B", "5S", "2Z", "6G"};
  for (const auto& members : classes) {
    for (char c : members) EXPECT_EQ(fold(c), members[0]);
  }
  for (char c : std::string("3479ACEFHJKMNPRTUVWXY")) EXPECT_EQ(fold(c), c);
  EXPECT_EQ(fold(plate_of("OIL8BSZGQD")).text(), "0118852600");
}

TEST(Confusion, IsDistanceOneAfterFolding) {
  Texts texts(4);
  int near = 0;
  for (int i = 0; i < 200000; ++i) {
    const std::string a = texts.plate("0OB8AX", 10);
    std::string b = texts.near(a, "0OB8AX");
    if (i % 2 == 0) b = texts.near(b, "0OB8AX");
    const bool expected = edit_distance(folded_text(a), folded_text(b)) <= 1;
    near += expected ? 1 : 0;
    ASSERT_EQ(is_confusable(plate_of(a), plate_of(b)), expected) << a << ' ' << b;
    ASSERT_EQ(is_confusable(plate_of(b), plate_of(a)), expected) << b << ' ' << a;
    ASSERT_EQ(same_class(plate_of(a), plate_of(b)), folded_text(a) == folded_text(b));
  }
  EXPECT_GT(near, 50000);
  EXPECT_LT(near, 190000);
  EXPECT_FALSE(is_confusable(Plate{}, plate_of("A")));
}

TEST(Confusion, MembersAreTheWholeClassItselfFirst) {
  const auto members = class_members(plate_of("O1A"), 100);
  EXPECT_EQ(members.front().text(), "O1A");
  std::set<std::string> texts;
  for (Plate p : members) {
    EXPECT_TRUE(same_class(p, plate_of("O1A")));
    texts.insert(p.text());
  }
  EXPECT_EQ(texts.size(), 4u * 3u);
  EXPECT_EQ(members.size(), texts.size());
  EXPECT_EQ(class_members(plate_of("OOOOOOOOOO"), 1000).size(), 1000u);
  EXPECT_TRUE(class_members(plate_of("A"), 0).empty());
}

}  // namespace
}  // namespace glasshouse::plate
