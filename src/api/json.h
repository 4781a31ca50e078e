// Rendering and parsing shared by the resources. nlohmann's full header is needed only by the .cc files.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "api/people.h"
#include "api/route.h"
#include "base/result.h"
#include "base/units.h"

namespace glasshouse::api {

enum class Errc {
  kBadJson = 1,
  kBadField,
  kNotFound,
  kForbidden,
  kConflict,
  kTooLarge,
  kBusy,
  kUnauthorized,
  kLocked,
  kMediaType,
  kBadForm
};

// problem+json. type is "/problems/<slug>".
net::Response problem(int status, std::string_view slug, std::string title, std::string detail = {},
                      std::string next = {});
net::Response problem(const base::Error& error);  // maps every module's Errc to a status
net::Response problem(
    const gate::Refusal& refusal);  // 403 with rules and remedy, or 503 when the ledger is down

inline constexpr int kMaxJsonDepth = 32;
inline constexpr std::size_t kSmallBody = 16 * 1024;  // the body limit of routes that take a few fields

// The body as a JSON object; depth at most kMaxJsonDepth. kMediaType when it is not declared as JSON.
base::Result<nlohmann::json> parse_body(const net::Request& request);
base::Result<nlohmann::json> parse_object(std::string_view text);  // the same, wherever it came from

// Field readers that collect what is wrong instead of stopping at the first.
class Fields {
 public:
  explicit Fields(const nlohmann::json& object);
  ~Fields();
  std::string text(std::string_view name, std::size_t max_chars, bool required = true);
  std::optional<std::string> optional_text(std::string_view name, std::size_t max_chars);
  std::optional<bool> optional_bool(std::string_view name);
  std::optional<double> optional_number(std::string_view name, double least, double most);
  double number(std::string_view name, double least, double most);
  std::optional<base::Time> optional_time(std::string_view name);
  base::Time time(std::string_view name);
  std::optional<base::LatLon> optional_place(std::string_view name);  // {"lat", "lon"}
  base::LatLon place(std::string_view name);
  std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t least, std::int64_t most);
  // A member that the caller reads itself (a nested object); null when absent. Lives as long as the object
  // given.
  const nlohmann::json* member(std::string_view name);
  std::vector<std::string> texts(std::string_view name, std::size_t max_items,
                                 std::size_t max_chars);  // absent: empty
  void wrong(std::string field, std::string message);
  void no_others();                             // any field not asked for so far is an error
  std::optional<net::Response> failed() const;  // 422 with errors[], when something was wrong

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::string text_of(const nlohmann::json& body);  // what is not UTF-8 in it is replaced
net::Response json_response(int status, const nlohmann::json& body);
net::Response done();  // 204

// ?cursor= and ?limit= (1..200, 50 when absent).
struct PageQuery {
  std::string cursor;
  std::size_t limit = 50;
};
base::Result<PageQuery> page_query(const net::Request& request);
// ?name=true|false
base::Result<std::optional<bool>> bool_query(const net::Request& request, const std::string& name);
std::string text_query(const net::Request& request, const std::string& name,
                       std::size_t max_chars);  // cut to size

// Shapes used by several resources.
nlohmann::json render(const reads::Read& read, People& people);
nlohmann::json render(const reads::MaskedRead& read);
nlohmann::json render(const alerts::Summary& alert, const std::string& camera_name);
nlohmann::json render(const hotlist::NewEntry& entry);
nlohmann::json render(const hotlist::Entry& entry, People& people);
nlohmann::json render_camera(Services& services, const records::Camera& camera);
base::Result<reads::Read> parse_read(const nlohmann::json& upload,
                                     const std::string& camera_id);  // ReadUpload

}  // namespace glasshouse::api
