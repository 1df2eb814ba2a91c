"""From meaning to the target arrangement."""
