"""Recipes of task runners, read as far as they are plain: which shell lines a goal comes to."""
