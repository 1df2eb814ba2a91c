#!/bin/sh
# How many changes a repository has that was made a moment ago: none.
set -e
place=$(mktemp -d)
git init --quiet "$place"
git -C "$place" rev-list --all --count
rm -r "$place"
