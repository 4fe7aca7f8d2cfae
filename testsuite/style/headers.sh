#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The licence is named in the first lines of each source.
. "$PTAP_SRCDIR/testsuite/style/common.sh"

verdict "$(sources translator runtime include testsuite | while read -r file; do
	head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' ||
		echo "$file: no SPDX line"
done)"
