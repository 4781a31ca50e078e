// Numbers for the few words that reads repeat: cameras, colors, bodies, makes, regions. Bounded: a camera
// gone mad must not fill memory with words. Number 0 is always "unknown". Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace glasshouse::reads {

class Words {
 public:
  explicit Words(std::size_t most) : most_(most) { (void)add("unknown"); }

  std::optional<std::uint16_t> add(std::string_view word) {  // nothing when there are too many
    if (word.empty()) return std::uint16_t{0};
    if (const auto known = codes_.find(word); known != codes_.end()) return known->second;
    if (texts_.size() >= most_) return std::nullopt;
    const auto code = static_cast<std::uint16_t>(texts_.size());
    texts_.emplace_back(word);
    codes_.emplace(texts_.back(), code);
    return code;
  }
  std::optional<std::uint16_t> find(std::string_view word) const {
    const auto known = codes_.find(word);
    if (known == codes_.end()) return std::nullopt;
    return known->second;
  }
  const std::string& text(std::uint16_t code) const { return texts_[code]; }
  std::size_t size() const { return texts_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view word) const { return std::hash<std::string_view>()(word); }
  };

  const std::size_t most_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint16_t, Hash, std::equal_to<>> codes_;
};

struct Vocabulary {
  Words cameras{20000}, makes{1000}, regions{1000}, colors{250}, bodies{250};
};

}  // namespace glasshouse::reads
