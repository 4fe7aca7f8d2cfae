#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pack.sh PROGRAM: makes PROGRAM's corpus anew, in the current folder, of what runs of
# fuzz.sh here found and what it holds now: the fewest inputs that reach all that its
# seeds do not reach.  PROGRAM is a harness of pass 1, which share corpus.tar.xz and
# keep small inputs only, or of the debuginfo room: corpus-NAME.tar.xz.
set -eu
program=$1
name=${program##*/}
folder=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/all" "$work/seeds" "$work/best"
case $name in
fuzz_debuginfo)
	archive=corpus-debuginfo.tar.xz
	"$folder/elf_seeds.sh" dwarf "$work/seeds"
	;;
fuzz_btf)
	archive=corpus-btf.tar.xz
	"$folder/elf_seeds.sh" btf "$work/seeds"
	;;
*)
	archive=corpus.tar.xz
	find "$folder/../parse" -name '*.stp' | while read -r script; do
		cp "$script" "$work/seeds/$(printf '%s' "$script" | tr / _)"
	done
	;;
esac
[ ! -f "$folder/$archive" ] || tar -xJf "$folder/$archive" -C "$work/all"
if [ "$archive" = corpus.tar.xz ]; then
	find fuzz.work/*/corpus -type f -size -2 -exec cp {} "$work/all" \;
else
	find "fuzz.work/$name/corpus" -type f -exec cp {} "$work/all" \;
fi
cp "$work/seeds/"* "$work/best"
"$program" -set_cover_merge=1 "$work/best" "$work/all"
for seed in "$work/seeds/"*; do
	rm -f "$work/best/${seed##*/}"
done
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
	-cJf "$archive" -C "$work/best" .
