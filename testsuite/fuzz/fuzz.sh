#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# fuzz.sh PROGRAM SECONDS: runs a libFuzzer harness, made by `make fuzz-programs`,
# on what an earlier run kept and the scripts of the tree.  All that it finds is
# in fuzz.work/NAME below the current folder; the exit status is 0 without a
# finding.  More options for libFuzzer: FUZZ_FLAGS.
set -u
program=$1
seconds=$2
source=$(cd "$(dirname "$0")/../.." && pwd)
name=${program##*/}
work=fuzz.work/$name

mkdir -p "$work/corpus" "$work/findings" "$work/seeds"
find "$source/testsuite" "$source/examples" "$source/tapsets" \
	-name '*.stp' -o -name '*.stpm' |
	while read -r file; do
		seed=$(printf '%s' "${file#"$source"/}" | tr / _)
		cp "$file" "$work/seeds/$seed"
	done
for corpus in corpus "corpus-${name#fuzz_}"; do
	[ ! -f "$source/testsuite/fuzz/$corpus.tar.xz" ] ||
		tar -xJf "$source/testsuite/fuzz/$corpus.tar.xz" \
			-C "$work/seeds" || exit 1
done
# the words are separate arguments
# shellcheck disable=SC2086
exec "$program" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=120 \
	-max_len=8192 -dict="$source/testsuite/fuzz/script.dict" \
	-artifact_prefix="$work/findings/" -print_final_stats=1 \
	${FUZZ_FLAGS-} "$work/corpus" "$work/seeds"
