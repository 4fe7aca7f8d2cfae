# SPDX-License-Identifier: GPL-2.0-or-later
# Bulk mode: a script that prints on both CPUs, into a file for each of them; what is
# merged from these is what the script prints without -b.

# Runs the script with OPTIONS.  Returns status, stdout, stderr.
proc bulk_run {options} {
    set script {
	global n
	probe kernel.function("vfs_read") {
	    if (execname() == "opener" && $count == 34)
		printf("%d on %d\n", ++n, cpu())
	}
	probe end { printf("%d in all\n", n) warn("that was it") }
    }
    set opener [ptap_compiled opener]
    set command "taskset 1 $opener read /etc/passwd 34 3000 &\
	taskset 2 $opener read /etc/passwd 34 3000; wait"
    # a guest's CPU may be put aside while it holds the lock of n
    return [ptap_shell "[ptap_quote $::ptap_program] --vm -r $::ptap_release\
	-D MAXTRYLOCK=100000 $options -c [ptap_quote $command]\
	-e [ptap_quote $script]"]
}

# OUT without its CPU numbers, which are not the same in two runs.
proc bulk_lines {out} {
    return [regsub -all -line { on [0-9]+$} $out ""]
}

# The files FILES of bulk mode merged.  Returns status, stdout, stderr.
proc bulk_merge {files} {
    set line "[ptap_quote $::ptap_staging] --merge -v"
    foreach file $files {
	append line " [ptap_quote $file]"
    }
    return [ptap_shell $line]
}

proc run_test_bulk {} {
    set base $::ptap_work/bulk
    set files [list ${base}_0 ${base}_1]
    file delete {*}$files
    lassign [bulk_run ""] status normal err
    set reason ""
    if {$status != 0 || ![regexp -line {^6000 in all$} $normal]} {
	set reason "without -b: status $status: $err"
    }
    lassign [bulk_run "-b -o [ptap_quote $base]"] status out err
    if {$status != 0 || "$out$err" ne ""} {
	append reason "with -b: status $status: $out$err"
    }
    lassign [bulk_merge $files] status out err
    if {$status != 0 ||
	$err ne "WARNING: that was it\nptaprun: 6002 records of 2 files, 0 damaged\n"} {
	append reason "merged: status $status: $err"
    } elseif {[bulk_lines $out] ne [bulk_lines $normal]} {
	append reason "merged is not as printed: [string range $out 0 300]"
    } elseif {![regexp -line { on 0$} $out] || ![regexp -line { on 1$} $out]} {
	append reason "only one CPU printed"
    }
    lassign [bulk_merge [lindex $files 1]] status out err
    if {$status != 4 || ![regexp -line {^WARNING: the file of CPU 0} $err]} {
	append reason "one file: status $status: $err"
    }
    ptap_verdict "run/08-3 bulk mode" $reason
    ptap_guest_clean "run/08-3 bulk mode"
}

# The staging tool by itself: the names without -o, a run-time error, a full disk.
proc run_test_bulk_tool {} {
    set module [run_module ptap_bulk {
	probe begin { println("first") x = 0 println(1 / x) }
	probe error { println("last") }
    }]
    set tool [ptap_quote $::ptap_staging]
    lassign [ptap_guest "mkdir /tmp/bulk && cd /tmp/bulk && $tool -b $module;\
	echo status \$?; ls; $tool --merge stpd_cpu*; echo status \$?;\
	ln -s /dev/full full_1; $tool -b -o full $module; echo status \$?"] \
	status out err
    set reason ""
    if {$out ne "status 1\nstpd_cpu0\nstpd_cpu1\nfirst\nlast\nstatus 0\nstatus 2\n"} {
	set reason "stdout: $out: $err"
    }
    foreach pattern {
	{^WARNING: Number of errors: 1, skipped probes: 0\nWARNING: what the}
	{^ERROR: division by 0 near}
	{^ERROR: cannot write full_1: No space left on device$}
    } {
	if {![regexp -line -- $pattern $err]} {
	    append reason "nothing matches $pattern: $err"
	}
    }
    ptap_verdict "run/08-3 ptaprun -b" $reason
    ptap_guest_clean "run/08-3 ptaprun -b"
}
