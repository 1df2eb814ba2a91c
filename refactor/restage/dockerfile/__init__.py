"""Bytes to typed instructions, and back."""
