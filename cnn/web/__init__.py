"""The network and the ink once more, in JavaScript: read by browsers while the pen moves."""
