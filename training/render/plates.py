"""Draws license plates of the invented state of Fairhaven as pictures, for use as textures.

The design (green on cream, a wave line, the words GLASSHOUSE DEMO) belongs to no real place.
"""
from PIL import Image, ImageChops, ImageDraw, ImageFont

PLATE_WIDTH_M, PLATE_HEIGHT_M = 0.305, 0.152
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansCondensed-Bold.ttf"
INK = (16, 48, 36)
PAPER = (218, 215, 200)
PAPER_LOW = (203, 210, 204)


def _glyph_run(text, height_px, advance_px, gap_px):
    """The text as one mask: tall narrow letters, each centred in a cell of its own, as stamped plates have them."""
    font = ImageFont.truetype(FONT, int(height_px * 1.37))
    cells = []
    for char in text:
        if char == " ":
            cells.append(None)
            continue
        left, top, right, bottom = font.getbbox(char)
        glyph = Image.new("L", (right - left, bottom - top), 0)
        ImageDraw.Draw(glyph).text((-left, -top), char, fill=255, font=font)
        narrow = 0.5 if char in "I1" else 0.86
        width = int(min(advance_px * narrow, glyph.width * 1.25))
        narrow_glyph = Image.new("L", (max(width, 8) + 4, height_px), 0)
        narrow_glyph.paste(glyph.resize((max(width, 8), height_px), Image.LANCZOS), (2, 0))
        for shift in (-2, 2):  # squeezing thins the upright strokes; this gives them their weight back
            narrow_glyph = ImageChops.lighter(narrow_glyph, ImageChops.offset(narrow_glyph, shift, 0))
        cells.append(narrow_glyph)
    total = sum(gap_px if c is None else advance_px for c in cells)
    run = Image.new("L", (total, height_px), 0)
    x = 0
    for cell in cells:
        if cell is None:
            x += gap_px
            continue
        run.paste(cell, (x + (advance_px - cell.width) // 2, 0))
        x += advance_px
    return run


def draw_plate(text, path, width_px=768):
    """Writes the plate's picture to `path`. `text` may hold one space, which is drawn as a gap."""
    height_px = width_px // 2
    unit = width_px / 768
    image = Image.new("RGB", (width_px, height_px), PAPER)
    draw = ImageDraw.Draw(image)
    for y in range(height_px // 2, height_px):
        t = (y - height_px / 2) / (height_px / 2)
        draw.line([(0, y), (width_px, y)], fill=tuple(int(a + (b - a) * t) for a, b in zip(PAPER, PAPER_LOW)))
    draw.rounded_rectangle([5 * unit, 5 * unit, width_px - 6 * unit, height_px - 6 * unit], radius=int(24 * unit),
                           outline=INK, width=max(2, int(4 * unit)))
    small = ImageFont.truetype(FONT, int(38 * unit))
    tiny = ImageFont.truetype(FONT, int(26 * unit))
    draw.text((width_px / 2, 36 * unit), "FAIRHAVEN", fill=(60, 104, 88), font=small, anchor="mm")
    draw.text((width_px / 2, height_px - 30 * unit), "GLASSHOUSE DEMO", fill=(60, 104, 88), font=tiny, anchor="mm")
    for x in (150, 618):
        for y in (34, 352):
            draw.ellipse([x * unit - 11 * unit, y * unit - 8 * unit, x * unit + 11 * unit, y * unit + 8 * unit], fill=(120, 122, 120))
    letters = len(text.replace(" ", ""))
    advance = int(min(100, 700 / (letters + 0.35 * text.count(" "))) * unit)
    run = _glyph_run(text, int(210 * unit), advance, int(advance * 0.35))
    image.paste(Image.new("RGB", run.size, INK), ((width_px - run.width) // 2, int((height_px - run.height) / 2 + 4 * unit)), run)
    image.save(path)
