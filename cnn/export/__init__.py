"""A trained network in the formats that other programs read, each checked before it is kept."""
