"""What every command does and what the container starts."""
