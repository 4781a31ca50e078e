#include "edge/sealer.h"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>

#include "base/id.h"
#include "seal/picture.h"

namespace glasshouse::edge {
namespace {

constexpr std::uint64_t kMostSmallFile = 1024;

tl::unexpected<base::Error> not_understood(const std::string& name) {
  return base::failure(SealErrc::kDamaged, "The camera's file " + name + " cannot be understood",
                       "It was changed or cut off",
                       "Move the folder away, start again, and issue a new token for this camera");
}

// The one line of a small file.
base::Result<std::string> line_of(base::FileSystem& files, const std::string& path) {
  auto text = files.read(path, kMostSmallFile);
  if (!text) return text;
  text->resize(std::min(text->find('\n'), text->size()));
  return text;
}

}  // namespace

base::Result<crypto::SigningKey> camera_key(base::FileSystem& files, const std::string& path) {
  if (!files.exists(path)) {
    auto key = crypto::SigningKey::generate();
    std::string line = crypto::hex(key.seed()) + "\n";
    auto written = files.write_atomic(path, line);
    crypto::wipe(line);
    if (!written) return tl::unexpected(written.error());
    ::chmod(path.c_str(), 0600);
    return key;
  }
  auto line = line_of(files, path);
  if (!line) return tl::unexpected(line.error());
  auto seed = crypto::from_hex(*line);
  crypto::wipe(*line);
  if (!seed || seed->size() != 32) return not_understood("camera.key");
  auto key = crypto::SigningKey::from_seed(*seed);
  crypto::wipe(*seed);
  return key;
}

base::Result<std::unique_ptr<Sealer>> Sealer::open(std::string dir, base::FileSystem* files) {
  if (auto made = files->make_dirs(dir); !made) return tl::unexpected(made.error());
  ::chmod(dir.c_str(), 0700);
  auto key = camera_key(*files, dir + "/camera.key");
  if (!key) return tl::unexpected(key.error());
  std::unique_ptr<Sealer> sealer(new Sealer(std::move(dir), files, std::move(*key)));
  if (auto loaded = sealer->load(); !loaded) return tl::unexpected(loaded.error());
  return sealer;
}

base::Result<void> Sealer::load() {
  if (auto loaded = load_chain(); !loaded) return loaded;
  if (files_->exists(dir_ + "/agency")) {
    const auto line = line_of(*files_, dir_ + "/agency");
    if (!line) return tl::unexpected(line.error());
    auto agency = crypto::from_hex(*line);
    if (!agency || agency->size() != 32) return not_understood("agency");
    agency_ = std::move(*agency);
  }
  if (!files_->exists(dir_ + "/camera") || !files_->exists(dir_ + "/day-keys")) return {};
  auto camera = line_of(*files_, dir_ + "/camera");
  if (!camera) return tl::unexpected(camera.error());
  const auto list = files_->read(dir_ + "/day-keys", seal::kMostDayKeysBytes);
  if (!list) return tl::unexpected(list.error());
  auto keys = seal::read_day_keys(*list);
  if (!keys || keys->agency_key != agency_ || !base::is_id(*camera, "cam")) return not_understood("day-keys");
  camera_id_ = std::move(*camera);
  keys_ = std::move(*keys);
  return {};
}

base::Result<void> Sealer::load_chain() {
  if (!files_->exists(dir_ + "/chain")) return {};
  const auto line = line_of(*files_, dir_ + "/chain");
  if (!line) return tl::unexpected(line.error());
  const char* const end = line->data() + line->size();
  const auto [rest, failed] = std::from_chars(line->data(), end, sequence_);
  if (failed != std::errc() || rest == end || *rest != ' ') return not_understood("chain");
  auto previous = crypto::from_hex(std::string_view(rest + 1, static_cast<std::size_t>(end - rest - 1)));
  if (!previous || previous->size() != 32) return not_understood("chain");
  previous_ = std::move(*previous);
  return {};
}

base::Result<void> Sealer::take_keys(std::string_view list, const std::string& camera_id) {
  auto keys = seal::read_day_keys(list);
  if (!keys) return tl::unexpected(keys.error());
  if (!base::is_id(camera_id, "cam")) {
    return base::failure(seal::Errc::kBadKeys, "The agency's list of day keys is refused",
                         "It came for no camera");
  }
  std::lock_guard lock(mutex_);
  if (!agency_.empty() && keys->agency_key != agency_) {
    return base::failure(
        SealErrc::kOtherAgency, "The agency's list of day keys is refused",
        "Another agency signed it than the one that this camera belongs to",
        "If the camera was given to another agency, move its seal folder away and start again");
  }
  const bool is_older = !keys_.by_day.empty() &&
                        (keys->by_day.empty() || keys->by_day.rbegin()->first < keys_.by_day.rbegin()->first);
  if (is_older) {
    return base::failure(SealErrc::kOldKeys, "The agency's list of day keys is refused",
                         "It ends before the one that is known");
  }
  // The agency's key first: a list is believed after a start only under it.
  if (agency_.empty()) {
    if (auto kept = files_->write_atomic(dir_ + "/agency", crypto::hex(keys->agency_key) + "\n"); !kept)
      return kept;
    agency_ = keys->agency_key;
  }
  if (auto kept = files_->write_atomic(dir_ + "/camera", camera_id + "\n"); !kept) return kept;
  if (auto kept = files_->write_atomic(dir_ + "/day-keys", list); !kept) return kept;
  camera_id_ = camera_id;
  keys_ = std::move(*keys);
  return {};
}

bool Sealer::is_ready() const {
  std::lock_guard lock(mutex_);
  return !camera_id_.empty() && !keys_.by_day.empty();
}

base::Result<Sealed> Sealer::seal(const std::string& read_id, base::Time captured_at, std::string_view jpeg) {
  std::lock_guard lock(mutex_);
  if (camera_id_.empty()) {
    return base::failure(SealErrc::kNotReady, "The picture cannot be sealed",
                         "The camera has not got the agency's keys yet",
                         "It gets them when the server answers");
  }
  const auto day = keys_.day_for(base::day_of(captured_at));
  if (!day) return tl::unexpected(day.error());
  auto picture = seal::seal_picture(jpeg, keys_.by_day.at(*day));
  if (!picture) return tl::unexpected(picture.error());
  Sealed sealed;
  sealed.file = std::move(picture->file);
  sealed.manifest = seal::write_manifest({.camera_id = camera_id_,
                                          .read_id = read_id,
                                          .captured_at = captured_at,
                                          .key_day = *day,
                                          .sequence = sequence_ + 1,
                                          .previous = previous_,
                                          .payload = std::move(picture->payload),
                                          .commitment = std::move(picture->commitment),
                                          .key = {}},
                                         key_);
  std::string hash = seal::manifest_hash(sealed.manifest);
  const std::string line = std::to_string(sequence_ + 1) + " " + crypto::hex(hash) + "\n";
  if (auto kept = files_->write_atomic(dir_ + "/chain", line); !kept) return tl::unexpected(kept.error());
  ++sequence_;
  previous_ = std::move(hash);
  return sealed;
}

}  // namespace glasshouse::edge
