"""The build context and the repository, read-only."""
