"""Text, diff and JSON reports."""
