# SPDX-License-Identifier: GPL-2.0-or-later
# What the style checks share.  Each check prints what is wrong, a line each, and
# fails if it printed anything.
cd "$PTAP_SRCDIR" || exit 2

# Generated files are not ours to check.
sources() # FOLDER...
{
	find "$@" -type f \( -name '*.[chyl]' -o -name '*.S' \) \
		! -name '*.mod.c' ! -path '*/lang/grammar.[ch]' \
		! -path '*/lang/lexer.c' | sort
}

verdict() # OUTPUT
{
	[ -z "$1" ] && exit 0
	printf '%s\n' "$1"
	exit 1
}
