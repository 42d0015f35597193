#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves that a fresh Debian 12 is enough: copies a minimal root, clones this checkout's HEAD into it
# and runs a make target there, so that no package that somebody installed by hand can hide. Needs
# root and a package mirror. Prints how long it took, and fails when the target fails or takes longer
# than allowed.
#
#   tools/prove_clean_root.sh [--as-user] [--keep] ROOT [TARGET [LIMIT_MINUTES]]
#
#   ROOT       a root made by: debootstrap --variant=minbase bookworm ROOT (made if it is not there)
#   TARGET     test (default), build, run, deb... ; test runs .ci/run
#   --as-user  as an ordinary user who may use sudo, as most people start
#   --keep     leave the copy (ROOT.proof) for a look
#
# Mounts live in a mount namespace of their own and end with it; the copy is removed only after that.
set -euo pipefail

as_user=no
keep=no
while [[ ${1:-} == --* ]]; do
  case $1 in
    --as-user) as_user=yes ;;
    --keep) keep=yes ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
  shift
done
[[ $# -ge 1 && $# -le 3 ]] || { sed -n '8p' "$0" >&2; exit 2; }
[[ $(id -u) -eq 0 ]] || { echo "making a root takes root" >&2; exit 3; }

root=$(realpath -m "$1")
target=${2:-test}
limit_minutes=${3:-30}
proof=$root.proof
checkout=$(cd "$(dirname "$0")/.." && pwd)

if [[ ! -x $root/usr/bin/apt-get ]]; then
  command -v debootstrap >/dev/null || { echo "apt-get install debootstrap, first" >&2; exit 3; }
  debootstrap --variant=minbase bookworm "$root" http://deb.debian.org/debian
fi

remove_proof() {
  # --one-file-system: should anything still be mounted below, it is not ours to empty.
  rm -rf --one-file-system "$proof"
}
remove_proof
[[ $keep == yes ]] || trap remove_proof EXIT

cp -a --reflink=auto "$root" "$proof"
cp /etc/resolv.conf "$proof/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$proof/usr/sbin/policy-rc.d" # no service starts in here
chmod 755 "$proof/usr/sbin/policy-rc.d"
if ! grep -rqs bookworm-security "$proof/etc/apt"; then
  echo "deb http://deb.debian.org/debian-security bookworm-security main" \
    >"$proof/etc/apt/sources.list.d/security.list"
fi
git clone --quiet --no-hardlinks "$checkout" "$proof/srv/picket"

# Where a proxy with certificates of its own stands between: node does not read the system's.
certificates=()
if [[ -r ${NODE_EXTRA_CA_CERTS:-} ]]; then
  cp "$NODE_EXTRA_CA_CERTS" "$proof/srv/certificates.pem"
  certificates=(NODE_EXTRA_CA_CERTS=/srv/certificates.pem)
fi

command="make $target"
[[ $target != test ]] || command=".ci/run"
cat >"$proof/srv/prove" <<SCRIPT
#!/bin/bash
set -eu
mount -t proc proc /proc
umount -l /old-root
rmdir /old-root
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install --yes --no-install-recommends git make sudo ca-certificates >/dev/null
cd /srv/picket
started=\$SECONDS
if [ $as_user = yes ]; then
  useradd --create-home --shell /bin/bash visitor
  echo "visitor ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/visitor
  chown -R visitor: /srv/picket
  set -- runuser -u visitor -- env HOME=/home/visitor $command
else
  set -- $command
fi
code=0
"\$@" </dev/null || code=\$?
echo "\$((SECONDS - started))" >/srv/seconds
exit \$code
SCRIPT
chmod 755 "$proof/srv/prove"

echo "== $command in a fresh root, as $([[ $as_user == yes ]] && echo a user with sudo || echo root)"
code=0
# $1 and $2 are for the inner shell to expand.
# shellcheck disable=SC2016
unshare --mount --propagation private bash -c '
  set -e
  mount --bind "$1" "$1"
  mount --rbind /sys "$1/sys"
  mount --rbind /dev "$1/dev"
  mount -t tmpfs -o mode=755 run "$1/run"
  # Not chroot: the kernel would go on telling paths as they are seen from outside.
  mkdir "$1/old-root"
  cd "$1"
  pivot_root . old-root
  exec /usr/bin/env -i HOME=/root TERM=dumb JOBS="$2" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${@:3}" /srv/prove
' prove "$proof" "${JOBS:-$(nproc)}" "${certificates[@]}" || code=$?

seconds=$(cat "$proof/srv/seconds" 2>/dev/null || echo 0)
printf '== %s: exit code %d after %d min %d s (limit %d min)\n' \
  "$command" "$code" $((seconds / 60)) $((seconds % 60)) "$limit_minutes"
[[ $code -eq 0 ]] || exit "$code"
[[ $seconds -le $((limit_minutes * 60)) ]] || { echo "too slow" >&2; exit 1; }
