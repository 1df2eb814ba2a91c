#!/bin/sh
set -e

if [ ! -s pages/first ]; then
	git --version | cut -d' ' -f1 > pages/first
fi

exec "$@"
