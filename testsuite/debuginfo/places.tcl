# SPDX-License-Identifier: GPL-2.0-or-later
# Where values are, as compilers only rarely say it, and what is said of values that
# are nowhere.

# An optimised-out variable's error says where its value can be had.
proc dbg_test_alive {} {
    global dbg_work dbg_dir
    dbg_shell "gcc -g -O2 -no-pie -Wl,--build-id [ptap_quote $dbg_dir/alive.c] -o alive"
    set later [dbg_line "line: later" alive.c]
    foreach {what want} [list \
	{dropped unused} "\\\[optimised-out\\\] '\$unused' *: only its caller knows it |\
	    its caller has the value where it calls 'dropped':\
	    kernel.statement(\"calls@*alive.c:[dbg_line {line: call} alive.c]\")" \
	{dropped used} "int: reg 5; *" \
	{late first} "\\\[optimised-out\\\] '\$first' has no value yet where the\
	    function starts | the nearest line where it has its value:\
	    kernel.statement(\"late@*alive.c:$later\")" \
	{copy way} "\\\[optimised-out\\\] * | it comes from line\
	    [dbg_line {line: copy} alive.c] of 'alive.c', where 'copy' was inlined\
	    into 'calls'" \
    ] {
	dbg_check "optimised out: $what" [list $dbg_work/alive show {*}$what] $want
    }
    dbg_check "optimised out: the line that is named" \
	[list $dbg_work/alive run =late@alive.c:$later first] 4
}
