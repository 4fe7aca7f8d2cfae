#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions that have a better one, and words that mean unfinished work.
. "$PTAP_SRCDIR/testsuite/style/common.sh"

functions='strcpy|strncpy|strcat|strncat|sprintf|vsprintf|gets|strtok|system|popen|atoi|atol|atoll|alloca|mktemp|tmpnam'
calls=$(sources translator runtime | xargs grep -nE \
	"(^|[^A-Za-z0-9_>.\"])($functions)[[:space:]]*\\(" |
	sed 's/"[^"]*"/""/g' | grep -vE '^[^:]+:[0-9]+:[[:space:]]*(\*|/\*|//)' |
	grep -E "(^|[^A-Za-z0-9_>.])($functions)[[:space:]]*\\(")
words=$(sources translator runtime include testsuite | xargs grep -nwE \
	'TODO|FIXME|XXX|HACK')
verdict "$calls$words"
