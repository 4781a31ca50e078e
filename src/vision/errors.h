// What can go wrong in vision. The Error beside a code says it in words for a person.
#pragma once

namespace glasshouse::vision {

enum class Errc {
  kNotAPicture = 1,  // not JPEG, PNG or WebP, or an empty file
  kDamaged,          // the format is right but the content breaks off or cannot be decoded
  kTooLarge,         // more bytes, pixels or scans than the limits in picture.h
  kNoModels,         // a weight file is missing or is not the one that this version expects
  kCannotOpen,       // file, folder or stream cannot be opened
  kStreamLost,       // a stream that had been delivering frames stopped
  kEndOfStream,      // the file is finished: not a failure
  kInference,        // the runtime failed
  kBadArgument,
};

}  // namespace glasshouse::vision
