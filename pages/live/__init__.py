"""What follows the pen: the network in the browser, and the components that show its readings."""
