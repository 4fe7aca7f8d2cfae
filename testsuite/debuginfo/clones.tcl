# SPDX-License-Identifier: GPL-2.0-or-later
# Under the name in the source stands whatever code the compiler made of a function.

# What of the kernel's symbol table must be found: clones that are called.  Two that
# are equal can be one piece of code, which has one name then.  __pfx_NAME is the room
# before a function.
proc clones_wanted {vmlinux} {
    set wanted [dict create]
    foreach line [split [exec nm $vmlinux] "\n"] {
	if {[regexp {^([0-9a-f]+) [tT] (\S+\.(?:isra|constprop|part)\.\S+)$} $line \
		 - address symbol] && [string first .cold $symbol] < 0 &&
	    ![string match __pfx_* $symbol]} {
	    dict set wanted $address $symbol
	}
    }
    return $wanted
}

proc dbg_test_clones {vmlinux} {
    lassign [ptap_exec [list $::dbg_work/driver $vmlinux list *]] status out err
    set missing {}
    set wanted [clones_wanted $vmlinux]
    set found [dict create]
    foreach line [split $out "\n"] {
	lassign $line name symbol
	dict set found $symbol $name
    }
    # what an address is called in the end is the index's choice
    foreach line [split [exec nm $vmlinux] "\n"] {
	lassign $line address type symbol
	if {[dict exists $found $symbol]} {
	    dict unset wanted $address
	}
    }
    ptap_verdict "debuginfo: kernel's clones" \
	[expr {[dict size $wanted] ? "not found: [dict values $wanted]" : ""}]
    set wrong {}
    dict for {symbol name} $found {
	if {[regexp {\.(cold|isra|constprop|part)} $name] ||
	    [string match *.cold* $symbol] ||
	    [regexp {^__(pfx|cfi)_} $name]} {
	    lappend wrong $symbol
	}
    }
    ptap_verdict "debuginfo: kernel's functions are called as in the source" \
	[expr {[llength $wrong] ? "not $wrong" : ""}]
}
