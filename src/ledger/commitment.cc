#include "ledger/commitment.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "ledger/note.h"
#include "ledger/utf8.h"

namespace glasshouse::ledger {
namespace {

using nlohmann::json;

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kDigestChars = 43;  // 32 bytes in base64url
constexpr std::size_t kMaxKindChars = 48;
constexpr std::size_t kMaxNameChars = 32;
constexpr std::string_view kLeafStart = R"({"_sd":[)";
constexpr std::string_view kLeafEnd = R"(],"_sd_alg":"sha-256","v":1})";

tl::unexpected<base::Error> bad_record(std::string why) {
  return base::failure(Errc::kBadRecord, "The ledger cannot record this", std::move(why));
}
tl::unexpected<base::Error> bad_opening(std::string why) {
  return base::failure(Errc::kBadProof, "This does not open a ledger entry", std::move(why));
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameChars &&
         std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

bool is_kind(std::string_view kind) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  return !kind.empty() && kind.size() <= kMaxKindChars && kind[0] >= 'a' && kind[0] <= 'z' &&
         std::all_of(kind.begin(), kind.end(), allowed);
}

bool is_digest(std::string_view text) {
  auto bytes = text.size() == kDigestChars ? crypto::from_base64url(text) : base::Result<std::string>("");
  return bytes && bytes->size() == sizeof(crypto::Hash);
}

std::string join_leaf(const std::vector<std::string>& digests) {
  std::string leaf(kLeafStart);
  for (const std::string& digest : digests) {
    if (leaf.size() > kLeafStart.size()) leaf += ',';
    leaf.append("\"").append(digest).append("\"");
  }
  return leaf.append(kLeafEnd);
}

}  // namespace

std::string_view name_of(Release release) {
  switch (release) {
    case Release::kAtOnce:
      return "at-once";
    case Release::kAfterDay:
      return "after-24h";
    case Release::kRestricted:
      return "restricted";
    case Release::kNever:
      break;
  }
  return "never";
}

base::Result<void> check_record(const Record& record) {
  if (!is_kind(record.kind))
    return bad_record("its kind is not 1 to 48 of a-z 0-9 . and -, starting with a letter");
  if (record.fields.size() > kMaxFields) return bad_record("it has more than 14 fields");
  std::set<std::string_view> names = {"kind", "time"};
  for (const Field& field : record.fields) {
    if (!is_name(field.name)) return bad_record("a field's name is not 1 to 32 of a-z and _");
    if (!names.insert(field.name).second)
      return bad_record("the field " + field.name + " stands in it twice");
    if (field.value.size() > kMaxFieldBytes) {
      return base::failure(Errc::kTooLarge, "The ledger cannot record this",
                           "the field " + field.name + " has more than 4,096 bytes",
                           "Ask something shorter.");
    }
    if (!is_utf8(field.value)) return bad_record("the field " + field.name + " is not UTF-8");
  }
  return {};
}

std::vector<Field> fields_of(const Record& record, base::Time time) {
  std::vector<Field> fields = {{"kind", record.kind, Release::kAtOnce},
                               {"time", base::format_rfc3339(time), Release::kAtOnce}};
  fields.insert(fields.end(), record.fields.begin(), record.fields.end());
  return fields;
}

Commitment commit(std::string_view day_key, std::uint64_t index, const std::vector<Field>& fields) {
  std::string prk = crypto::hkdf_extract(day_key, std::to_string(index));
  Commitment made;
  std::vector<std::string> digests;
  for (const Field& field : fields) {
    const std::string salt = crypto::hkdf_expand(prk, "glasshouse/audit/salt/" + field.name, kSaltBytes);
    std::string text =
        crypto::base64url(json::array({crypto::base64url(salt), field.name, field.value}).dump());
    digests.push_back(disclosure_digest(text));
    made.disclosures.push_back({field.name, field.value, field.release, std::move(text)});
  }
  for (std::size_t decoy = digests.size(); decoy < kDigests; ++decoy) {
    const std::string info = "glasshouse/audit/decoy/" + std::to_string(decoy);
    digests.push_back(crypto::base64url(crypto::hkdf_expand(prk, info, sizeof(crypto::Hash))));
  }
  crypto::wipe(prk);
  std::sort(digests.begin(), digests.end());
  made.leaf = join_leaf(digests);
  return made;
}

std::string disclosure_digest(std::string_view disclosure) {
  return crypto::base64url(bytes_of(crypto::sha256(disclosure)));
}

base::Result<OpenedDisclosure> parse_disclosure(std::string_view text) {
  if (text.size() > kMaxDisclosureBytes) return bad_opening("the disclosure is too long");
  auto bytes = crypto::from_base64url(text);
  if (!bytes) return bad_opening("the disclosure is not base64url");
  // Three plain strings; a depth beyond one level is no disclosure, and is not followed.
  const auto flat = [](int depth, json::parse_event_t, const json&) { return depth <= 1; };
  const json array = json::parse(*bytes, flat, false);
  if (!array.is_array() || array.size() != 3 || !array[0].is_string() || !array[1].is_string() ||
      !array[2].is_string()) {
    return bad_opening("the disclosure is not a list of salt, name and value");
  }
  return OpenedDisclosure{array[0].get<std::string>(), array[1].get<std::string>(),
                          array[2].get<std::string>()};
}

base::Result<std::vector<std::string>> parse_leaf(std::string_view leaf) {
  std::vector<std::string> digests;
  std::string_view rest = leaf;
  if (!rest.starts_with(kLeafStart)) return bad_opening("the leaf does not start as a leaf does");
  rest.remove_prefix(kLeafStart.size());
  for (std::size_t i = 0; i < kDigests; ++i) {
    const std::size_t quoted = kDigestChars + 2 + (i > 0 ? 1 : 0);
    if (rest.size() < quoted) return bad_opening("the leaf has fewer than 16 digests");
    digests.emplace_back(rest.substr(quoted - 1 - kDigestChars, kDigestChars));
    rest.remove_prefix(quoted);
  }
  // Spelled again from what was read: one comparison covers quotes, commas and the end.
  const bool sound = std::is_sorted(digests.begin(), digests.end()) &&
                     std::all_of(digests.begin(), digests.end(), is_digest) && join_leaf(digests) == leaf;
  if (!sound) return bad_opening("the leaf is not 16 sorted digests");
  return digests;
}

bool opens(std::string_view disclosure, std::string_view leaf) {
  const auto digests = parse_leaf(leaf);
  return digests && std::binary_search(digests->begin(), digests->end(), disclosure_digest(disclosure));
}

std::string encode_fields(const std::vector<Field>& fields) {
  json rows = json::array();
  for (const Field& field : fields)
    rows.push_back({field.name, field.value, static_cast<int>(field.release)});
  return rows.dump();
}

base::Result<std::vector<Field>> decode_fields(std::string_view text) {
  const auto damaged = [] {
    return base::failure(Errc::kCorrupt, "The ledger's database is damaged",
                         "the fields of an entry cannot be read",
                         "Run: glasshouse ledger fsck DIR, and restore the database from a backup.");
  };
  const json rows = json::parse(text, nullptr, false);
  if (!rows.is_array() || rows.size() > kMaxFields) return damaged();
  std::vector<Field> fields;
  for (const json& row : rows) {
    const bool sound = row.is_array() && row.size() == 3 && row[0].is_string() && row[1].is_string() &&
                       row[2].is_number_integer() && row[2] >= 0 &&
                       row[2] <= static_cast<int>(Release::kNever);
    if (!sound) return damaged();
    fields.push_back(
        {row[0].get<std::string>(), row[1].get<std::string>(), static_cast<Release>(row[2].get<int>())});
  }
  return fields;
}

}  // namespace glasshouse::ledger
