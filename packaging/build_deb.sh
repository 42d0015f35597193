#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the Debian package of a build: `cmake --install` into a staging folder, dependencies as
# dpkg-shlibdeps finds them in the binary, then dpkg-deb. Needs no root.
#
#   packaging/build_deb.sh BUILD OUTPUT_FOLDER
set -euo pipefail

[[ $# -eq 2 ]] || { echo "usage: ${0##*/} BUILD OUTPUT_FOLDER" >&2; exit 2; }
build=$(cd "$1" && pwd)
mkdir -p "$2"
output=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
stage=$work/stage

DESTDIR=$stage cmake --install "$build" --prefix /usr --strip >/dev/null
binary=$stage/usr/bin/picket
[[ -x $binary ]] || { echo "the build in $1 has no picket program" >&2; exit 3; }

version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
architecture=$(dpkg --print-architecture)

# dpkg-shlibdeps wants a source package's layout around it.
mkdir -p "$work/shlibs/debian"
printf 'Source: picket\n\nPackage: picket\nArchitecture: any\n' >"$work/shlibs/debian/control"
depends=$(cd "$work/shlibs" && dpkg-shlibdeps -O --ignore-missing-info "$binary" 2>/dev/null |
  sed -n 's/^shlibs:Depends=//p')
[[ -n $depends ]] || { echo "dpkg-shlibdeps found no dependency, which cannot be" >&2; exit 3; }

gzip -9n "$stage/usr/share/man/man1/picket.1"
gzip -9nc "$stage/usr/share/doc/picket/CHANGELOG.md" >"$stage/usr/share/doc/picket/changelog.gz"
rm "$stage/usr/share/doc/picket/CHANGELOG.md"
mkdir "$stage/DEBIAN"
for script in postinst prerm postrm; do
  install -m 755 "$here/debian/$script" "$stage/DEBIAN/$script"
done
find "$stage" -type d -exec chmod 755 {} +
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@DEPENDS@/$depends/" \
  -e "s/@INSTALLED_SIZE@/$(du -sk --exclude=DEBIAN "$stage" | cut -f1)/" \
  "$here/control.in" >"$stage/DEBIAN/control"
(cd "$stage" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z |
  xargs -0 md5sum >DEBIAN/md5sums)

package=$output/picket_${version}_${architecture}.deb
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(stat -c %Y "$here/../CHANGELOG.md")} \
  dpkg-deb --root-owner-group --build "$stage" "$package" >/dev/null
echo "$package"
