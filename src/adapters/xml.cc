#include "adapters/xml.h"

#include <expat.h>

#include <memory>

#include "adapters/parts.h"

namespace glasshouse::adapters {
namespace {

constexpr std::size_t kMaxXmlDepth = 32;
constexpr std::size_t kMaxElements = 5000;
constexpr std::size_t kMaxTextBytes = 64 * 1024;  // of one element

std::string local(const char* name) {
  const std::string_view whole(name);
  const std::size_t colon = whole.rfind(':');
  return std::string(colon == std::string_view::npos ? whole : whole.substr(colon + 1));
}

struct Builder {
  XML_Parser parser = nullptr;
  Element root;  // holds the document's element
  std::vector<Element*> open;
  std::size_t elements = 0;
  bool refused = false;

  void refuse() {
    refused = true;
    XML_StopParser(parser, XML_FALSE);
  }

  static void XMLCALL begins(void* self, const char* name, const char** attributes) {
    auto& builder = *static_cast<Builder*>(self);
    if (builder.open.size() >= kMaxXmlDepth || ++builder.elements > kMaxElements) return builder.refuse();
    Element& parent = *builder.open.back();
    // The parent's earlier children are closed, so that nothing points at them when the list grows.
    Element& element = parent.children.emplace_back();
    element.name = local(name);
    for (std::size_t i = 0; attributes[i] != nullptr; i += 2)
      element.attributes.emplace_back(local(attributes[i]), attributes[i + 1]);
    builder.open.push_back(&element);
  }
  static void XMLCALL ends(void* self, const char*) { static_cast<Builder*>(self)->open.pop_back(); }
  static void XMLCALL says(void* self, const char* text, int length) {
    auto& builder = *static_cast<Builder*>(self);
    std::string& into = builder.open.back()->text;
    if (into.size() + static_cast<std::size_t>(length) > kMaxTextBytes) return builder.refuse();
    into.append(text, static_cast<std::size_t>(length));
  }
  static void XMLCALL doctype(void* self, const char*, const char*, const char*, int) {
    static_cast<Builder*>(self)->refuse();
  }
};

std::string trimmed(const std::string& text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

}  // namespace

std::string Element::attribute(std::string_view wanted) const {
  for (const auto& [key, value] : attributes) {
    if (key == wanted) return value;
  }
  return {};
}

const Element* Element::child(std::string_view wanted) const {
  for (const Element& one : children) {
    if (one.name == wanted) return &one;
  }
  return nullptr;
}

std::string Element::text_of(std::string_view wanted) const {
  const Element* one = child(wanted);
  return one == nullptr ? std::string() : trimmed(one->text);
}

const Element* Element::find(std::string_view wanted) const {
  for (const Element& one : children) {
    if (one.name == wanted) return &one;
    if (const Element* below = one.find(wanted)) return below;
  }
  return nullptr;
}

void Element::find_all(std::string_view wanted, std::vector<const Element*>& found) const {
  for (const Element& one : children) {
    if (one.name == wanted) found.push_back(&one);
    one.find_all(wanted, found);
  }
}

base::Result<Element> parse_xml(std::string_view text) {
  if (text.size() > kMaxMessageBytes) return bad_message("It is too large");
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr),
                                                                            &XML_ParserFree);
  if (parser == nullptr) return bad_message("There is no memory to read it");
  Builder builder;
  builder.parser = parser.get();
  builder.open.push_back(&builder.root);
  XML_SetUserData(parser.get(), &builder);
  XML_SetElementHandler(parser.get(), &Builder::begins, &Builder::ends);
  XML_SetCharacterDataHandler(parser.get(), &Builder::says);
  XML_SetStartDoctypeDeclHandler(parser.get(), &Builder::doctype);
  const auto status = XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), 1);
  if (builder.refused) return bad_message("It declares a document type, or is larger than such messages are");
  if (status != XML_STATUS_OK || builder.root.children.empty()) return bad_message("It is no XML");
  return std::move(builder.root);
}

}  // namespace glasshouse::adapters
