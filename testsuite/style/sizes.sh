#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A file has at most 1200 lines, a function 80, unless a comment right before it
# says "long because ...".
. "$PTAP_SRCDIR/testsuite/style/common.sh"

verdict "$(sources translator runtime include testsuite | xargs awk '
	FNR == 1 {
		if (last && lines > 1200)
			print last ": " lines " lines"
		last = FILENAME
		waiver = 0
		start = 0
	}
	{ lines = FNR }
	/long because/ { waiver = FNR }
	/^\{/ {
		start = FNR
		waived = waiver && FNR - waiver <= 8
	}
	/^\}/ {
		if (start && FNR - start - 1 > 80 && !waived)
			print FILENAME ":" start ": function of " \
				FNR - start - 1 " lines"
		start = 0
	}
	END {
		if (lines > 1200)
			print last ": " lines " lines"
	}')"
