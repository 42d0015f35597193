#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the benchmarks of a build: first the small ones, a program each (x_bench.cc), then the
# measurements on a living system (bench/run.py), which take root.
#
#   tools/bench.sh build/bench [OPTION of bench/run.py...]
set -euo pipefail

[[ $# -gt 0 ]] || { echo "usage: ${0##*/} BUILD [OPTION...]" >&2; exit 2; }
build=$1
shift
source_root=$(cd "$(dirname "$0")/.." && pwd)

while IFS= read -r program; do
  echo "== ${program##*/}"
  "$program" --benchmark_repetitions=5 --benchmark_report_aggregates_only=true
done < <(find "$build" -type f -name '*_bench' -perm -u+x | sort)

if [[ -f $source_root/bench/run.py ]]; then
  exec python3 "$source_root/bench/run.py" --build "$build" "$@"
fi
