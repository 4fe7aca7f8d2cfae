#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# elf_seeds.sh dwarf|btf FOLDER: fills FOLDER with small ELF images of elf_seed.c
# and elf_seed.cc, one of each form in which compilers and tools give debuginfo, as far as they are
# installed here.
set -u
kind=$1
out=$(cd "$2" && pwd)
source=$(cd "$(dirname "$0")" && pwd)/elf_seed.c
link="-nostdlib -static -Wl,--build-id,-z,noseparate-code,-z,max-page-size=64"
# no folder's name gets into them
map="-ffile-prefix-map=${source%/*}=. -ffile-prefix-map=$PWD=."

has() {
	command -v "$1" >/dev/null
}

# make NAME COMPILER FLAGS...: an image; without the compiler, or one of the flags,
# none.
make() {
	name=$1
	shift
	has "$1" || return 0
	# the words of link and map are separate arguments
	# shellcheck disable=SC2086
	"$@" $link $map "$source" -o "$out/$name" 2>/dev/null || rm -f "$out/$name"
}

dwarf() {
	for compiler in gcc clang; do
		for level in 0 1 2 3; do
			for version in 4 5; do
				make $compiler-O$level-$version $compiler \
					-O$level -gdwarf-$version
			done
		done
	done
	for compiler in g++ clang++; do
		for level in 0 1; do
			(source=${source%.c}.cc && make $compiler-O$level \
				$compiler -O$level -g)
		done
	done
	make lto gcc -O2 -g -flto
	make frame gcc -O2 -g -fno-asynchronous-unwind-tables
	make i386 gcc -m32 -O1 -g
	# shellcheck disable=SC2086
	gcc -c -O1 -g $map "$source" -o "$out/object"
	objcopy --compress-debug-sections=zlib "$out/gcc-O2-5" "$out/zlib"
	objcopy --compress-debug-sections=zlib-gnu "$out/gcc-O2-5" \
		"$out/zlib-gnu"
	if has dwz; then
		cp "$out/lto" "$out/dwz"
		dwz -L none -l none "$out/dwz" 2>/dev/null || rm "$out/dwz"
	fi
	several
}

# two NAME KIND FIRST SECOND: an image and the file that it refers to, as the harness
# takes them apart: the second's size and what it is are behind both.
two() {
	size=$(wc -c <"$4")
	{
		cat "$3" "$4"
		for shift in 0 8 16 24; do
			printf "\\$(printf %o $((size >> shift & 255)))"
		done
		printf '%s\0' "$2"
	} >"$out/$1"
}

# Debuginfo in several files, made in a folder that is gone when they are read.
several() {
	work=$(mktemp -d) || exit 1
	(
		cd "$work" || exit 1
		for version in 4 5; do
			# shellcheck disable=SC2086
			gcc -c -O2 -gdwarf-$version -gsplit-dwarf $map "$source" \
				-o second.o && gcc $link second.o -o split &&
				two split-$version 2nd split second.dwo
		done
		cp "$out/gcc-O2-5" shares && cp "$out/gcc-O1-5" other &&
			dwz -L none -l none -m second.dwo shares other 2>/dev/null &&
			two shared 2nd shares second.dwo
		# shellcheck disable=SC2086
		gcc -c -O2 -gdwarf-4 -gsplit-dwarf $map "$source" -o second.o &&
			gcc $link second.o -o split && dwp -e split 2>/dev/null &&
			two package dwp split split.dwp
	)
	rm -rf "$work"
}

# A kernel without debug symbols has its BTF, its symbols and its build id.
btf() {
	for level in 0 2; do
		make btf-O$level gcc -gbtf -O$level
		[ -f "$out/btf-O$level" ] || continue
		objcopy --rename-section .note.gnu.build-id=.notes \
			"$out/btf-O$level"
	done
}

$kind
ls "$out" | grep -q .
