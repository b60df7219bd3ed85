"""What the Filters page shows."""
