"""Longer jobs of the command: one module each, loaded when its name is the first argument."""
