# SPDX-License-Identifier: GPL-2.0-or-later
# Values that a function no longer has, but its callers: callers.c.

set callers_gone "the fetch failed: callers *"

# What number, small and text of lost() are, by how it was called.
set callers_ways [list \
    constants [list 42 -3 {"constant"}] \
    registers [list 123456789 -5 {"registers"}] \
    frame [list 7 9 {"frame"}] \
    entry [list 1001 11 {"entry"}] \
    jump [list $callers_gone 1 {"jump"}] \
    jumps [list $callers_gone $callers_gone $callers_gone] \
    turn [list $callers_gone $callers_gone $callers_gone] \
    pointer [list $callers_gone $callers_gone $callers_gone] \
]

# Other functions, by the way to them: the place, the name, the value.
set callers_others {
    again again number
    {\[optimised-out\] *: only its value at the function's entry is known: it is entered anew by a jump | it has its value at the start of the function: *"again")}
    leaves leaves number
    {\[optimised-out\] *: only its value at the function's entry is known: where it may jump to at its end is not known | *}
}

# PROGRAM, run in the WAY, where the line of FUNCTION is that is marked with its name.
proc callers_check {program way function name want} {
    set line [dbg_line "/* $function */" callers.c]
    set ::env(WAY) $way
    dbg_check "callers: $program, $way: $name" \
	[list user:$::dbg_work/callers-$program run =$function@callers.c:$line $name] $want
    unset ::env(WAY)
}

# Compilers that say of every call what it hands over.
proc callers_whole {program} {
    foreach {way wants} $::callers_ways {
	foreach name {number small text} want $wants {
	    callers_check $program $way lost $name $want
	}
    }
}

proc callers_build {program compiler flags} {
    return [lindex [ptap_shell "cd [ptap_quote $::dbg_work] && $compiler -g $flags\
	-no-pie -fno-pie -Wl,--build-id -o callers-$program\
	[ptap_quote $::dbg_dir/callers.c]"] 0]
}

proc dbg_test_callers {} {
    foreach {program flags} {
	gcc "-O2 -fno-ipa-ra"
	gcc-1 "-O1 -foptimize-sibling-calls"
	gcc-dwarf-4 "-O2 -gdwarf-4 -fno-ipa-ra"
	gcc-split "-O2 -gsplit-dwarf -fno-ipa-ra"
	gcc-frame "-O2 -fno-omit-frame-pointer -fno-ipa-ra -fcf-protection"
	gcc-32 "-O2 -m32 -fno-ipa-ra"
    } {
	if {[string match *-m32* $flags] && [dbg_user_narrow] eq ""} {
	    continue
	}
	if {[callers_build $program gcc $flags]} {
	    fail "debuginfo: callers: $program is not compiled"
	    continue
	}
	callers_whole $program
    }
    foreach {way function name want} $::callers_others {
	callers_check gcc $way $function $name $want
    }
    # a parameter that is not handed over
    callers_check gcc dropped dropped unused 78
    # registers that this callee, not every one, leaves alone
    if {![callers_build gcc-ipa gcc -O2]} {
	callers_check gcc-ipa registers lost number 123456789
	callers_check gcc-ipa registers lost text $::callers_gone
    }
    # clang says it of constants and of registers that are kept
    if {[auto_execok clang] ne "" && ![callers_build clang clang -O2]} {
	callers_check clang constants lost number 42
	callers_check clang registers lost number 123456789
	callers_check clang pointer lost number $::callers_gone
    }
}
