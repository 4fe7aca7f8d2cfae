#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makefile.am names every file that is compiled, installed or packed, and no file of
# these folders that is not there: without it there is no tarball.
. "$PTAP_SRCDIR/testsuite/style/common.sh"

unnamed=$( (sources translator runtime include
	find testsuite examples tapsets doc -type f ! -name '.*' \
		! -path '*/.deps/*' ! -name '*.a' \
		! \( -path 'testsuite/fuzz/fuzz_*' -perm -u+x \) \
		! -name '*.o' ! -name '*.ko' ! -name '*.mod*') |
	while read -r file; do
		grep -qE "(^|[[:space:]])$file([[:space:]]|\$)" Makefile.am ||
			echo "Makefile.am does not name $file"
	done)
gone=$(grep -oE '(testsuite|runtime|tapsets|examples|doc)/[A-Za-z0-9_./+-]+\.[a-z0-9]+' \
	Makefile.am | grep -vE '\.(a|o)$' | sort -u | while read -r file; do
		[ -e "$file" ] || echo "Makefile.am names $file, which is not there"
	done)
# what each script's module is made of, in the list of what is installed
installed=$(sed -n '/^nobase_runtime_DATA/,/[^\\]$/p' Makefile.am)
missing=$(find runtime -path runtime/staging -prune -o \
	\( -name '*.[chS]' -o -name Kbuild \) -print |
	while read -r file; do
		case $installed in
		*"	$file"*) ;;
		*) echo "make install forgets $file" ;;
		esac
	done)
verdict "$unnamed$gone$missing"
