# SPDX-License-Identifier: GPL-2.0-or-later
# What the kernel will not have a probe on is known before a module is loaded: no
# place that ptap offers lies in the running kernel's blacklist.

# The blacklist's ranges as the kernel was linked, in order.  VMLINUX: where _text is
# in the file.
proc blacklist_ranges {vmlinux} {
    set line "mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null;"
    append line " cat /sys/kernel/debug/kprobes/blacklist;"
    append line " grep ' _text\$' /proc/kallsyms"
    lassign [ptap_guest $line] status out err
    set linked 0x[lindex [exec nm $vmlinux | grep { _text$}] 0]
    regexp -line {^([0-9a-f]+) T _text} $out - moved
    set slide [expr {"0x$moved" - $linked}]
    set ranges {}
    foreach line [split $out "\n"] {
	if {[regexp {^(0x[0-9a-f]+)-(0x[0-9a-f]+)\t} $line - start end]} {
	    lappend ranges [list [expr {$start - $slide}] [expr {$end - $slide}]]
	}
    }
    return [lsort -integer -index 0 $ranges]
}

# Those of ADDRESSES, in order, that lie in one of RANGES.
proc blacklist_inside {addresses ranges} {
    set inside {}
    set end 0
    set i 0
    foreach address $addresses {
	while {$i < [llength $ranges] && [lindex $ranges $i 0] <= $address} {
	    set end [expr {max($end, [lindex $ranges $i 1])}]
	    incr i
	}
	if {$address < $end} {
	    lappend inside $address
	}
    }
    return $inside
}

proc run_test_blacklist {} {
    set ranges [blacklist_ranges [ptap_vmlinux $::ptap_release]]
    lassign [ptap_shell "[ptap_quote $::ptap_program] -r $::ptap_release --json\
	-l 'kernel.function(\"*\").call'"] status out err
    set addresses {}
    foreach {- address} [regexp -all -inline {"address": "(0x[0-9a-f]+)"} $out] {
	lappend addresses $address
    }
    set inside [blacklist_inside [lsort -integer $addresses] $ranges]
    set reason ""
    if {[llength $ranges] < 100 || [llength $addresses] < 10000} {
	set reason "only [llength $ranges] ranges, [llength $addresses] functions"
    } elseif {[llength $inside]} {
	set reason "[llength $inside] are offered, the first at\
	    [format 0x%x [lindex $inside 0]]"
    }
    ptap_verdict "run/13-2 the kernel's blacklist" $reason
}
