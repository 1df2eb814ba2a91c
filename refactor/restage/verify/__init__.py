"""Build both, run both, compare."""
