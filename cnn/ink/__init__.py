"""From what a person draws, photographs or links to, to the 28×28 pixels that the network takes."""
