#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pack.sh PROGRAM: makes corpus.tar.xz anew, in the current folder, of what runs
# of fuzz.sh here found and what it holds now: the fewest small inputs that reach
# in PROGRAM, a harness of pass 1, all that the scripts of the tree do not reach.
set -eu
program=$1
folder=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/all" "$work/scripts" "$work/best"
tar -xJf "$folder/corpus.tar.xz" -C "$work/all"
find fuzz.work/*/corpus -type f -size -2 -exec cp {} "$work/all" \;
find "$folder/../parse" -name '*.stp' | while read -r script; do
	cp "$script" "$work/scripts/$(printf '%s' "$script" | tr / _)"
done
cp "$work/scripts/"* "$work/best"
"$program" -set_cover_merge=1 "$work/best" "$work/all"
for script in "$work/scripts/"*; do
	rm -f "$work/best/${script##*/}"
done
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
	-cJf corpus.tar.xz -C "$work/best" .
