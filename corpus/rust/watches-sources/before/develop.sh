#!/bin/sh
set -e
cargo install cargo-watch
exec cargo watch --exec "run -- $1"
