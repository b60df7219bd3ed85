"""What a trained network does with an image, down to one cell's arithmetic."""
