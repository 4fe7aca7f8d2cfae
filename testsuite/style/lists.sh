#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makefile.am names every file that is compiled, installed or packed.
. "$PTAP_SRCDIR/testsuite/style/common.sh"

verdict "$( (sources translator runtime include
	find testsuite examples tapsets doc -type f ! -name '.*' \
		! -path '*/.deps/*' ! -name '*.a' \
		! \( -path 'testsuite/fuzz/fuzz_*' -perm -u+x \) \
		! -name '*.o' ! -name '*.ko' ! -name '*.mod*') |
	while read -r file; do
		grep -qE "(^|[[:space:]])$file([[:space:]]|\$)" Makefile.am ||
			echo "Makefile.am does not name $file"
	done)"
