"""What each ecosystem teaches restage, one file each."""
