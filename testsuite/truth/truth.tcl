# SPDX-License-Identifier: GPL-2.0-or-later
# Values in the guest against what the source says that they are: values.c, as a
# module and as a user program, by each compiler at each level of optimisation.
#
# A value may be refused where the compiler kept nothing of it, never be wrong.
# The least number of right ones below is what was seen, less a little for other
# versions of the compilers.

set truth_dir $ptap_srcdir/testsuite/truth
set truth_release $ptap_release
set truth_arch x86_64

# What SOURCE says: a list of {number function place term text}, the numbers behind
# NUMBER; PLACE is entry, inline, return, or a line of the source, which is called AS.
proc truth_expectations {source as {number 0}} {
    set found {}
    set marks {}
    set pending {}
    set function ""
    set line 0
    set there 1
    foreach text [split [ptap_read $source] "\n"] {
	incr line
	switch -- $text {
	    "#ifdef __SIZEOF_INT128__" { set there [expr {$::truth_arch ne "i386"}] }
	    "#endif" { set there 1 }
	}
	if {!$there} {
	    continue
	}
	if {[regexp {^ \* (\w+): (.+?) =(?: (.*))?$} $text - place term want]} {
	    lappend pending [list $place $term $want]
	} elseif {[regexp {^ \*    (\S.*)$} $text - rest]} {
	    set last [lindex $pending end]
	    lset last 2 "[lindex $last 2] $rest"
	    lset pending end $last
	} elseif {[regexp {^(?:TRUTH|INLINED) .*?(\w+)\(} $text - function]} {
	    foreach p $pending {
		lassign $p place term want
		lappend found [list [incr number] $function $place $term $want]
	    }
	    set pending {}
	} elseif {[regexp {/\* mark: (\w+) \*/} $text - word]} {
	    dict set marks $function $word $line
	}
    }
    set resolved {}
    foreach e $found {
	lassign $e number function place term want
	if {$place ni {entry inline return}} {
	    set place $as:[dict get $marks $function $place]
	}
	lappend resolved [list $number $function $place $term $want]
    }
    return $resolved
}

# The script that prints each TERM behind its number where it is to be read, or
# "?" where it is refused.  ROOT is how its points begin.
proc truth_script {root expectations} {
    set probes [dict create]
    foreach e $expectations {
	lassign $e number function place term
	switch -- $place {
	    entry { set point "function(\"$function\").call" }
	    inline { set point "function(\"$function\").inline?" }
	    return { set point "function(\"$function\").return" }
	    default { set point "statement(\"$function@$place\")?" }
	}
	dict append probes $point "  if (@defined($term)) {\
	    try { printdln(\" \", $number, $term) }\
	    catch (e) { printdln(\" \", $number, \"error\", e) }\
	    } else printdln(\" \", $number, \"?\")\n"
    }
    set script ""
    dict for {point body} $probes {
	append script "probe $root.$point\n{\n$body}\n"
    }
    return $script
}

# The parts of "a=1 b={.x=1, .y=2}".
proc truth_parts {text} {
    set parts {}
    set part ""
    set depth 0
    foreach char [split $text ""] {
	if {$char eq " " && !$depth} {
	    lappend parts $part
	    set part ""
	    continue
	}
	switch -- $char {
	    \{ - \[ { incr depth }
	    \} - \] { incr depth -1 }
	}
	append part $char
    }
    return [lappend parts $part]
}

# "right", "refused" or "wrong": what one hit printed for WANT.
proc truth_judge_one {want got} {
    if {$got eq $want} {
	return right
    }
    if {$got eq "?"} {
	return refused
    }
    # a structure of which some are not known
    if {[string match [string map {\\ \\\\ \[ \\\[ \] \\\] * \\* =? =*} $got] $want]} {
	return refused
    }
    # a group, likewise
    set wanted [truth_parts $want]
    set has [truth_parts $got]
    if {[llength $has] != [llength $wanted] || ![string match *=* $want]} {
	return wrong
    }
    foreach w $wanted h $has {
	if {$h ne $w && $h ne "[lindex [split $w =] 0]=?"} {
	    return wrong
	}
    }
    return refused
}

# The same for all hits.  One value is the same at each of them; several come in
# their order.
proc truth_judge {want texts} {
    if {![llength $texts]} {
	return refused
    }
    set wanted [split [string map {" | " \x01} $want] \x01]
    if {[llength $wanted] <= 1} {
	set wanted [lrepeat [llength $texts] $want]
    }
    if {[llength $wanted] != [llength $texts]} {
	return [expr {"?" in $texts ? "refused" : "wrong"}]
    }
    set verdicts [lmap w $wanted t $texts {truth_judge_one $w $t}]
    foreach verdict {wrong refused} {
	if {$verdict in $verdicts} {
	    return $verdict
	}
    }
    return right
}

# The flags of the kernel that values.c needs to be part of a module, for a
# compiler that does not take all of them.
proc truth_flags {} {
    set flags "-std=gnu11 -g -ffreestanding -fno-pic -fno-stack-protector\
	-fno-strict-aliasing -fno-asynchronous-unwind-tables -mno-sse -mno-mmx\
	-mno-80387 -Wall -Wno-unused-but-set-variable"
    if {$::truth_arch eq "i386"} {
	return "$flags -m32 -mregparm=3 -freg-struct-return"
    }
    return "$flags -m64 -mcmodel=kernel -mno-red-zone"
}

# What a level asks of gcc: gcc_O2, and with more behind it.
proc truth_level_flags {level} {
    lassign [split $level _] compiler option more
    # a function's first instruction marks where indirect calls may go
    return "-$option[expr {$more eq {endbr} ? { -fcf-protection=branch} : {}}]"
}

# Builds the modules ptap_truth_COMPILER_LEVEL for all of LEVELS (words such as
# gcc_O2).  Returns the folder.
proc truth_build {levels} {
    set dir $::ptap_work/truth
    file delete -force $dir
    file mkdir $dir
    file copy $::truth_dir/values.h $dir
    set kbuild "ccflags-y := -Wno-missing-prototypes\n"
    foreach level $levels {
	lassign [split $level _] compiler option
	file copy $::truth_dir/main.c $dir/main_$level.c
	file copy $::truth_dir/values.c $dir/values_$level.c
	append kbuild "obj-m += ptap_truth_$level.o\n" \
	    "ptap_truth_$level-y := main_$level.o values_$level.o\n"
	if {$compiler eq "gcc"} {
	    append kbuild "CFLAGS_values_$level.o :=\
		[truth_level_flags $level]\n"
	    continue
	}
	exec sh -c "cd [ptap_quote $dir] && $compiler -$option [truth_flags]\
	    -c values_$level.c -o values_$level.o_shipped" 2>@1
	file rename $dir/values_$level.c $dir/values_$level.source.c
	exec sh -c ": > [ptap_quote $dir]/.values_$level.o.cmd"
    }
    set handle [open $dir/Kbuild w]
    puts -nonewline $handle $kbuild
    close $handle
    exec make -s -j2 -C /lib/modules/$::truth_release/build \
	{*}[ptap_make_arch] M=$dir modules \
	> $dir/make.log 2>@1
    return $dir
}

# What the script printed, as a dictionary from numbers to lists of texts.
proc truth_results {out} {
    set results [dict create]
    foreach line [split $out "\n"] {
	if {[regexp {^(\d+) (.*)$} $line - number text]} {
	    dict lappend results $number $text
	}
    }
    return $results
}

# Runs SCRIPT in the guest while COMMAND has the functions called.
proc truth_run {script command} {
    set line "[ptap_quote $::ptap_program] --vm -r $::truth_release"
    append line " -DMAXTRYLOCK=100000 -DMAXACTION=10000"
    append line " -c [ptap_quote $command] [ptap_quote $script]"
    return [ptap_shell $line]
}

proc truth_level {dir level least} {
    set module $dir/ptap_truth_$level.ko
    ptap_guest "insmod $module"
    truth_check $dir $level $least "module(\"$module\")" \
	[truth_expectations $::truth_dir/values.c values_$level.c] \
	"echo > /proc/ptap_truth/run"
    ptap_guest "rmmod ptap_truth_$level"
}

# The same in a user program, which has no per-CPU variables, symbols that the kernel
# does not know, and all text in its own memory; of 32 bits with truth_arch i386.
proc truth_user_level {level least} {
    set dir $::ptap_work/truth
    set name user_$level
    set flags {-std=gnu11 -g}
    if {$::truth_arch eq "i386"} {
	append name _32
	lappend flags -m32
    }
    set program $dir/$name
    lassign [split $level _] compiler option
    exec $compiler -$option {*}$flags -o $program \
	{*}[lmap source {values floats user} { set _ $::truth_dir/$source.c }] 2>@1
    set expectations {}
    set number 0
    foreach source {values.c floats.c} {
	foreach e [truth_expectations $::truth_dir/$source $source $number] {
	    lassign $e number function place term want
	    if {![regexp {tr_here|symname} $term]} {
		lappend expectations [list $number $function $place \
					  [string map {kernel_ user_} $term] $want]
	    }
	}
    }
    truth_check $dir $name $least "process(\"$program\")" $expectations $program
}

# Programs of 32 bits at LEVELS; with TRUTH=all in the environment at all that there
# are.
proc truth_user_narrow {levels} {
    set least {
	gcc_O0 393 gcc_O1 378 gcc_O2 378 gcc_O3 378
	clang_O0 393 clang_O1 340 clang_O2 340 clang_O3 340
    }
    set ::truth_arch i386
    if {[info exists ::env(TRUTH)] && $::env(TRUTH) eq "all"} {
	set levels [dict keys $least]
    }
    foreach level $levels {
	if {[auto_execok [lindex [split $level _] 0]] eq ""} {
	    unsupported "truth: 32 bits, $level: the compiler is not installed"
	} else {
	    truth_user_level $level [dict get $least $level]
	}
    }
}

# Prints what EXPECTATIONS ask for while COMMAND runs; at least LEAST must be right,
# and none wrong.
proc truth_check {dir level least root expectations command} {
    set script $dir/$level.stp
    set handle [open $script w]
    puts -nonewline $handle [truth_script $root $expectations]
    close $handle
    lassign [truth_run $script $command] status out err
    if {$status != 0} {
	fail "truth: $level: exit status $status: [string range $err 0 500]"
	return
    }
    set results [truth_results $out]
    set counts [dict create right 0 refused 0 wrong 0]
    foreach e $expectations {
	lassign $e number function place term want
	set texts {}
	if {[dict exists $results $number]} {
	    set texts [dict get $results $number]
	}
	set verdict [truth_judge $want $texts]
	dict incr counts $verdict
	if {$verdict ne "right"} {
	    verbose -log "truth: $level: $function $place $term: $verdict:\
		[join $texts { | }], not $want"
	}
	if {$verdict eq "wrong"} {
	    fail "truth: $level: $function, $place: $term is [join $texts { | }],\
		not $want"
	}
    }
    verbose -log "truth: $level: $counts"
    set right [dict get $counts right]
    ptap_verdict "truth: $level: at least $least are right" \
	[expr {$right >= $least ? "" : "only $right"}]
    ptap_verdict "truth: $level: none is wrong" \
	[expr {[dict get $counts wrong] ? "[dict get $counts wrong] are" : ""}]
}
