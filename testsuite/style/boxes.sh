#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every box of doc/language.md has a test, and its last column names them all.
# With --write, writes that column.
. "$PTAP_SRCDIR/testsuite/style/common.sh"

table=doc/language.md

# The tests of one box, as "group: name, name; group: name".
tests_of() # BOX
{
	section=${1%.*}
	number=${1#*.}
	find testsuite -type f -name "$section-$number-*" ! -name '*.out' |
		sed 's|^testsuite/||' | LC_ALL=C sort |
		sed -E 's|^([^/]*)/(.*/)?[0-9a]+-[0-9]+-([^/]*)$|\1 \2\3|
			s|\.stp$||' |
		awk '{
			if ($1 != group)
				printf "%s%s: %s", (NR > 1 ? "; " : ""), $1, $2
			else
				printf ", %s", $2
			group = $1
		}'
}

written()
{
	while IFS= read -r line; do
		case $line in
		'| '[0-9]*)
			box=$(expr "$line" : '| \([0-9a]*\.[0-9]*\) |')
			head=$(expr "$line" : '\(| [^|]* | [^|]* | \)')
			tests=$(tests_of "$box")
			printf '%s%s|\n' "$head" "${tests:+$tests }"
			;;
		*)
			printf '%s\n' "$line"
			;;
		esac
	done <"$table"
}

untested()
{
	awk -F'|' '/^\| [0-9]/ && $4 ~ /^ *$/ {
		print "'$table': box" $2 "has no test" }' "$table"
}

# A test whose name claims a box that the table does not have.
unknown()
{
	find testsuite -type f -name '[0-9]*-[0-9]*-*' |
		while IFS= read -r file; do
			name=${file##*/}
			box=$(expr "$name" : '\([0-9]*a*-[0-9]*\)-' | tr - .)
			grep -qF "| $box |" "$table" ||
				echo "$file: $table has no box $box"
		done
}

new=$(written)
if [ "$1" = --write ]; then
	printf '%s\n' "$new" >"$table"
	exit 0
fi
verdict "$(
	[ "$new" = "$(cat "$table")" ] ||
		echo "$table: run 'make language-table'"
	untested
	unknown
)"
