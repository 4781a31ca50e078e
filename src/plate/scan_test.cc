#include "plate/scan.h"

#include <gtest/gtest.h>

#include <random>

namespace glasshouse::plate {
namespace {

// The scan must find exactly what the one-by-one functions find.
class ScanTest : public testing::Test {
 protected:
  std::string text(std::string_view alphabet, int max_chars) {
    std::string t;
    const int size = std::uniform_int_distribution<int>(1, max_chars)(random_);
    for (int i = 0; i < size; ++i) {
      t += alphabet[std::uniform_int_distribution<std::size_t>(0, alphabet.size() - 1)(random_)];
    }
    return t;
  }
  void fill(std::size_t n) {
    words_.clear();
    folded_.clear();
    for (std::size_t i = 0; i < n; ++i) {
      const Plate p = i % 17 == 3 ? Plate{} : *Plate::parse(text("0OQ18BA", 10));  // 0: a place that is free
      words_.push_back(p.packed());
      folded_.push_back(fold(p).packed());
    }
  }
  template <class Matches>
  void expect_same(const Scan& scan, const std::string& name, Matches matches) {
    std::vector<std::uint32_t> expected;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (words_[i] != 0 && matches(Plate::from_packed(words_[i])))
        expected.push_back(static_cast<std::uint32_t>(i));
    }
    std::vector<std::uint32_t> hits;
    scan.run(words_, folded_, hits);
    ASSERT_EQ(hits, expected) << name;
    found_ += hits.size();
  }
  std::mt19937 random_{11};
  std::vector<std::uint64_t> words_, folded_;
  std::size_t found_ = 0;
};

TEST_F(ScanTest, FindsWhatOneByOneFinds) {
  for (int round = 0; round < 400; ++round) {
    fill(static_cast<std::size_t>(round * 7 % 1500));
    const Plate part = *Plate::parse(text("0OQ18BA", round % 10 + 1));
    expect_same(Scan::prefix(part), "prefix " + part.text(),
                [&](Plate p) { return p.text().starts_with(part.text()); });
    expect_same(Scan::contains(part), "contains " + part.text(), [&](Plate p) { return contains(p, part); });
    expect_same(Scan::confusable(part), "confusable " + part.text(),
                [&](Plate p) { return is_confusable(p, part); });
    const auto pattern = Pattern::parse(text("0OQ1A??**", 8));
    if (!pattern) continue;
    expect_same(Scan::wildcard(*pattern), pattern->text(), [&](Plate p) { return pattern->matches(p); });
  }
  EXPECT_GT(found_, 10000u);
}

}  // namespace
}  // namespace glasshouse::plate
