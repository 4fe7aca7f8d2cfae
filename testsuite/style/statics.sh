#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# gcc gets the runtime's files in heaps (translator/build/kbuild.h), where two
# static variables of one name and type silently become one variable.
. "$PTAP_SRCDIR/testsuite/style/common.sh"

verdict "$(sources runtime | grep -v /staging/ | grep '\.c$' | xargs awk '
	/^(static |DEFINE_|LIST_HEAD|DECLARE_)/ {
		line = $0
		sub(/[ \t]*(=|;|\[|__attribute__|____).*$/, "", line)
		if (line ~ /^[A-Z_]+\(/) {
			sub(/^[A-Z_]+\(/, "", line)
			sub(/[,)].*$/, "", line)
		} else if (line ~ /\(/) {
			next # functions clash aloud
		} else if (match(line, /[A-Za-z_0-9]+$/)) {
			line = substr(line, RSTART)
		}
		if (line ~ /[{(]/)
			next
		if (line in seen && seen[line] != FILENAME)
			print FILENAME ":" FNR ": static " line \
				" is in " seen[line] ", too"
		seen[line] = FILENAME
	}')"
