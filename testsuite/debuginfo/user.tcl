# SPDX-License-Identifier: GPL-2.0-or-later
# User programs: as distributions build them, position independent, with .eh_frame.

proc dbg_test_user {} {
    foreach flags {-O0 -O1 -O2 -O3} {
	dbg_test_compiler user-gcc$flags gcc $flags "" user:
    }
    if {[auto_execok clang] ne ""} {
	foreach flags {-O0 -O2} {
	    dbg_test_compiler user-clang$flags clang $flags "" user:
	}
    }
}
