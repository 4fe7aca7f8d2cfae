# SPDX-License-Identifier: GPL-2.0-or-later
# Probes in user programs that take more than one command: whose hits count, and what
# becomes of a program when its script ends.

# Builds a module of SCRIPT and runs LINE in the guest, where $run stands for ptaprun,
# $program for the program.  Its output must have a line for each of WANTED, patterns.
proc process_test {test script line wanted {staging ""}} {
    if {$staging eq ""} {
	set staging $::ptap_staging
    }
    set name ptap_process
    set program [ptap_compiled userprog]
    set module [run_module $name [string map [list PROGRAM $program] $script] -g]
    set line [string map [list \$run "timeout 100 $staging -R" \$module $module \
			      \$program $program] $line]
    lassign [ptap_guest "$line"] status out err
    set reason ""
    foreach want $wanted {
	if {![regexp -line -- $want $out$err]} {
	    append reason "no line is $want: $out$err "
	}
    }
    ptap_verdict "run/13-6 $test" $reason
    ptap_guest_clean "run/13-6 $test"
}

set process_pids {
    global pids, other
    probe process("PROGRAM").function("user_add") {
	pids[pid()]++
	other += pid() != target()
	if (pids[pid()] == 20) exit()
    }
    probe end {
	foreach (p in pids) n++
	printf("programs %d, others %d\n", n, other > 0)
    }
}

# The text of .note.gnu.build-id.
proc process_build_id {path} {
    lassign [ptap_shell "readelf -n [ptap_quote $path]"] status out
    regexp {Build ID: ([0-9a-f]+)} $out - id
    return $id
}

# What a program of 32 bits has on a kernel of 64 is what it has on its own.
proc process_test_narrow {} {
    set ::ptap_narrow 1
    foreach name {callee function library mark return thread-local write} {
	set file $::ptap_srcdir/testsuite/run/13-6-$name.stp
	ptap_test_run "run/13-6-$name.stp, 32 bits" [ptap_directives $file] \
	    $file none
    }
    set ::ptap_narrow 0
}

# The program was built again after the script was.
proc process_test_mismatch {} {
    set copy $::ptap_work/usercopy
    file copy -force [ptap_compiled userprog] $copy
    set script [string map [list PROGRAM $copy] {
	probe process("PROGRAM").function("user_add") { exit() }
    }]
    set module [run_module ptap_process $script]
    set old [process_build_id $copy]
    file copy -force [ptap_compiled usershared] $copy
    set new [process_build_id $copy]
    foreach {test want} [list \
	    "a program of another build" \
	    "'$copy' has the build id $new, but the script was made for $old" \
	    "a program that is gone" "cannot open '$copy'"] {
	lassign [ptap_guest "$::ptap_staging -R $module"] status out err
	ptap_verdict "run/13-6 $test" \
	    [expr {$status == 3 && [string first $want $err] >= 0 ? "" :
		   "status $status, not '$want': $err"}]
	file delete $copy
    }
}

# One that has no build id is known by its hash, and such a script, too, is made
# again when the program was.
proc process_test_unnamed {} {
    set program $::ptap_work/usernoid
    lassign [ptap_shell "objcopy --remove-section=.note.gnu.build-id\
	[ptap_quote [ptap_compiled userprog]] [ptap_quote $program]"]
    set script "probe process(\"$program\").function(\"user_half\") { println(\"half\"); exit() }"
    set line "[ptap_quote $::ptap_program] --vm -r $::ptap_release\
	-e [ptap_quote $script] -c [ptap_quote "$program calls"]"
    foreach test {"a program without a build id" "the same, built again"} {
	lassign [ptap_shell $line] status out err
	ptap_verdict "run/13-6 $test" \
	    [expr {$status == 0 && [string first "half\n" $out] >= 0 ? "" :
		   "status $status: $out$err"}]
	ptap_shell "printf x >> [ptap_quote $program]"
    }
}

proc run_test_process {} {
    if {![ptap_guest_start]} {
	unresolved "run/13-6"
	return
    }
    process_test "-x: one of two" $::process_pids {
	$program spin 90000 & a=$!; $program spin 90000 & b=$!
	$run -x $a $module; kill $a $b
    } {{^programs 1, others 0$}}
    process_test "no -x: both" $::process_pids {
	$program spin 90000 & a=$!; $program spin 90000 & b=$!
	$run $module; kill $a $b
    } {{^programs 2, others 1$}}
    process_test "-x: children" $::process_pids {
	sh -c '$program spin 90000; true' & a=$!; $program spin 90000 & b=$!
	$run -x $a $module; pkill -P $a; kill $b
    } {{^programs 1, others 1$}}
    process_test "-c: only what it starts" $::process_pids {
	$program spin 90000 & b=$!
	$run -c "$program spin 90000" $module; kill $b
    } {{^programs 1, others 0$}}
    process_test "the script ends while functions run" {
	probe process("PROGRAM").function("user_factorial").return {
	    if ($n == 3 && $return == 6) exit()
	}
    } {
	$run $module & a=$!
	while kill -0 $a 2>/dev/null; do
	    $program factorial 12 || echo "status $?"
	done | sort -u
	echo over
    } {{^factorial 479001600\nover$}}
    set program [ptap_compiled userprog]
    lassign [ptap_shell "nm [ptap_quote $program] | sed -n 's/ T user_add$//p'"] \
	status address
    process_test "an address as it is" [string map [list ADDRESS 0x[string trim $address]] {
	probe process("PROGRAM").statement(ADDRESS).absolute { a++ }
	probe process("PROGRAM").statement(ADDRESS).absolute.return { r++ }
	probe process("PROGRAM").function("user_add") { named++ }
	global a, r, named
	probe end { printf("%d\n", a && a == r && a == named) }
    }] {$run -c "$program calls" $module} {^1$}
    process_test_mismatch
    process_test_unnamed
    process_test_narrow
}
