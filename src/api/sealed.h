// Sealed pictures: taken in from cameras, given to one browser under a permit. What is sealed is opened by
// nothing in this program (docs/formats/age-sealed-picture.md).
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "api/picture_chains.h"
#include "api/route.h"
#include "reads/store.h"
#include "vault/vault.h"

namespace glasshouse::api {

// Parts of a body that came beside its JSON, by name.
using PictureParts = std::map<std::string_view, std::string_view, std::less<>>;

// Takes the sealed picture of an upload (picture_sealed in base64, or the part that picture_part names) and
// its picture_manifest into `incoming`, whose read is parsed already. The manifest must be signed, of this
// camera, this read and this moment, and speak of these bytes. Nothing when neither came.
base::Result<std::optional<SignedPicture>> take_sealed(const nlohmann::json& upload,
                                                       const PictureParts& parts, reads::Incoming& incoming);

// What the vault is asked about a stored sealed picture: views into it.
vault::SealedRead sealed_read(const reads::Picture& picture);

// The picture as the caller may have it: a sealed one under a header for the key in ?to=age1…, with its
// manifest beside it in a header of the answer; one of the time before as the JPEG that it is.
net::Response give_picture(Context& ctx, const gate::Permit& permit, reads::Picture picture,
                           const char* cache);

// Where the camera's signature of an answered picture stands, in base64; and "sealed" or "open".
inline constexpr const char* kManifestHeader = "X-Glasshouse-Manifest";
inline constexpr const char* kSealedHeader = "X-Glasshouse-Picture";

}  // namespace glasshouse::api
