#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the benchmarks of a build: first the small ones, a program each (x_bench.cc), then signatures
# over captures (bench/signatures.py) where the shared corpus is (PICKET_SHARED), then the measurements
# on a living system (bench/run.py), which take root.
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
done < <(find "$build" -type f -name '*_bench' ! -name capture_limits_bench -perm -u+x | sort)

if [[ -n ${PICKET_SHARED:-} ]]; then
  echo "== signatures over captures"
  python3 "$source_root/bench/signatures.py" --build "$build" --rule-counts --flow-counts \
    --rules "$PICKET_SHARED/corpus/rules/et-open-2023-05-15.enabled.rules" \
    --captures "$PICKET_SHARED/corpus/captures" \
    --limits "$(find "$build" -type f -name capture_limits_bench)"
fi

if [[ -f $source_root/bench/run.py ]]; then
  exec python3 "$source_root/bench/run.py" --build "$build" "$@"
fi
