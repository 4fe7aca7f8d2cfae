#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# fuzz.sh PROGRAM SECONDS: runs a libFuzzer harness, made by `make fuzz`, on what an
# earlier run kept and its seeds: the scripts of the tree, or the ELF images of
# elf_seeds.sh.  All that it finds is in fuzz.work/NAME below the current folder;
# the exit status is 0 without a finding.  More options for libFuzzer: FUZZ_FLAGS.
set -u
program=$1
seconds=$2
source=$(cd "$(dirname "$0")/../.." && pwd)
name=${program##*/}
work=fuzz.work/$name

unpack() {
	[ ! -f "$source/testsuite/fuzz/$1.tar.xz" ] ||
		tar -xJf "$source/testsuite/fuzz/$1.tar.xz" \
			-C "$work/seeds" || exit 1
}

scripts() {
	find "$source/testsuite" "$source/examples" "$source/tapsets" \
		-name '*.stp' -o -name '*.stpm' |
		while read -r file; do
			seed=$(printf '%s' "${file#"$source"/}" | tr / _)
			cp "$file" "$work/seeds/$seed"
		done
	unpack corpus
}

mkdir -p "$work/corpus" "$work/findings" "$work/seeds"
case $name in
fuzz_debuginfo) kind=dwarf ;;
fuzz_btf) kind=btf ;;
fuzz_decode) kind=bytes ;;
*) kind=scripts ;;
esac
if [ "$kind" = scripts ]; then
	scripts
	set -- -max_len=8192 -dict="$source/testsuite/fuzz/script.dict"
elif [ "$kind" = bytes ]; then
	set -- -max_len=18
else
	"$source/testsuite/fuzz/elf_seeds.sh" "$kind" "$work/seeds" ||
		exit 1
	set -- -max_len=16384
fi
unpack "corpus-${name#fuzz_}"
# the words are separate arguments
# shellcheck disable=SC2086
exec "$program" -max_total_time="$seconds" -rss_limit_mb=1024 -malloc_limit_mb=256 -timeout=120 \
	"$@" -artifact_prefix="$work/findings/" -print_final_stats=1 \
	${FUZZ_FLAGS-} "$work/corpus" "$work/seeds"
