# SPDX-License-Identifier: GPL-2.0-or-later
# The two ways to build a module give the same result, as do the kernel's kprobes
# and the bundled engine, and a module runs with other values of its globals.

# The scripts with DIRECTIVE once more with OPTION: what was true is true then, too.
proc run_test_again {directive option words} {
    foreach file [lsort [glob -nocomplain $::ptap_srcdir/testsuite/run/*.stp]] {
	set directives [ptap_directives $file]
	if {![dict exists $directives $directive]} {
	    continue
	}
	dict set directives args [list "$option \
	    [ptap_directive $directives args]"]
	ptap_test_run "run/[file tail $file], $words" $directives $file \
	    [run_golden $file]
    }
}

proc run_test_ways {} {
    run_test_again both-ways --kbuild=full "built by kbuild"
    run_test_again both-engines --engine=bundled "with the bundled engine"
}

# Runs MODULE with ARGUMENTS in the guest; it must print TEXT and end with STATUS.
proc run_module_with {module arguments text {want 0}} {
    lassign [ptap_guest "$::ptap_staging -R $module $arguments"] status out err
    set reason ""
    if {$status != $want} {
	set reason "exit status $status: $out$err"
    } elseif {[string first $text $out$err] < 0} {
	set reason "not '$text': $out$err"
    }
    ptap_verdict "run/03-2 ptaprun MODULE.ko $arguments" $reason
}

proc run_test_parameters {} {
    set module [run_module ptap_parameters {
	global number = 5, text = "plain", count, never, large = 1
	global bound = 3
	probe begin {
	    if (bound == 3) println("as written")
	    if (bound > 3) println("more than ", bound)
	    count++
	    printf("%d %s %d %d %d.\n", number, text, count, never, large)
	    exit()
	}
    }]
    run_module_with $module "" "as written\n5 plain 1 0 1.\n"
    run_module_with $module "number=-7 never=0x10 count=41" \
	"as written\n-7 plain 42 16 1.\n"
    run_module_with $module "bound=4 large=18446744073709551615" \
	"more than 4\n5 plain 1 0 -1.\n"
    run_module_with $module {'text=two words, "quoted" 100%'} \
	"5 two words, \"quoted\" 100% 1 0 1.\n"
    run_module_with $module "text=" "5  1 0 1.\n"
    run_module_with $module "nothing=1" "no such global" 3
    run_module_with $module "number=seven" "no such global to set, or it" 3
    run_module_with $module "number" "is not NAME=VALUE" 2
    ptap_guest_clean "run/03-2"
}
