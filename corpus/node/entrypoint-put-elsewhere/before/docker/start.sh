#!/bin/sh
set -e
sed "s/@COAST@/${COAST:-east}/" coast.template > coast.txt
exec "$@"
