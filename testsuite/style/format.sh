#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What clang-format would otherwise say is for `make format-report`; here only
# what every editor can get wrong: spaces at line ends, lines far too long.
. "$PTAP_SRCDIR/testsuite/style/common.sh"

verdict "$(sources translator runtime include testsuite | xargs awk '
	/[ \t]$/ { print FILENAME ":" FNR ": space at the end of the line" }
	length($0) > 100 { print FILENAME ":" FNR ": line of " length($0) }')"
