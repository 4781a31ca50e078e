// Inside adapters only, and the only user of expat: a small tree of elements, by local names. No document
// type is taken, so that nothing expands; depth, elements and text are bounded.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace glasshouse::adapters {

struct Element {
  std::string name, text;  // text: its own, without its children's
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<Element> children;

  std::string attribute(std::string_view wanted) const;
  const Element* child(std::string_view wanted) const;  // the first; null when there is none
  std::string text_of(std::string_view wanted) const;   // of the first such child
  const Element* find(std::string_view wanted) const;   // the first below, depth first
  void find_all(std::string_view wanted, std::vector<const Element*>& found) const;
};

base::Result<Element> parse_xml(std::string_view text);  // kBadMessage

}  // namespace glasshouse::adapters
