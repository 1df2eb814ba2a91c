#!/bin/sh
set -e
exec uv run --no-sync serve.py
