// Expected failures are values.
//
//   base::Result<int> parse(std::string_view text);
//   auto n = parse(text);
//   if (!n) return tl::unexpected(n.error());
//
// Each module has its own `enum class Errc`; an Error keeps which module's enum it came from, so
// `error.is(ledger::Errc::kCorrupt)` is exact. The three sentences are what a person is shown:
// what happened, why, what to do next. They never hold a plate, a key or a token.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <type_traits>
#include <typeindex>
#include <typeinfo>
#include <utility>

namespace glasshouse::base {

class Error {
 public:
  template <class E>
    requires std::is_enum_v<E>
  explicit Error(E code, std::string what, std::string why = {}, std::string next = {})
      : domain_(typeid(E)),
        code_(static_cast<int>(code)),
        what_(std::move(what)),
        why_(std::move(why)),
        next_(std::move(next)) {}

  template <class E>
    requires std::is_enum_v<E>
  [[nodiscard]] bool is(E code) const {
    return domain_ == std::type_index(typeid(E)) && code_ == static_cast<int>(code);
  }

  const std::string& what() const { return what_; }
  const std::string& why() const { return why_; }
  const std::string& next() const { return next_; }

  // "What. Why. Next." as one line for a terminal.
  std::string message() const;

 private:
  std::type_index domain_;
  int code_;
  std::string what_;
  std::string why_;
  std::string next_;
};

template <class T>
using Result = tl::expected<T, Error>;

template <class E>
  requires std::is_enum_v<E>
[[nodiscard]] tl::unexpected<Error> failure(E code, std::string what, std::string why = {},
                                            std::string next = {}) {
  return tl::unexpected<Error>(Error(code, std::move(what), std::move(why), std::move(next)));
}

}  // namespace glasshouse::base
