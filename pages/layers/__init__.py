"""What the Layers page shows."""
