# SPDX-License-Identifier: GPL-2.0-or-later
# Many units that refer to one another, as after link-time optimisation: libdw reads all
# units before the one that is looked at, so a handle must serve for many of them.

# An assembler source of COUNT units: a function f0, f1... in each, whose parameter has the
# type of the first unit, and in each the copy of a function of the first.
proc units_source {count} {
    set text {
	.text
	.section .debug_abbrev, "", @progbits
abbrevs: .uleb128 1, 0x11, 1, 0x03, 0x08, 0x13, 0x0b, 0, 0
	.uleb128 2, 0x2e, 1, 0x03, 0x08, 0x11, 0x01, 0x12, 0x06, 0x3f, 0x19, 0, 0
	.uleb128 3, 0x05, 0, 0x03, 0x08, 0x49, 0x10, 0x02, 0x18, 0, 0
	.uleb128 4, 0x24, 0, 0x03, 0x08, 0x0b, 0x0b, 0x3e, 0x0b, 0, 0
	.uleb128 5, 0x2e, 0, 0x03, 0x08, 0x20, 0x0b, 0, 0
	.uleb128 6, 0x1d, 0, 0x31, 0x10, 0x11, 0x01, 0x12, 0x06, 0, 0
	.byte 0
	.section .debug_info, "", @progbits
info:
    }
    for {set i 0} {$i < $count} {incr i} {
	append text "
	.text
	.globl f$i
	.type f$i, @function
f$i: nop
in$i: nop
	ret
end$i: .size f$i, . - f$i
	.section .debug_info
	.long last$i - head$i
head$i: .short 5; .byte 1, 8; .long abbrevs
	.uleb128 1; .asciz \"unit$i.c\"; .byte 0x0c
[expr {$i ? "" : "type: .uleb128 4; .asciz \"long\"; .byte 8, 5
copied: .uleb128 5; .asciz \"copied\"; .byte 3"}]
	.uleb128 2; .asciz \"f$i\"; .quad f$i; .long end$i - f$i
	.uleb128 3; .asciz \"n\"; .long type - info; .uleb128 1; .byte 0x55
	.uleb128 6; .long copied - info; .quad in$i; .long 1
	.byte 0, 0
last$i:"
    }
    return "$text\n\t.section .note.GNU-stack, \"\", @progbits\n"
}

proc dbg_test_units {} {
    set count 600
    set file [open $::dbg_work/units.s w]
    puts $file [units_source $count]
    close $file
    set file [open $::dbg_work/units-main.c w]
    puts $file "int main(void) { return 0; }"
    close $file
    dbg_shell "gcc -o units units-main.c units.s"
    dbg_user "units: copies everywhere" units {inlined copied} \
	"copied f0 *copied f599 *"
    foreach number {0 255 256 257 511 512 599} {
	dbg_user "units: unit $number" units "show f$number n" "long: reg 5 *"
    }
    dbg_shell "rm -rf cache"
    lassign [ptap_exec [list $::dbg_work/driver user:$::dbg_work/units handles *]] \
	status out err
    lassign $out found names handles
    ptap_verdict "debuginfo: units: handles for $count units" \
	[expr {$found >= 2 * $count && $names && $handles <= 30 ? "" :
	       "$found functions, $handles handles"}]
}
