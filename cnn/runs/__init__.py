"""Trainings as folders and processes: what they leave behind, and how they are steered."""
