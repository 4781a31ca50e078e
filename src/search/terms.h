// A question's text cut into terms: key:value, key:"value with spaces", or a word. Internal to search.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "search/language.h"

namespace glasshouse::search {

struct Term {
  std::size_t at = 0, length = 0;              // the whole term
  std::size_t value_at = 0, value_length = 0;  // the value with its quotes
  std::string key;                             // lower case; empty: a word
  std::string value;                           // without quotes
  bool closed = true;                          // a quote that was opened is closed
};

// Never fails: a quote that is not closed reaches to the end and is marked.
std::vector<Term> terms_of(std::string_view text);

// The cameras that a name may mean: the one of exactly that name or id, else those whose names hold it, else
// those with all of its words ("Main & 5th": "Main Street at 5th Avenue").
std::vector<const CameraPlace*> cameras_named(std::string_view name, const Surroundings& around);

// As a value: quoted when it has to be.
std::string quoted(std::string_view value);
std::string lower(std::string_view text);

// The only camera that the name may mean.
const CameraPlace* camera_named(std::string_view name, const Surroundings& around);

struct Key {
  std::string_view name, example, meaning;
};
inline constexpr std::array<Key, 15> kKeys{{
    {"plate", "plate:7KA8123", "the plate; ? for one character, * for any run, ~ before it for look-alikes"},
    {"color", "color:white,silver", "the vehicle's color"},
    {"body", "body:pickup", "the vehicle's body"},
    {"make", "make:ford", "the vehicle's make"},
    {"region", "region:va", "the plate's state or country"},
    {"again", "again:read_01kx3vq6m0t5h2c8z9d4r7w1ab",
     "what looks like the vehicle of a read, whatever its plate"},
    {"near", "near:\"Main & 5th\"", "a camera or a place as latitude,longitude"},
    {"within", "within:500m", "how far from there: m, km or mi"},
    {"box", "box:37.26,-79.95,37.28,-79.93", "a rectangle: south,west,north,east"},
    {"camera", "camera:\"Main & 5th\"", "one camera"},
    {"from", "from:\"Fri 22:00\"", "the earliest time"},
    {"to", "to:now", "the latest time"},
    {"show", "show:route", "reads, route, first, last or convoy"},
    {"cameras", "cameras:3", "of a convoy: at how many cameras at least"},
    {"apart", "apart:60s", "of a convoy: how long between the two at most"},
}};

}  // namespace glasshouse::search
