#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages named in the given lists, if any is missing. Does nothing, quickly,
# when all are there. Asks for sudo only when something is missing and the caller is not root.
#
#   tools/install_packages.sh [--no-services] packaging/build-packages.txt [LIST...]
#
#   --no-services  a program is wanted, not the service its package comes with: nothing is started,
#                  and units that the installation brought are disabled
set -euo pipefail

services=yes
if [[ ${1:-} == --no-services ]]; then
  services=no
  shift
fi

[[ $# -gt 0 ]] || { echo "usage: ${0##*/} [--no-services] LIST..." >&2; exit 2; }

mapfile -t wanted < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$@" | sort -u)

is_missing() {
  # ${db:Status-Status} is dpkg-query's own notation.
  # shellcheck disable=SC2016
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) != installed ]]
}

# One question for all of them: dpkg-query leaves out what it has never heard of. A package that
# another one provides is there (npm, with the nodejs of its makers).
list_missing() {
  # shellcheck disable=SC2016
  comm -23 <(printf '%s\n' "${wanted[@]}") \
    <(dpkg-query -W -f '${db:Status-Status}, ${binary:Package}, ${Provides}\n' 2>/dev/null |
        sed -n 's/^installed, //p' | tr ',' '\n' | sed -e 's/[[:space:]]//g' -e 's/[:(].*//' | sort -u)
}

if ! command -v dpkg-query >/dev/null; then
  echo "picket builds on Debian 12; this machine has no dpkg. Install these by hand:" >&2
  printf '  %s\n' "${wanted[@]}" >&2
  exit 3
fi

mapfile -t missing < <(list_missing)
[[ ${#missing[@]} -gt 0 ]] || exit 0

as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "These packages are missing, and installing them takes root (there is no sudo here):" >&2
    echo "  apt-get install ${missing[*]}" >&2
    exit 3
  fi
  echo "sudo is asked for, to install: ${missing[*]}"
  as_root=(sudo)
else
  echo "installing: ${missing[*]}"
fi

# On a terminal the progress is worth seeing; in a log only what goes wrong is.
if [[ -t 1 ]]; then progress=/dev/stdout; else progress=/dev/null; fi

# A machine that only judges a change need not survive a power cut in between: five times as fast.
quick=()
[[ ${CI:-} != true ]] || quick=(-o Dpkg::Options::=--force-unsafe-io)

apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=600 "${quick[@]}" "$@" </dev/null >"$progress"
}

unknown_to_apt() {
  local package
  for package in "${missing[@]}"; do
    [[ -n $(apt-cache show --no-all-versions "$package" 2>/dev/null) ]] || echo "$package"
  done
}

if [[ -n $(unknown_to_apt) ]]; then
  apt_get update
  unknown=$(unknown_to_apt)
  if [[ -n $unknown ]]; then
    echo "The package mirror of this machine does not offer: ${unknown//$'\n'/ }" >&2
    echo "picket builds on Debian 12 (bookworm); see /etc/apt/sources.list.d." >&2
    exit 3
  fi
fi
list_units() {
  find /lib/systemd/system -maxdepth 1 -name '*.service' -printf '%f\n' 2>/dev/null | sort
}

# Debian's way of saying that packages start nothing; another's policy is left alone.
policy=/usr/sbin/policy-rc.d
start_nothing() {
  units_before=$(list_units)
  [[ ! -e $policy ]] || return 0
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
}
disable_new_units() {
  local unit
  command -v systemctl >/dev/null || return 0
  while read -r unit; do
    "${as_root[@]}" systemctl --quiet disable "$unit" 2>/dev/null || true
  done < <(comm -13 <(echo "$units_before") <(list_units))
}

[[ $services == yes ]] || start_nothing
# Old lists name versions that the mirror no longer holds: fetch new lists, then try once more.
if ! apt_get install --yes --no-install-recommends "${missing[@]}"; then
  apt_get update
  apt_get install --yes --no-install-recommends "${missing[@]}"
fi
[[ $services == yes ]] || disable_new_units

for package in "${missing[@]}"; do
  if is_missing "$package"; then
    echo "apt-get said it was done, but $package is not installed." >&2
    exit 3
  fi
done
