#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The one-way order of the rooms, from the #include lines.
. "$PTAP_SRCDIR/testsuite/style/common.sh"

translator=$(sources translator | xargs awk '
	BEGIN {
		n = split("base:1 lang:2 debuginfo:2 regex:2 probe:3 sema:4 emit:5 " \
			"build:6 vm:7 main:8", rooms, " ")
		for (i = 1; i <= n; i++) {
			split(rooms[i], pair, ":")
			rank[pair[1]] = pair[2]
		}
	}
	FNR == 1 {
		parts = split(FILENAME, path, "/")
		room = parts > 2 ? path[2] : "main"
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		split($0, quoted, "\"")
		name = quoted[2]
		# the formatter is shared by all three programs
		if (name ~ /runtime\// && name !~ /runtime\/format\//)
			print FILENAME ":" FNR ": includes the runtime: " name
		sub(/^(\.\.\/)+/, "", name)
		if (name !~ /\//)
			next
		split(name, to, "/")
		if (to[1] in rank && to[1] != room &&
		    rank[to[1]] + 0 >= rank[room] + 0)
			print FILENAME ":" FNR ": " room " must not see " to[1]
	}
	/^[ \t]*#[ \t]*include[ \t]*<(elfutils\/|libelf|gelf|dwarf|bpf\/)/ {
		if (room != "debuginfo")
			print FILENAME ":" FNR ": only debuginfo includes " $2
	}')
runtime=$(sources runtime include | xargs awk '
	/^[ \t]*#[ \t]*include[ \t]*"/ && /translator/ {
		print FILENAME ":" FNR ": sees the translator"
	}
	FILENAME ~ /^include\// && /^[ \t]*#[ \t]*include[ \t]*"/ && /\// {
		print FILENAME ":" FNR ": include/ depends on nothing"
	}')
verdict "$translator${runtime:+
$runtime}"
