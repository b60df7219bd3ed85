"""A convolutional network that reads hand-drawn digits, and everything needed to look inside it."""
