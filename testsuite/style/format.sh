#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The layout that .clang-format describes, by the version it was made with; and
# what every editor can get wrong: spaces at line ends, lines far too long.
. "$PTAP_SRCDIR/testsuite/style/common.sh"

layout=
if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
	layout=$(sources translator runtime include testsuite | grep '\.[ch]$' |
		xargs clang-format --dry-run 2>&1 | grep 'warning:')
fi
verdict "$layout$(sources translator runtime include testsuite | xargs awk '
	/[ \t]$/ { print FILENAME ":" FNR ": space at the end of the line" }
	length($0) > 100 { print FILENAME ":" FNR ": line of " length($0) }')"
