"""The digits that networks are trained and measured on."""
