#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# elf_seeds.sh dwarf|btf FOLDER: fills FOLDER with small ELF images of elf_seed.c,
# one of each form in which compilers and tools give debuginfo, as far as they are
# installed here.
set -u
kind=$1
out=$(cd "$2" && pwd)
source=$(cd "$(dirname "$0")" && pwd)/elf_seed.c
link="-nostdlib -static -Wl,--build-id,-z,noseparate-code,-z,max-page-size=64"

has() {
	command -v "$1" >/dev/null
}

# make NAME COMPILER FLAGS...: an image; without the compiler, or one of the flags,
# none.
make() {
	name=$1
	shift
	has "$1" || return 0
	# the words of link are separate arguments
	# shellcheck disable=SC2086
	"$@" $link "$source" -o "$out/$name" 2>/dev/null || rm -f "$out/$name"
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
	make lto gcc -O2 -g -flto
	make split-unit gcc -O2 -g -gsplit-dwarf
	make frame gcc -O2 -g -fno-asynchronous-unwind-tables
	make i386 gcc -m32 -O1 -g
	gcc -c -O1 -g "$source" -o "$out/object"
	objcopy --compress-debug-sections=zlib "$out/gcc-O2-5" "$out/zlib"
	objcopy --compress-debug-sections=zlib-gnu "$out/gcc-O2-5" \
		"$out/zlib-gnu"
	if has dwz; then
		cp "$out/lto" "$out/dwz"
		dwz -L none -l none "$out/dwz" 2>/dev/null || rm "$out/dwz"
	fi
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
