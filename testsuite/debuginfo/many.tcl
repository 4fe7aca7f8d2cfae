# SPDX-License-Identifier: GPL-2.0-or-later
# Globs over modules open thousands of them: their images must not all stay in
# memory, and what rested must be as it was when it is needed again.

proc dbg_test_many {} {
    dbg_shell "rm -f many.o && echo 'char padding\[4 << 20\] = { 1 };' |\
	gcc -x c -c -o padding.o - &&\
	gcc -c -g -O2 -no-pie -o part.o [ptap_quote $::dbg_dir/sample.c] &&\
	ld -r --build-id -o many.o part.o padding.o"
    # sanitizers take memory of their own
    set most [expr {[info exists ::env(PTAP_SANITIZED)] ? 0 : 250}]
    dbg_check "many modules" [list $::dbg_work/many.o 100 $most] \
	"the same 100 times" many
}
