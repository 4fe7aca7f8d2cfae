#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every diagnostic has a test that names it.
. "$PTAP_SRCDIR/testsuite/style/common.sh"

verdict "$(sed -n 's/^[[:space:]]*X([A-Z0-9_]*, "\([^"]*\)").*/\1/p' \
	translator/base/codes.h |
	while read -r slug; do
		# a defect of ptap itself: no input may lead there
		[ "$slug" = internal ] && continue
		grep -rqE --include='*.stp' --include='*.exp' --include='*.tcl' \
			-e "expect: $slug( |\$)" -e "result $slug( |\$)" \
			-e "^[[:space:]]*$slug( |\$)" \
			-e "[[{\"]$slug([]} \"]|\\\\\])" testsuite examples ||
			echo "translator/base/codes.h: no test names '$slug'"
	done)"
