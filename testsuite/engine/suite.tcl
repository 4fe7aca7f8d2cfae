# SPDX-License-Identifier: GPL-2.0-or-later
# How the conformance suite of the probe engine is run in a guest: the same modules against
# the kernel's own kprobes and against the engine, for each word size.

proc engine_run {arch which groups} {
    set dir [engine_modules]
    set usual $::ptap_timeout
    set ::ptap_timeout 1200
    lassign [ptap_exec [list $::ptap_vm run -n --timeout 1150 -- \
			    sh $::ptap_srcdir/testsuite/engine/suite.sh \
			    $dir $which {*}$groups]] status out err
    set ::ptap_timeout $usual
    foreach line [split $out "\n"] {
	if {![regexp {^(PASS|FAIL|SKIP|FIGURE): (.*)} $line - verdict text]} {
	    continue
	}
	set test "engine/$arch/$which/$text"
	switch $verdict {
	    PASS { pass $test }
	    FAIL { fail $test }
	    SKIP { unsupported $test }
	    FIGURE { clone_output "    $test" }
	}
    }
    if {$status != 0 || ![regexp -line {^DONE$} $out]} {
	fail "engine/$arch/$which/[join $groups]: [lindex [split $err \n] 0]"
    }
}

# The modules and the load program, built for the guest's kernel: the folder.
proc engine_modules {} {
    set dir $::ptap_work/engine-[file tail $::ptap_release]
    if {![file exists $dir/load]} {
	file mkdir $dir
	exec sh $::ptap_srcdir/testsuite/engine/build.sh $::ptap_srcdir $dir \
	    [ptap_build_folder] {*}[ptap_make_arch] \
	    > $dir/make.log 2>@1
	exec {*}$::env(CC) {*}[expr {[ptap_make_arch] eq "" ? "" : "-m32"}] \
	    -O1 -o $dir/load $::ptap_srcdir/testsuite/engine/load.c -lpthread
    }
    return $dir
}

proc engine_test {arch step} {
    if {![ptap_guest_start]} {
	unresolved "engine/$arch"
	return
    }
    if {[catch engine_modules]} {
	fail "engine/$arch: the modules cannot be built: see\
	    engine-[file tail $::ptap_release]/make.log"
	return
    }
    if {[regexp -line {^.*: warning: objtool: .*$} \
	     [ptap_read [engine_modules]/make.log] warning]} {
	fail "engine/$arch: $warning"
    } else {
	pass "engine/$arch: objtool is content"
    }
    set groups {examples errors sites entries forms returns handlers unload}
    if {[file isdirectory [engine_modules]/kernel]} {
	engine_run $arch kernel $groups
    }
    engine_run $arch engine [concat $groups {jprobes joining fire exits} all=$step text]
}

proc engine_tests {step} {
    if {[ptap_guest_missing] ne ""} {
	untested "engine: [ptap_guest_missing]"
	return
    }
    engine_test amd64 $step
    if {[ptap_i386_missing] ne ""} {
	untested "engine/i386: [ptap_i386_missing]"
	return
    }
    ptap_with_kernel [ptap_i386_release] {
	engine_test i386 $step
    }
}
