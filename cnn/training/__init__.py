"""How a network learns: the training's data, its compiled steps, its events."""
