#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every libFuzzer target of a build for a while, starting from its corpus. What it finds on the
# way stays in the build folder; the corpus in the source tree is never written to. Fails when a
# target crashes, and names the input.
#
#   tools/fuzz.sh build/fuzz SECONDS
set -euo pipefail

[[ $# -eq 2 ]] || { echo "usage: ${0##*/} BUILD SECONDS" >&2; exit 2; }
build=$1
seconds=$2
source_root=$(cd "$(dirname "$0")/.." && pwd)

symbolizer=$(command -v llvm-symbolizer-19 || true)
export ASAN_SYMBOLIZER_PATH=$symbolizer

ran=0
crashed=0
while read -r topic program; do
  ran=$((ran + 1))
  corpus=$source_root/tests/fuzz/corpus/$topic
  found=$build/corpus/$topic
  crashes=$build/crashes
  if [[ ! -d $corpus ]]; then
    echo "$topic has no corpus: tests/fuzz/corpus/$topic" >&2
    crashed=$((crashed + 1))
    continue
  fi
  mkdir -p "$found" "$crashes"
  dictionary=()
  [[ ! -f $source_root/tests/fuzz/$topic.dict ]] ||
    dictionary=("-dict=$source_root/tests/fuzz/$topic.dict")
  echo "$topic: $seconds s"
  if ! "$program" "${dictionary[@]}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -verbosity=0 -artifact_prefix="$crashes/$topic-" \
    "$found" "$corpus" >"$build/$topic.log" 2>&1 </dev/null; then
    crashed=$((crashed + 1))
    echo "$topic crashed; the input is in $crashes, the report in $build/$topic.log:" >&2
    tail -n 40 "$build/$topic.log" >&2
  else
    sed -n 's/^stat::number_of_executed_units: */  inputs tried: /p' "$build/$topic.log"
  fi
done <"$build/fuzz_targets.txt"

if [[ $ran -eq 0 ]]; then
  echo "no fuzz target was built" >&2
  exit 1
fi
echo "$ran fuzz targets, $crashed failed"
[[ $crashed -eq 0 ]]
