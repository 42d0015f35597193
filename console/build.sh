#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the console: what CMake calls, so that nothing is ever written below the sources.
#
#   console/build.sh SOURCE BUILD          SOURCE: this folder; the result is BUILD/dist
#   console/build.sh --check SOURCE BUILD  types, whether schema.ts is current, and the unit tests
#
# Packages come from the npm registry, or from npm's cache. Without either there is no console: that
# is said, BUILD/dist stays empty (picket then shows a page that says so), --check exits with 77, and
# the next build tries again: BUILD/built, which CMake looks at, is made only with the console.
set -euo pipefail

check=no
if [[ ${1:-} == --check ]]; then
  check=yes
  shift
fi
[[ $# -eq 2 ]] || { sed -n '5,6p' "$0" >&2; exit 2; }
source=$(cd "$1" && pwd)
mkdir -p "$2"
build=$(cd "$2" && pwd)
export npm_config_update_notifier=false
# Who builds without a home has no cache there either.
[[ -w ${HOME:-/nonexistent} ]] || export npm_config_cache=$build/.npm

install_packages() {
  if cmp -s "$source/package-lock.json" "$build/node_modules/.installed" 2>/dev/null; then return; fi
  cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" "$build/"
  # The packages' own scripts are not run: none of them is needed.
  (cd "$build" && npm ci --ignore-scripts --prefer-offline \
    --fetch-retries=1 --fetch-retry-mintimeout=1000 --no-audit --no-fund --loglevel=error \
    >npm.log 2>&1) || return 1
  cp "$source/package-lock.json" "$build/node_modules/.installed"
}

copy_sources() {
  rm -rf "${build:?}/src" "${build:?}/dev"
  cp -r "$source/src" "$source/dev" "$source/index.html" "$source/vite.config.mjs" \
    "$source/tsconfig.json" "$build/"
}

if [[ $check == yes && ! -e $build/built ]]; then
  echo "The console was not built, so there is nothing to check." >&2
  exit 77
fi
if ! install_packages; then
  echo "The console is not built: npm ci did not get its packages ($build/npm.log)." >&2
  tail -n 5 "$build/npm.log" >&2
  echo "picket works without it; with a network, build again." >&2
  [[ $check == no ]] || exit 77
  mkdir -p "$build/dist"
  exit 0
fi
copy_sources
cd "$build"
if [[ $check == yes ]]; then
  export PICKET_API=$source/../docs/api/openapi.yaml PICKET_SCHEMA=$source/src/api/schema.ts
  node dev/api_types.mjs --check
  node node_modules/typescript/bin/tsc --noEmit
  node dev/unit.mjs
else
  PICKET_DIST=$build/dist node node_modules/vite/bin/vite.js build --logLevel warn
  touch "$build/built"
fi
