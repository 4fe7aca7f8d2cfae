# SPDX-License-Identifier: GPL-2.0-or-later
# Types in units of their own (-fdebug-types-section), of both versions: in the program,
# in .dwo files and in packages of these.

proc dbg_typed {form program} {
    foreach {what want} {
	{run caller own->shared.kind} 2
	{run caller own->shared.in.next->value} 4
	{run called shared->in.c} 5
	{run called shared->in.next->in.next->kind} 2
	{run deeper own->number} 8
	{run deeper own->shared->in.next->value} 4
	{show called shared} {struct shared \*: *}
	{show called shared->in} {struct inner: *}
	{show called {(struct caller_own)->shared.value}} {long int: operand 0; const 8; *}
	{show called {(struct called_own)->shared->in.c}} {char: operand 0; load 8; *}
	{show called shared->out} {\[unknown-member\] 'struct shared' has no member 'out' | it has value, kind, in}
	{constants {enum kind}} "ONE=1 TWO=2"
	{members {struct inner}} "c next"
	{everything} "asked for *"
    } {
	dbg_check "type units, $form: $what" [list $program {*}$what] $want
    }
}

proc dbg_test_type_units {} {
    global dbg_work dbg_dir
    foreach version {4 5} {
	set flags "-g -O1 -gdwarf-$version -fdebug-types-section -no-pie"
	set dir types-$version
	dbg_shell "rm -rf $dir && mkdir -p $dir/split $dir/package && cd $dir &&\
	    for way in '' -gsplit-dwarf; do cd split;\
	    gcc $flags \$way -c -o called.o [ptap_quote $dbg_dir/typed.c] &&\
	    gcc $flags \$way -DCALLER -c -o caller.o [ptap_quote $dbg_dir/typed.c] &&\
	    gcc -no-pie -Wl,--build-id -o program called.o caller.o || exit; cd ..;\
	    test \$way || mv split/program whole; done && cp split/* package"
	dbg_typed "version $version" $dbg_work/$dir/whole
	dbg_typed "version $version, split" $dbg_work/$dir/split/program
	# a sample with much more in one unit
	dbg_shell "cd $dir && gcc $flags -fno-asynchronous-unwind-tables -Wl,--build-id\
	    -o sample [ptap_quote $dbg_dir/sample.c]"
	dbg_form "type units, version $version" $dbg_work/$dir/sample
	set dwp [expr {$version == 4 ? "dwp" :
	    [lindex [lsort [glob -nocomplain /usr/lib/llvm-*/bin/llvm-dwp]] end]}]
	if {$dwp eq ""} {
	    unsupported "debuginfo: type units, version $version, in a package:\
		no program makes one"
	    continue
	}
	dbg_shell "cd $dir/package && [ptap_quote $dwp] -o program.dwp *.dwo && rm *.dwo"
	dbg_typed "version $version, in a package" $dbg_work/$dir/package/program
    }
    dbg_test_type_units_damaged
}

# Every byte that says where a type unit, its type or its abbreviations are, and others.
proc dbg_test_type_units_damaged {} {
    set crashed {}
    foreach {name program file} {
	own types-4/whole types-4/whole
	split types-5/split/program types-5/split/called.dwo
	split-4 types-4/split/program types-4/split/called.dwo
	package types-4/package/program types-4/package/program.dwp
    } {
	set path $::dbg_work/$file
	set whole [ptap_read $path]
	set debug [dbg_shell "readelf -SW $file | sed -n\
	    's/.*\\.debug_\\(types\\|info\\|tu_index\\)\[.dwo\]*  *PROGBITS  *\[0-9a-f\]*\
	    \\(\[0-9a-f\]*\\) .*/0x\\2/p'"]
	foreach start $debug {
	    for {set i 0} {$i < 26} {incr i} {
		set at [expr {$start + $i}]
		set byte [string index "\xff\x00\x7f\x01" [expr {$i % 4}]]
		set handle [open $path w]
		fconfigure $handle -translation binary -encoding binary
		puts -nonewline $handle [string replace $whole $at $at $byte]
		close $handle
		lassign [ptap_exec [list timeout 60 $::dbg_work/driver \
				       $::dbg_work/$program everything]] status
		if {$status > 1} {
		    lappend crashed "$name:$start+$i"
		}
	    }
	}
	set handle [open $path w]
	fconfigure $handle -translation binary -encoding binary
	puts -nonewline $handle $whole
	close $handle
	if {![llength $debug]} {
	    lappend crashed "$name has none"
	}
    }
    ptap_verdict "debuginfo: type units, damaged" [join $crashed]
}
