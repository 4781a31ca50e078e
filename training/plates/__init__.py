"""Rendered licence plates: what the plate reader and the plate finder are trained from."""
