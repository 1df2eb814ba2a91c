#!/bin/bash
set -euo pipefail

# the settings are made anew at each start
sed "s/@GREETING@/${GREETING:-hello}/" config/settings.json.template > "$SETTINGS"

exec "$@"
