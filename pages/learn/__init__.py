"""The lessons: what is told of them by an address, and the browser's part of it."""
