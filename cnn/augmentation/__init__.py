"""More digits out of those there are: images, strokes and glyphs varied."""
