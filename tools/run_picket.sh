#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Starts `picket run` in the foreground: as root, or through sudo. Without either it still runs, and
# says on every screen what it cannot see.
#
#   tools/run_picket.sh build/release/picket [OPTION...]
set -euo pipefail

[[ $# -gt 0 ]] || { echo "usage: ${0##*/} PICKET [OPTION...]" >&2; exit 2; }
picket=$1
shift

if [[ $(id -u) -eq 0 ]]; then
  exec "$picket" run "$@"
fi
if command -v sudo >/dev/null; then
  echo "sudo is asked for: seeing every process's connections takes root."
  exec sudo -- "$picket" run "$@"
fi
echo "Neither root nor sudo: starting with what an ordinary user may see." >&2
exec "$picket" run "$@"
