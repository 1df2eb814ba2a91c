"""Many files by several processes."""
