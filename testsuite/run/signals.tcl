# SPDX-License-Identifier: GPL-2.0-or-later
# Tests that need more than one command: signals, scripts side by side.

# Starts a shell command line in the background, its output in the file OUT.
# Returns its process.
proc run_start {line out} {
    close [open $out w]
    return [exec sh -c $line < /dev/null >& $out &]
}

# Waits until PATTERN is in the file OUT; false if it does not come.
proc run_wait {pattern out} {
    for {set i 0} {$i < 600} {incr i} {
	if {[regexp -line -- $pattern [ptap_read $out]]} {
	    return 1
	}
	after 100
    }
    return 0
}

proc run_wait_end {pid} {
    for {set i 0} {$i < 300 && [file exists /proc/$pid]} {incr i} {
	if {[regexp {\) Z } [ptap_read /proc/$pid/stat]]} {
	    return 1
	}
	after 100
    }
    return [expr {![file exists /proc/$pid]}]
}

proc run_module {name script {options ""}} {
    set dir $::ptap_work/modules
    file mkdir $dir
    set line "cd [ptap_quote $dir] && [ptap_quote $::ptap_program] -r $::ptap_release"
    append line " $options -p4 -m $name -e [ptap_quote $script]"
    lassign [ptap_shell $line] status out err
    if {$status != 0} {
	fail "run: cannot build $name: $err"
    }
    return $dir/$name.ko
}

# A signal to ptap ends the script in good order, and is no failure.
proc run_test_signal {signal} {
    set out $::ptap_work/signal.out
    set script {probe begin { println("up") } probe end { println("over") }}
    set line "[ptap_quote $::ptap_program] --vm -r $::ptap_release -e [ptap_quote $script]"
    set pid [run_start "sh -c [ptap_quote "echo pid \$\$; exec $line"]; echo status \$?" $out]
    set reason ""
    if {![run_wait {^up$} $out]} {
	set reason "it did not start: [ptap_read $out]"
    }
    regexp -line {^pid ([0-9]+)$} [ptap_read $out] - program
    ptap_kill $signal $program
    if {![run_wait_end $pid]} {
	set reason "it did not end"
	ptap_kill KILL $program
    } elseif {![regexp -line {^over$} [ptap_read $out]]} {
	set reason "its end probe did not run: [ptap_read $out]"
    } elseif {![regexp -line {^status 0$} [ptap_read $out]]} {
	set reason "it failed: [ptap_read $out]"
    }
    ptap_verdict "run/$signal ends a script" $reason
    ptap_guest_clean "run/$signal"
}

# The staging tool is killed: the module stops by itself and can be unloaded.
proc run_test_killed {} {
    set module [run_module ptap_killed_tool {
	global n
	probe kernel.function("*@fs/n*.c").call, kernel.function("*@fs/d*.c").call { n++ }
	probe timer.ms(20) { println("tick") }
	probe end { println(n) }
    }]
    lassign [ptap_guest "sh $::ptap_srcdir/testsuite/run/killed.sh\
	$::ptap_staging $module ptap_killed_tool 4"] status out err
    ptap_verdict "run/SIGKILL of ptaprun" \
	[expr {$status ? "status $status: $out$err" : ""}]
    ptap_guest_clean "run/SIGKILL of ptaprun"
}

# Two scripts at one time, of the same function, each with its own count.
proc run_test_parallel {} {
    set outs {}
    foreach i {1 2} {
	set script "global n probe begin { println(\"up\") }\
	    probe kernel.function(\"vfs_read\") { if (execname() == \"opener\" && \$count == 7$i) n++ }\
	    probe timer.ms(50) { if (n >= 3) exit() }\
	    probe end { printf(\"$i: %d\\n\", n) }"
	set out $::ptap_work/parallel-$i.out
	lappend outs $out
	lappend pids [run_start "exec [ptap_quote $::ptap_program] --vm -r $::ptap_release -e [ptap_quote $script]" $out]
    }
    set reason ""
    foreach out $outs {
	if {![run_wait {^up$} $out]} {
	    set reason "a script did not start: [ptap_read $out]"
	}
    }
    set opener [ptap_compiled opener]
    ptap_guest "$opener read /etc/passwd 71 3; $opener read /etc/passwd 72 3"
    foreach pid $pids out $outs i {1 2} {
	if {![run_wait_end $pid]} {
	    set reason "script $i did not end"
	    ptap_kill KILL $pid
	} elseif {![regexp -line "^$i: 3\$" [ptap_read $out]]} {
	    set reason "script $i: [ptap_read $out]"
	}
    }
    ptap_verdict "run/two scripts side by side" $reason
    ptap_guest_clean "run/two scripts"
}

# A script for a module of another build than the one that is loaded is refused.
proc run_test_other_module {} {
    set dir $::ptap_work/other-module
    file mkdir $dir
    set module $dir/ptap_testmod.ko
    file copy -force [ptap_testmod] $module
    ptap_shell "cd [ptap_quote $dir] &&\
	objcopy --dump-section .note.gnu.build-id=note ptap_testmod.ko &&\
	printf XXXX | dd of=note bs=1 seek=16 conv=notrunc 2>/dev/null &&\
	objcopy --update-section .note.gnu.build-id=note ptap_testmod.ko"
    set script {probe module(@1).function("ptm_two") { println($a) }}
    lassign [ptap_shell "[ptap_quote $::ptap_program] --vm -r $::ptap_release\
	-T 1 -e [ptap_quote $script] [ptap_quote $module]"] status out err
    ptap_verdict "run/module of another build" \
	[expr {$status == 3 && [regexp {has the build id [0-9a-f]{40}, but the script was made for 58585858} $err] ?
	       "" : "status $status: $err"}]
}

# Modules as distributions install them.
proc run_test_compressed_module {} {
    set dir $::ptap_work/compressed
    foreach {program suffix} {xz xz gzip gz} {
	file mkdir $dir
	file copy -force [ptap_testmod] $dir/ptap_testmod.ko
	ptap_shell "cd [ptap_quote $dir] && $program -f ptap_testmod.ko"
	set script {probe module(@1).function("ptm_eight") { println($h); exit() }}
	lassign [ptap_shell "[ptap_quote $::ptap_program] --vm -r $::ptap_release\
	    -e [ptap_quote $script] -c 'echo \"eight 1\" > /proc/ptap_testmod/trigger'\
	    [ptap_quote $dir/ptap_testmod.ko.$suffix]"] status out err
	ptap_verdict "run/module compressed by $program" \
	    [expr {$status == 0 && [string trim $out] eq "8" ? "" : "$out$err"}]
    }
    ptap_shell "printf '\\37\\213rubbish' > [ptap_quote $dir/bad.ko.gz]"
    lassign [ptap_shell "[ptap_quote $::ptap_program] -r $::ptap_release -p2\
	-e 'probe module(@1).function(\"x\") {}' [ptap_quote $dir/bad.ko.gz]"] \
	status out err
    ptap_verdict "run/module that does not unpack" \
	[ptap_check_expected {bad-debuginfo} $err]
}

# An address of the running kernel, which no debuginfo knows.
proc run_test_absolute {} {
    lassign [ptap_guest {sed -n 's/ [tT] do_sys_openat2$//p' /proc/kallsyms}] \
	status address err
    set script "probe kernel.statement(0x[string trim $address]).absolute {\
	if (execname() == \"cat\") { println(\"hit in \", symname(addr())); exit() } }"
    lassign [ptap_shell "[ptap_quote $::ptap_program] --vm -r $::ptap_release\
	-g -e [ptap_quote $script] -c 'cat /proc/version'"] status out err
    ptap_verdict "run/absolute address" \
	[expr {[regexp -line {^hit in do_sys_openat2$} $out] ? "" : "$out: $err"}]
}

proc run_signal_tests {} {
    if {![ptap_guest_start]} {
	unresolved "run/signals"
	return
    }
    run_test_signal INT
    run_test_signal TERM
    run_test_killed
    run_test_parallel
    run_test_other_module
    run_test_compressed_module
    run_test_absolute
}
