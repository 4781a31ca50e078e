// What the server knows of the pictures that each camera signed: which numbers came, whether they follow one
// another, and under how many keys. Kept in the records database, a row for each camera and key.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/together.h"
#include "db/database.h"
#include "seal/manifest.h"

namespace glasshouse::api {

inline constexpr std::size_t kMostCameraKeys = 8;  // of one camera; the one that was silent longest gives way
inline constexpr base::Millis kMissingAfter{10 * 60 * 1000};  // what comes out of order comes within it
inline constexpr std::chrono::hours kTellChainFor{7 * 24};    // then what was wrong is no news any more

struct SignedPicture {
  seal::Manifest manifest;
  std::string hash;  // of the manifest's text
};

// What a person should be told. Nothing of it is older than kTellChainFor.
struct PictureHealth {
  std::uint64_t missing = 0;            // numbers that did not come although later ones did
  std::optional<base::Time> broken_at;  // a manifest did not follow the one before it
  std::optional<base::Time>
      other_key_at;  // the camera began to sign with another key, its token being the same
};

// What several uploads have to note goes into the database together.
struct PictureNote {
  const std::string& camera_id;
  const std::vector<SignedPicture>& pictures;
  base::Result<void> noted{};
};
struct PictureNotes : base::Together<PictureNote> {
  using Together::Together;
};
std::shared_ptr<PictureNotes> make_picture_notes();

// Thread-safe.
class PictureChains {
 public:
  PictureChains(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}
  static std::vector<db::Migration> migrations();

  // The same ones again change nothing. kBusy: more wait than the disk has kept up with.
  base::Result<void> note(PictureNotes& together, const std::string& camera_id,
                          const std::vector<SignedPicture>& pictures);
  base::Result<PictureHealth> health(const std::string& camera_id);
  // A new token was issued: what the next device signs with is no surprise.
  base::Result<void> forget(const std::string& camera_id);

 private:
  base::Result<void> note_of_camera(db::Transaction& t, const PictureNote& note);
  base::Result<void> note_key(db::Transaction& t, const std::string& camera_id, const std::string& key,
                              const std::vector<const SignedPicture*>& pictures);

  db::Database& db_;
  const base::Clock& clock_;
};

}  // namespace glasshouse::api
