#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Everything that can be said about the sources without running them. Says all of it before failing.
#
#   tools/lint.sh [JOBS]      check
#   tools/lint.sh --format    rewrite the sources as clang-format has them, and check nothing
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t sources < <(find src tests bench -type f \
  \( -name '*.h' -o -name '*.cc' -o -name '*.c' \) 2>/dev/null | sort)

if [[ ${1:-} == --format ]]; then
  clang-format-14 -i "${sources[@]}"
  exit 0
fi
jobs=${1:-$(nproc)}
failed=()

step() {
  local name=$1
  shift
  echo "lint: $name"
  "$@" || failed+=("$name")
}

shell_scripts() {
  mapfile -t scripts < <(grep -rlIE '^#!.*\b(ba)?sh\b' .ci tools packaging tests bench 2>/dev/null)
  shellcheck "${scripts[@]}"
}

tidy() {
  cmake --preset tidy >/dev/null && cmake --build --preset tidy -j "$jobs" -- -k 0 --quiet
}

step "formatting (make format repairs it)" clang-format-14 --dry-run -Werror "${sources[@]}"
step "shell scripts" shell_scripts
step "layers" python3 tools/check_layers.py .
step "house rules" python3 tools/check_house.py .
step "clang-tidy, and clang's own warnings" tidy

if [[ ${#failed[@]} -gt 0 ]]; then
  printf 'lint found something: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "lint: nothing found"
