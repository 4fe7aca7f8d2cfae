# SPDX-License-Identifier: GPL-2.0-or-later
# What 07-1-reference.stp prints, from the definitions, in whole numbers of any
# size.

# As a script's numbers wrap.
proc wrap {v} {
    set v [expr {$v & 0xffffffffffffffff}]
    return [expr {$v >> 63 ? $v - (1 << 64) : $v}]
}

# Tcl rounds down; scripts cut off.
proc quotient {a b} {
    return [expr {$a < 0 ? -(-$a / $b) : $a / $b}]
}

# The two series: lists of values, as the CPUs get them one after the other.
proc series {n} {
    set x 1
    for {set i 0} {$i < $n} {incr i} {
	set x [wrap [expr {$x * 6364136223846793005 + 1442695040888963407}]]
	lappend small [expr {$x >> 54}]
	if {$x & (15 << 20)} {
	    lappend all [expr {$x >> (($x >> 8) & 63)}]
	} elseif {$x & (1 << 40)} {
	    lappend all [expr {(1 << 63) - 1}]
	} else {
	    lappend all [expr {-(1 << 63)}]
	}
    }
    return [list $small $all]
}

proc aggregates {values} {
    set sum [wrap [expr [join $values +]]]
    set sorted [lsort -integer $values]
    set n [llength $values]
    return [list $n $sum [lindex $sorted 0] [lindex $sorted end] \
		[quotient $sum $n]]
}

# Count, mean and sum of squares of the values shifted, by Welford.
proc welford {values shift} {
    set n 0
    set mean 0
    set squares 0
    foreach v $values {
	set v [expr {$v << $shift}]
	incr n
	set delta [expr {$v - $mean}]
	incr mean [quotient $delta $n]
	incr squares [expr {$delta * ($v - $mean)}]
    }
    return [list $n $mean $squares]
}

# The variance of two CPUs' values.
proc variance {one two shift} {
    lassign [welford $one $shift] a m p
    lassign [welford $two $shift] b k q
    set d [expr {$k - $m}]
    set squares [expr {$p + $q + $d * $d * $a * $b / ($a + $b)}]
    return [expr {($squares / ($a + $b - 1)) >> (2 * $shift)}]
}

# Lower bounds of the buckets; a value is in the last that is not above it.
proc log_bounds {} {
    set bounds [list [expr {-(1 << 63)}]]
    for {set i 63} {$i > 0} {incr i -1} {
	lappend bounds [expr {-(1 << $i) + 1}]
    }
    lappend bounds 0
    for {set i 0} {$i < 63} {incr i} {
	lappend bounds [expr {1 << $i}]
    }
    return $bounds
}

proc linear_bounds {low high width} {
    set bounds [list [expr {-(1 << 70)}]]
    for {set i 0} {$i <= ($high - $low) / $width + 1} {incr i} {
	lappend bounds [expr {$low + $i * $width}]
    }
    return $bounds
}

proc buckets {values bounds} {
    foreach b $bounds {
	lappend counts 0
    }
    foreach v $values {
	set at 0
	foreach b [lrange $bounds 1 end] {
	    if {$v < $b} {
		break
	    }
	    incr at
	}
	lset counts $at [expr {[lindex $counts $at] + 1}]
    }
    return $counts
}

proc log_labels {} {
    for {set i 63} {$i >= 0} {incr i -1} {
	lappend labels [expr {-(1 << $i)}]
    }
    lappend labels 0
    for {set i 0} {$i < 63} {incr i} {
	lappend labels [expr {1 << $i}]
    }
    return $labels
}

proc linear_labels {low high width} {
    set labels [list "<$low"]
    for {set v $low} {$v <= $high} {incr v $width} {
	lappend labels $v
	set last $v
    }
    return [lappend labels ">$last"]
}

# Where rows begin and end: two more than the full buckets, but a histogram of
# powers shows nothing below zero if there is nothing.
proc rows {counts} {
    set full [lsearch -all -not -exact $counts 0]
    set first [lindex $full 0]
    set least [expr {[llength $counts] == 128 && $first >= 64 ? 64 : 0}]
    return [list [expr {max($least, $first - 2)}] \
		[expr {min([llength $counts] - 1, [lindex $full end] + 2)}]]
}

proc histogram {counts labels} {
    lassign [rows $counts] from to
    set most [lindex [lsort -integer $counts] end]
    set scale [expr {($most + 49) / 50}]
    set wide 5
    foreach label [lrange $labels $from $to] {
	set wide [expr {max($wide, [string length $label])}]
    }
    set text "[format %${wide}s value] |[string repeat - 50] count\n"
    set gap 0
    for {set i $from} {$i <= $to} {incr i} {
	set around [lrange $counts [expr {max(0, $i - 2)}] [expr {$i + 2}]]
	if {[lsearch -not -exact $around 0] < 0} {
	    if {!$gap} {
		append text "[string repeat " " $wide] ~\n"
	    }
	    set gap 1
	    continue
	}
	set gap 0
	set count [lindex $counts $i]
	set bar [string repeat @ [expr {$count / $scale}]]
	set room [expr {50 - [string length $bar] + 1 + [string length $most]}]
	append text "[format %${wide}s [lindex $labels $i]] |$bar"
	append text "[format %${room}d $count]\n"
    }
    return "$text\n"
}

lassign [series 2000] small all
set all_counts [buckets $all [log_bounds]]
set small_counts [buckets $small [linear_bounds -400 300 7]]
set text "700 1300\n[aggregates $small] "
append text "[variance [lrange $small 0 699] [lrange $small 700 end] 10]\n"
append text "[aggregates $all]\n"
append text "[join $all_counts " "] \n[join $small_counts " "] \n"
append text [histogram $all_counts [log_labels]]
append text [histogram $small_counts [linear_labels -400 300 7]]
