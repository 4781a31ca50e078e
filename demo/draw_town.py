#!/usr/bin/env python3
"""Writes town.json and street_map.geojson from the description below. Needs nothing but Python.

    demo/draw_town.py            write both files
    demo/draw_town.py --check    say whether they are what this would write

Distances here are metres east and north of the town's middle; the files hold degrees.
"""
import json
import math
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CENTER_LAT, CENTER_LON = 44.0350, -74.9400  # woods without a road: nobody lives where Millbrook Falls is drawn

# name: (east, north). A name that begins with "gate" is where traffic comes into town and leaves it.
NODES = {
    "orchard-hollow": (-1380, 870), "orchard-mill": (-560, 930), "orchard-falls": (60, 905), "orchard-church": (480, 890),
    "orchard-academy": (960, 930), "orchard-county": (1480, 1010),
    "elm-hollow": (-1420, 420), "elm-mill": (-520, 460), "elm-falls": (40, 440), "elm-church": (470, 430), "elm-academy": (930, 445),
    "elm-county": (1520, 500),
    "main-hollow": (-1450, -30), "main-mill": (-480, 10), "main-falls": (20, 0), "main-church": (450, -10), "main-academy": (910, 5),
    "main-county": (1540, 40),
    "depot-mill": (-450, -390), "depot-falls": (10, -400), "depot-church": (440, -410), "depot-academy": (900, -400),
    "quarry-hollow": (-1400, -760), "quarry-mill": (-430, -840), "quarry-falls": (0, -860), "quarry-church": (430, -880),
    "quarry-academy": (890, -860), "quarry-county": (1500, -800),
    "lane-end": (-960, 700), "lane-foot": (-940, 440), "pond-end": (1220, -620),
    "gate-west": (-2350, -120), "gate-east": (2400, 160), "gate-north": (1620, 1850), "gate-south": (-390, -1750), "gate-northwest": (-1250, 1700),
}

# Street, speed limit in miles an hour (how fast simulated vehicles drive; nothing is measured), lanes, nodes in order.
STREETS = [
    ("State Road 30", 45, 2, ["gate-west", "main-hollow"]),
    ("Main Street", 25, 2, ["main-hollow", "main-mill", "main-falls", "main-church", "main-academy", "main-county"]),
    ("State Road 30", 45, 2, ["main-county", "gate-east"]),
    ("Orchard Avenue", 30, 2, ["orchard-hollow", "orchard-mill"]),
    ("Orchard Avenue", 30, 2, ["orchard-falls", "orchard-church", "orchard-academy", "orchard-county"]),
    ("Elm Street", 25, 2, ["elm-hollow", "lane-foot", "elm-mill"]),
    ("Elm Street", 25, 2, ["elm-falls", "elm-church", "elm-academy", "elm-county"]),
    ("Depot Street", 25, 2, ["depot-mill", "quarry-mill"]),
    ("Depot Street", 25, 2, ["depot-falls", "depot-church", "depot-academy"]),
    ("Quarry Road", 35, 2, ["quarry-hollow", "quarry-mill", "quarry-falls", "quarry-church", "quarry-academy", "quarry-county"]),
    ("Hollow Road", 35, 2, ["gate-northwest", "orchard-hollow", "elm-hollow", "main-hollow", "quarry-hollow"]),
    ("Mill Street", 25, 2, ["orchard-mill", "elm-mill", "main-mill", "depot-mill"]),
    ("Falls Street", 25, 2, ["orchard-falls", "elm-falls", "main-falls", "depot-falls", "quarry-falls"]),
    ("Church Street", 25, 2, ["orchard-church", "elm-church", "main-church", "depot-church", "quarry-church"]),
    ("Academy Street", 25, 2, ["orchard-academy", "elm-academy", "main-academy", "depot-academy", "quarry-academy"]),
    ("County Route 7", 40, 2, ["gate-north", "orchard-county", "elm-county", "main-county", "quarry-county"]),
    ("Quarry Hill Road", 40, 2, ["quarry-mill", "gate-south"]),
    ("Tanner Lane", 20, 2, ["lane-end", "lane-foot"]),
    ("Pond Lane", 20, 2, ["quarry-academy", "pond-end"]),
]

# id, name, from node, to node, metres from the first node, looks back at the first node, view angle, description.
CAMERAS = [
    ("main-and-mill", "Main Street at Mill Street", "main-mill", "main-falls", 30, False, 31,
     "Pole on the north kerb before the Main Street bridge. Sees both lanes. In the demo this camera is the real reader playing samples/clip.mp4."),
    ("main-and-church", "Main Street at Church Street", "main-church", "main-falls", 28, False, 32, "Lamp post before the town hall, looking west."),
    ("main-and-academy", "Main Street at Academy Street", "main-academy", "main-county", 30, False, 32, "Traffic signal mast, looking east."),
    ("sr30-west", "State Road 30, west entry", "gate-west", "main-hollow", 620, True, 24, "Pole at the town line, looking at vehicles that come in."),
    ("sr30-east", "State Road 30, east entry", "gate-east", "main-county", 560, True, 24, "Pole at the town line, looking at vehicles that come in."),
    ("county7-north", "County Route 7, north entry", "gate-north", "orchard-county", 540, True, 24, "Pole at the transfer station, looking north."),
    ("quarry-hill", "Quarry Hill Road, south entry", "gate-south", "quarry-mill", 600, True, 26, "Pole above the old quarry, looking south."),
    ("hollow-and-elm", "Hollow Road at Elm Street", "elm-hollow", "main-hollow", 25, False, 34, "Utility pole by the fire station, looking south."),
    ("elm-and-falls", "Elm Street at Falls Street", "elm-falls", "elm-church", 26, False, 34, "Lamp post at Founders Park, looking east."),
    ("orchard-and-academy", "Orchard Avenue at Academy Street", "orchard-academy", "orchard-church", 30, False, 34, "Solar pole. Looks west, away from the school's drive."),
    ("depot-and-falls", "Depot Street at Falls Street", "depot-falls", "depot-church", 24, False, 34, "On the freight shed's corner, looking east."),
    ("quarry-bridge", "Quarry Road bridge", "quarry-falls", "quarry-mill", 90, False, 30, "Bridge railing, looking west over the river."),
]

RIVER = [(-140, 2000), (-210, 1600), (-290, 1250), (-250, 930), (-180, 700), (-230, 470), (-290, 240), (-255, 0), (-200, -220), (-235, -480), (-190, -850), (-120, -1150), (-160, -1500), (-60, -2000)]
PARK = [(-150, 690), (-185, 480), (-70, 455), (15, 465), (32, 640), (45, 880), (-120, 890), (-205, 900)]
POND = [(1180, -480), (1290, -450), (1390, -500), (1400, -590), (1310, -640), (1230, -580)]
BORDER = [(-1900, 1500), (-900, 1640), (300, 1560), (1250, 1640), (1950, 1380), (2060, 300), (1920, -700), (1500, -1320), (300, -1420), (-900, -1400), (-1700, -1200), (-1980, -200)]

OFFICERS = [
    ("rosalind-achebe", "Rosalind Achebe", "administrator", "Records and systems administrator"),
    ("tomas-lindqvist", "Tomas Lindqvist", "supervisor", "Sergeant, day watch"),
    ("maya-brightwater", "Maya Brightwater", "officer", "Detective"),
    ("daniel-okonkwo-reyes", "Daniel Okonkwo-Reyes", "officer", "Patrol officer"),
    ("hana-petrovic", "Hana Petrovic", "officer", "Patrol officer"),
    ("sam-whitlock", "Sam Whitlock", "dispatcher", "Dispatcher, county desk"),
    ("priya-vandermeer", "Priya Vandermeer", "auditor", "Town clerk, outside auditor"),
]

CASES = [
    {"number": "MF-26-0412", "purpose": "stolen-vehicle", "offence": "motor-vehicle-theft", "title": "Pickup taken from the lot of Halvorsen Lumber",
     "opened_by": "maya-brightwater", "officers": ["maya-brightwater", "daniel-okonkwo-reyes"], "opened_days_ago": 3, "open": True,
     "plates": [{"plate": "HDL6934", "region": "us", "note": "White pickup, crew of two seen driving off at about 05:40"}],
     "descriptions": [{"text": "White pickup with a chrome rear bumper", "color": "white", "body": "pickup"}]},
    {"number": "MF-26-0405", "purpose": "missing-person", "offence": "missing-person", "title": "Missing: Walter Ostrander, 81, left home by car",
     "opened_by": "tomas-lindqvist", "officers": ["tomas-lindqvist", "hana-petrovic", "daniel-okonkwo-reyes"], "opened_days_ago": 1, "open": True,
     "plates": [{"plate": "6ZNA743", "region": "us", "note": "The family is sure of all but the letter A"}],
     "descriptions": [{"text": "Small yellow hatchback", "color": "yellow", "body": "hatchback"}]},
    {"number": "MF-26-0398", "purpose": "hit-and-run", "offence": "hit-and-run", "title": "Cyclist struck on Quarry Road, driver left",
     "opened_by": "hana-petrovic", "officers": ["hana-petrovic", "maya-brightwater"], "opened_days_ago": 6, "open": True, "plates": [],
     "descriptions": [{"text": "Dark SUV, right front lamp probably broken, heading for the bridge", "color": "black", "body": "suv"}]},
    {"number": "MF-26-0391", "purpose": "burglary", "offence": "theft-from-vehicle", "title": "Tools taken from vans on Depot Street, four nights",
     "opened_by": "maya-brightwater", "officers": ["maya-brightwater", "daniel-okonkwo-reyes"], "opened_days_ago": 9, "open": True,
     "plates": [{"plate": "QJT5182", "region": "us", "note": "Noted by a resident on two of the nights"}], "descriptions": []},
    {"number": "MF-26-0377", "purpose": "wanted-person-warrant", "offence": "escape-or-warrant", "title": "Bench warrant 2026-B-118, county court",
     "opened_by": "tomas-lindqvist", "officers": ["tomas-lindqvist"], "opened_days_ago": 15, "open": True,
     "plates": [{"plate": "VY88316", "region": "us", "note": "As typed by the court; the fourth sign may be a B"}], "descriptions": []},
    {"number": "MF-26-0340", "purpose": "felony-investigation", "offence": "arson", "title": "Fire at the boat house, closed",
     "opened_by": "maya-brightwater", "officers": ["maya-brightwater"], "opened_days_ago": 38, "open": False, "plates": [], "descriptions": []},
]

HOTLISTS = [
    {"name": "Millbrook Falls wanted", "description": "Vehicles wanted in the town's own cases", "zero_rule": "distinct", "entries": [
        {"plate": "HDL6934", "reason": "Stolen vehicle", "case_number": "MF-26-0412", "region": "us", "color": "white", "body": "pickup", "expires_in_days": 30,
         "added_by": "maya-brightwater", "note": "Two occupants when taken"},
        {"plate": "6ZN?743", "reason": "Missing person's vehicle", "case_number": "MF-26-0405", "region": "us", "color": "yellow", "body": "hatchback", "expires_in_days": 7,
         "added_by": "tomas-lindqvist", "note": "Driver is 81 and may be confused. Approach gently, call the family."},
        {"plate": "VY88316", "reason": "Person wanted on a warrant", "case_number": "MF-26-0377", "region": "us", "color": "black", "body": "suv", "expires_in_days": 60,
         "added_by": "tomas-lindqvist", "note": "The plate was typed from handwriting"},
        {"plate": "QJT5182", "reason": "Suspected in thefts from vehicles", "case_number": "MF-26-0391", "region": "us", "color": "gray", "body": "van", "expires_in_days": 21,
         "added_by": "maya-brightwater", "note": ""},
        {"plate": "7GPD229", "reason": "Stolen plate", "case_number": "MF-26-0412", "region": "us", "color": "", "body": "", "expires_in_days": 30,
         "added_by": "daniel-okonkwo-reyes", "note": "Plate only. Expect it on a vehicle that it does not belong to."},
    ]},
    {"name": "State stolen vehicles (extract)", "description": "Sample of a state's daily list; this list writes zero as the letter O", "zero_rule": "o-is-zero", "entries": [
        {"plate": "KTO4471", "reason": "Stolen vehicle", "case_number": "ST-26-88120", "region": "us", "color": "blue", "body": "sedan", "expires_in_days": 90, "added_by": "rosalind-achebe", "note": ""},
        {"plate": "3HWL906", "reason": "Stolen vehicle", "case_number": "ST-26-88147", "region": "us", "color": "silver", "body": "suv", "expires_in_days": 90, "added_by": "rosalind-achebe", "note": ""},
        {"plate": "BNR7O25", "reason": "Stolen vehicle", "case_number": "ST-26-88163", "region": "us", "color": "red", "body": "hatchback", "expires_in_days": 90, "added_by": "rosalind-achebe", "note": ""},
        {"plate": "9DFC318", "reason": "Used in a felony", "case_number": "ST-26-88171", "region": "us", "color": "black", "body": "pickup", "expires_in_days": 45, "added_by": "rosalind-achebe", "note": "Use caution"},
        {"plate": "LWX6602", "reason": "AMBER alert (exercise)", "case_number": "ST-26-88190", "region": "us", "color": "white", "body": "van", "expires_in_days": 2, "added_by": "sam-whitlock", "note": "Exercise, not a real alert"},
    ]},
]

TRAFFIC = {
    "reads_per_day": 5200,
    "weekday_by_hour": [3, 2, 1, 1, 3, 10, 34, 78, 86, 58, 52, 58, 66, 62, 66, 84, 96, 92, 62, 42, 30, 20, 12, 6],
    "weekend_by_hour": [6, 4, 2, 1, 1, 4, 12, 24, 42, 60, 70, 76, 78, 74, 70, 66, 60, 52, 44, 36, 28, 20, 14, 9],
    "resident_share": 0.62,
    "residents": 2600,
    "bodies": {"suv": 38, "sedan": 27, "pickup": 19, "hatchback": 7, "van": 5, "wagon": 2, "truck": 2},
    "colors": {"white": 24, "black": 20, "gray": 19, "silver": 12, "blue": 10, "red": 8, "green": 2, "brown": 2, "beige": 1, "orange": 1, "yellow": 1},
    "plate_formats": {"AAA 1234": 55, "1AAA234": 40, "12345AA": 5},
    "letters": "ABCDEFGHJKLMNPRSTUVWXYZ",
    "wanted_that_pass": [{"plate": "QJT5182", "body": "van", "color": "gray"}, {"plate": "3HWL906", "body": "suv", "color": "silver"}, {"plate": "KT04471", "body": "sedan", "color": "blue"}],
}


def degrees(east, north):
    lat = CENTER_LAT + north / 111_132.0
    lon = CENTER_LON + east / (111_320.0 * math.cos(math.radians(CENTER_LAT)))
    return round(lat, 6), round(lon, 6)


def bearing(a, b):
    (ax, ay), (bx, by) = NODES[a], NODES[b]
    return math.degrees(math.atan2(bx - ax, by - ay)) % 360


def distance(a, b):
    return math.dist(NODES[a], NODES[b])


def edges():
    made = []
    for street, limit, lanes, path in STREETS:
        for a, b in zip(path, path[1:]):
            made.append({"id": f"{a}--{b}", "street": street, "from": a, "to": b, "length_m": round(distance(a, b), 1), "limit_mph": limit, "lanes": lanes})
    return made


def cameras(all_edges):
    made = []
    for slug, name, a, b, along, backwards, angle, description in CAMERAS:
        (ax, ay), (bx, by) = NODES[a], NODES[b]
        t = along / distance(a, b)
        heading = bearing(a, b)
        side = math.radians(heading + 90)
        east, north = ax + (bx - ax) * t + 4.5 * math.sin(side), ay + (by - ay) * t + 4.5 * math.cos(side)
        lat, lon = degrees(east, north)
        edge = next(e for e in all_edges if {e["from"], e["to"]} == {a, b})
        at_m = along if edge["from"] == a else edge["length_m"] - along
        camera = {"id": slug, "name": name, "lat": lat, "lon": lon, "bearing_deg": round((heading + 180 * backwards) % 360, 1), "view_angle_deg": angle,
                  "kind": "fixed", "lanes": 2, "edge": edge["id"], "at_m": round(at_m, 1), "description": description}
        if slug == "main-and-mill":
            camera["plays"] = "samples/clip.mp4"
        made.append(camera)
    return made


def town():
    all_edges = edges()
    lat, lon = degrees(0, 0)
    return {
        "about": "An invented town. Its place on the map is woodland; its people, plates, cases and cameras do not exist.",
        "name": "Millbrook Falls", "state": "Fairhaven", "agency": "Millbrook Falls Police Department", "timezone": "America/New_York",
        "center": {"lat": lat, "lon": lon}, "retained_days": 21, "packs": ["us-va"],
        "nodes": [{"id": name, "lat": degrees(*at)[0], "lon": degrees(*at)[1], "gate": name.startswith("gate")} for name, at in NODES.items()],
        "edges": all_edges, "cameras": cameras(all_edges),
        "officers": [{"login": login, "name": name, "role": role, "title": title} for login, name, role, title in OFFICERS],
        "cases": CASES, "hotlists": HOTLISTS, "traffic": TRAFFIC,
    }


def shape(kind, geometry, points, **more):
    line = [list(reversed(degrees(*p))) for p in points]
    if geometry == "Polygon":
        line = [line + [line[0]]]
    return {"type": "Feature", "properties": {"kind": kind, **more}, "geometry": {"type": geometry, "coordinates": line}}


def street_map():
    features = [shape("border", "Polygon", BORDER, name="Millbrook Falls town line"), shape("park", "Polygon", PARK, name="Founders Park"),
                shape("water", "Polygon", POND, name="Quarry Pond"), shape("river", "LineString", RIVER, name="Mill River")]
    for street, limit, _, path in STREETS:
        features.append(shape("road" if limit >= 40 else "street", "LineString", [NODES[n] for n in path], name=street))
    return {"type": "FeatureCollection", "features": features}


def lines(value, indent=0, wide=200):
    """JSON that people can read: short things stay on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= wide or not isinstance(value, (dict, list)):
        return flat
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        inner = [f"{pad}{json.dumps(k, ensure_ascii=False)}: {lines(v, indent + 1, wide)}" for k, v in value.items()]
        return "{\n" + ",\n".join(inner) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(pad + lines(v, indent + 1, wide) for v in value) + "\n" + " " * indent + "]"


def main():
    wrong = []
    for name, value in (("town.json", town()), ("street_map.geojson", street_map())):
        path, text = os.path.join(HERE, name), lines(value) + "\n"
        if "--check" in sys.argv:
            with open(path, encoding="utf-8") as there:
                if there.read() != text:
                    wrong.append(name)
        else:
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
    if wrong:
        raise SystemExit("not what demo/draw_town.py writes: " + ", ".join(wrong))


if __name__ == "__main__":
    main()
