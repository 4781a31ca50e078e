#include "reads/codec.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/id.h"
#include "reads/store.h"

namespace glasshouse::reads {
namespace {

constexpr std::uint8_t kReadVersion = 1;
constexpr std::uint8_t kHasPlate = 1, kHasVehicleBox = 2, kHasPicture = 4, kHasFingerprint = 8,
                       kHasFeatures = 16;
constexpr float kConfidenceSteps = 10000;
constexpr std::string_view kIdAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::string_view kPrefix = "read_";

std::uint32_t check_value(std::string_view bytes) {  // FNV-1a; finds rot, not malice
  std::uint32_t hash = 2166136261u;
  for (char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619u;
  return hash;
}

constexpr std::size_t kUsualBytes = 512;

class ReadWriter {
 public:
  ReadWriter() { out_.reserve(kUsualBytes); }
  void number(std::uint64_t value, int bytes) {
    std::array<char, sizeof value> little{};
    for (int i = 0; i < bytes; ++i) little[static_cast<std::size_t>(i)] = static_cast<char>(value >> (8 * i));
    out_.append(little.data(), static_cast<std::size_t>(bytes));
  }
  void text(std::string_view text) {
    const std::size_t size = std::min<std::size_t>(text.size(), 255);
    number(size, 1);
    out_ += text.substr(0, size);
  }
  void raw(std::string_view bytes) { out_ += bytes; }
  void confidence(float value) {
    number(static_cast<std::uint64_t>(std::lround(std::clamp(value, 0.0f, 1.0f) * kConfidenceSteps)), 2);
  }
  void box(const Box& box) {
    for (int side : {box.x, box.y, box.w, box.h}) number(static_cast<std::uint32_t>(side), 4);
  }
  std::string finish() {
    number(check_value(out_), 4);
    return std::move(out_);
  }

 private:
  std::string out_;
};

// Reads past the end give zeros and set failed().
class ReadReader {
 public:
  explicit ReadReader(std::string_view bytes) : left_(bytes) {}
  std::uint64_t number(int bytes) {
    std::uint64_t value = 0;
    const std::string_view raw = take(static_cast<std::size_t>(bytes));
    for (std::size_t i = 0; i < raw.size(); ++i) {
      value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(raw[i])) << (8 * i);
    }
    return value;
  }
  std::string text() { return std::string(take(number(1))); }
  std::string_view take(std::size_t bytes) {
    if (bytes > left_.size()) {
      failed_ = true;
      left_ = {};
      return {};
    }
    const std::string_view taken = left_.substr(0, bytes);
    left_.remove_prefix(bytes);
    return taken;
  }
  float confidence() { return static_cast<float>(number(2)) / kConfidenceSteps; }
  Box box() {
    Box box;
    for (int* side : {&box.x, &box.y, &box.w, &box.h}) {
      *side = static_cast<int>(static_cast<std::uint32_t>(number(4)));
    }
    return box;
  }
  bool ended_well() const { return !failed_ && left_.empty(); }

 private:
  std::string_view left_;
  bool failed_ = false;
};

void write_plate(ReadWriter& out, const PlateReading& plate) {
  out.number(plate.plate.packed(), 8);
  out.confidence(plate.confidence);
  out.box(plate.box);
  out.text(plate.region);
  out.confidence(plate.region_confidence);
  const std::size_t characters = std::min<std::size_t>(plate.characters.size(), plate::kMaxChars);
  out.number(characters, 1);
  for (std::size_t i = 0; i < characters; ++i) {
    const Character& c = plate.characters[i];
    out.number(static_cast<std::uint8_t>(c.value), 1);
    out.confidence(c.confidence);
    const std::size_t others = std::min<std::size_t>(c.alternatives.size(), 5);
    out.number(others, 1);
    for (std::size_t j = 0; j < others; ++j) {
      out.number(static_cast<std::uint8_t>(c.alternatives[j].value), 1);
      out.confidence(c.alternatives[j].confidence);
    }
  }
  const std::size_t candidates = std::min<std::size_t>(plate.candidates.size(), 10);
  out.number(candidates, 1);
  for (std::size_t i = 0; i < candidates; ++i) {
    out.text(plate.candidates[i].text);
    out.confidence(plate.candidates[i].confidence);
  }
}

PlateReading read_plate(ReadReader& in) {
  PlateReading plate;
  plate.plate = plate::Plate::from_packed(in.number(8));
  plate.confidence = in.confidence();
  plate.box = in.box();
  plate.region = in.text();
  plate.region_confidence = in.confidence();
  plate.characters.resize(std::min<std::uint64_t>(in.number(1), plate::kMaxChars));
  for (Character& c : plate.characters) {
    c.value = static_cast<char>(in.number(1));
    c.confidence = in.confidence();
    c.alternatives.resize(std::min<std::uint64_t>(in.number(1), 5));
    for (Alternative& other : c.alternatives) {
      other.value = static_cast<char>(in.number(1));
      other.confidence = in.confidence();
    }
  }
  plate.candidates.resize(std::min<std::uint64_t>(in.number(1), 10));
  for (Candidate& candidate : plate.candidates) {
    candidate.text = in.text();
    candidate.confidence = in.confidence();
  }
  return plate;
}

template <class Looks, class Visit>
void each_look(Looks& looks, Visit visit) {
  visit(looks.body, &looks.body_confidence);
  visit(looks.color, &looks.color_confidence);
  visit(looks.make, &looks.make_confidence);
}

base::Error corrupt(std::string why) {
  return base::Error(Errc::kCorrupt, "A stored read is damaged", std::move(why),
                     "Restore the day's file from a backup");
}

// What the check value is of. kCorrupt when it does not fit.
base::Result<std::string_view> checked_body(std::string_view bytes) {
  if (bytes.size() < 4) return tl::unexpected(corrupt("It is too short"));
  const std::string_view body = bytes.substr(0, bytes.size() - 4);
  if (ReadReader(bytes.substr(body.size())).number(4) != check_value(body)) {
    return tl::unexpected(corrupt("Its check value does not fit"));
  }
  return body;
}

void write_features(ReadWriter& out, const std::vector<std::string>& features) {
  const std::size_t count = std::min(features.size(), kMostFeatures);
  out.number(count, 1);
  for (std::size_t i = 0; i < count; ++i) out.text(features[i]);
}

bool read_features(ReadReader& in, std::vector<std::string>& features) {
  const std::uint64_t count = in.number(1);
  if (count < 1 || count > kMostFeatures) return false;
  for (std::uint64_t i = 0; i < count; ++i) features.push_back(in.text());
  return true;
}

void write_fingerprint(ReadWriter& out, const Fingerprint& fingerprint) {
  out.number(kFingerprintVersion, 1);
  out.raw({reinterpret_cast<const char*>(fingerprint.data()), fingerprint.size()});
}

// Nothing for one of another version: it cannot be compared.
std::optional<Fingerprint> read_fingerprint(ReadReader& in) {
  const std::uint64_t version = in.number(1);
  const std::string_view raw = in.take(kFingerprintSize);
  if (version != kFingerprintVersion || raw.size() != kFingerprintSize) return std::nullopt;
  Fingerprint fingerprint{};
  std::copy(raw.begin(), raw.end(), fingerprint.begin());
  return fingerprint;
}

}  // namespace

std::optional<IdBytes> id_bytes(std::string_view read_id) {
  if (!base::is_id(read_id, kPrefix.substr(0, kPrefix.size() - 1))) return std::nullopt;
  read_id.remove_prefix(kPrefix.size());
  if (read_id[0] > '7') return std::nullopt;  // 26 characters hold 130 bits; the first two are zero
  IdBytes bytes{};
  unsigned buffer = 0;
  int bits = -2;
  std::size_t at = 0;
  for (char c : read_id) {
    buffer = (buffer << 5) | static_cast<unsigned>(kIdAlphabet.find(c));
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = static_cast<std::uint8_t>(buffer >> bits);
    }
  }
  return bytes;
}

std::string id_text(const IdBytes& bytes) {
  std::string text(kPrefix);
  unsigned buffer = 0;
  int bits = 2;
  for (std::uint8_t byte : bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += kIdAlphabet[(buffer >> bits) & 31];
    }
  }
  return text;
}

std::string encode(const Read& read, const IdBytes& id) {
  ReadWriter out;
  out.number(kReadVersion, 1);
  out.number((read.plate ? kHasPlate : 0) | (read.vehicle_box ? kHasVehicleBox : 0) |
                 (read.has_picture ? kHasPicture : 0) | (read.fingerprint ? kHasFingerprint : 0) |
                 (read.looks.features.empty() ? 0 : kHasFeatures),
             1);
  out.raw(view(id));
  if (read.fingerprint) write_fingerprint(out, *read.fingerprint);
  out.number(static_cast<std::uint64_t>(base::to_ms(read.captured_at)), 8);
  out.text(read.camera_id);
  out.number(static_cast<std::uint64_t>(std::clamp(read.frames, 0, 65535)), 2);
  out.number(static_cast<std::uint32_t>(read.picture_width), 4);
  out.number(static_cast<std::uint32_t>(read.picture_height), 4);
  each_look(read.looks, [&](const std::string& word, const float* confidence) {
    out.text(word);
    out.confidence(*confidence);
  });
  out.text(read.looks.vehicle_class);
  out.text(read.looks.view);
  if (!read.looks.features.empty()) write_features(out, read.looks.features);
  if (read.vehicle_box) out.box(*read.vehicle_box);
  if (read.plate) write_plate(out, *read.plate);
  return out.finish();
}

base::Result<std::optional<Fingerprint>> fingerprint_in(std::string_view bytes) {
  const auto body = checked_body(bytes);
  if (!body) return tl::unexpected(body.error());
  ReadReader in(*body);
  if (in.number(1) != kReadVersion) return tl::unexpected(corrupt("Its version is not known"));
  const bool there = (in.number(1) & kHasFingerprint) != 0;
  in.take(IdBytes{}.size());
  return there ? read_fingerprint(in) : std::nullopt;
}

base::Result<Read> decode(std::string_view bytes) {
  const auto body = checked_body(bytes);
  if (!body) return tl::unexpected(body.error());
  ReadReader in(*body);
  if (in.number(1) != kReadVersion) return tl::unexpected(corrupt("Its version is not known"));
  const std::uint64_t flags = in.number(1);
  Read read;
  IdBytes id{};
  const std::string_view raw_id = in.take(id.size());
  std::copy(raw_id.begin(), raw_id.end(), id.begin());
  read.id = id_text(id);
  if ((flags & kHasFingerprint) != 0) read.fingerprint = read_fingerprint(in);
  read.captured_at = base::from_ms(static_cast<std::int64_t>(in.number(8)));
  read.camera_id = in.text();
  read.frames = static_cast<int>(in.number(2));
  read.picture_width = static_cast<int>(in.number(4));
  read.picture_height = static_cast<int>(in.number(4));
  each_look(read.looks, [&](std::string& word, float* confidence) {
    word = in.text();
    *confidence = in.confidence();
  });
  read.looks.vehicle_class = in.text();
  read.looks.view = in.text();
  if ((flags & kHasFeatures) != 0 && !read_features(in, read.looks.features))
    return tl::unexpected(corrupt("It has no features, or too many"));
  if ((flags & kHasVehicleBox) != 0) read.vehicle_box = in.box();
  if ((flags & kHasPlate) != 0) read.plate = read_plate(in);
  read.has_picture = (flags & kHasPicture) != 0;
  if (!in.ended_well()) return tl::unexpected(corrupt("Its parts do not fit its length"));
  return read;
}

}  // namespace glasshouse::reads
