"""The canvas with its tools, and what else the Draw page shows."""
