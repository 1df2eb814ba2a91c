"""One module for each kind of file that may use an image."""
