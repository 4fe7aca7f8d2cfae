# SPDX-License-Identifier: GPL-2.0-or-later
# Thousands of random formats, printed by ptaprun from records and by sprintf() in
# the kernel: both must be what the reference of testsuite/format makes of them.

proc run_test_formats {} {
    set test "run/08-2 10,240 formats and values both ways"
    set dir $::ptap_work/formats
    set source $::ptap_srcdir/testsuite/format
    file mkdir $dir
    exec {*}$::env(CC) -O1 -std=gnu11 -o $dir/pairs $source/pairs.c \
	$source/reference.c
    exec $dir/pairs 88172645463325252 320 32 $dir/formats.stp $dir/expected
    set line "[ptap_quote $::ptap_program] --vm -r $::ptap_release -g"
    append line " -DMAXACTION_INTERRUPTIBLE=1000000 -DMAXACTION=1000000"
    append line " [ptap_quote $dir/formats.stp] > [ptap_quote $dir/printed]"
    lassign [ptap_shell $line] status out err
    set reason ""
    if {$status != 0} {
	set reason "exit status $status: [string range $err 0 300]"
    } elseif {[catch {exec cmp $dir/printed $dir/expected} difference]} {
	set reason $difference
    }
    ptap_verdict $test $reason
    ptap_guest_clean $test
}
