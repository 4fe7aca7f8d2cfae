# SPDX-License-Identifier: GPL-2.0-or-later
# Where values are, as compilers only rarely say it, and what is said of values that
# are nowhere.

# An optimised-out variable's error says where its value can be had.
proc dbg_test_alive {} {
    global dbg_work dbg_dir
    dbg_shell "gcc -g -O2 -no-pie -Wl,--build-id [ptap_quote $dbg_dir/alive.c] -o alive"
    set later [dbg_line "line: later" alive.c]
    foreach {what want} [list \
	{dropped unused} "\\\[optimised-out\\\] '\$unused' *: only its caller knows it |\
	    its caller has the value where it calls 'dropped':\
	    kernel.statement(\"calls@*alive.c:[dbg_line {line: call} alive.c]\")" \
	{dropped used} "int: reg 5; *" \
	{late first} "\\\[optimised-out\\\] '\$first' has no value yet where the\
	    function starts | the nearest line where it has its value:\
	    kernel.statement(\"late@*alive.c:$later\")" \
	{copy way} "\\\[optimised-out\\\] * | it comes from line\
	    [dbg_line {line: copy} alive.c] of 'alive.c', where 'copy' was inlined\
	    into 'calls'" \
    ] {
	dbg_check "optimised out: $what" [list $dbg_work/alive show {*}$what] $want
    }
    dbg_check "optimised out: the line that is named" \
	[list $dbg_work/alive run =late@alive.c:$later first] 4
}

# Lines 7 and 8 of `victim`, see malformed.tcl: its entry, and behind an instruction.
set places_lines [mal_lines 14 13 1 \
    {.byte 0, 9, 2; .quad victim; .byte 4, 0, 3, 6, 1; .byte 2, 1, 3, 1, 1, 2, 2, 0, 1, 1;}]

# Kinds of places that a compiler gives only when it must: parts, what is asked for,
# what is said.  Operations: 0x55 reg5, 0x9f stack_value, 0x93 piece, 0x9e
# implicit_value, 0xa0 implicit_pointer, 0xa3 entry_value, 0xfa GNU_parameter_ref, 0x9b
# form_tls_address, 0x91 fbreg.
set places_cases {
    "a register" {} value {int: reg 5; sign 32 *}
    "a value that is computed" {location {.uleb128 4; .byte 0x75, 3, 0x1f, 0x9f}} value
	{int: reg 5; const 3; add; neg; sign 32 *}
    "an implicit value" {location {.uleb128 6; .byte 0x9e, 4, 0x78, 0x56, 0x34, 0x12}} value
	{int: const 305419896; sign 32 *}
    "two pieces" {type long location {.uleb128 6; .byte 0x55, 0x93, 4, 0x54, 0x93, 4}} value
	{long: reg 5; zero 32; reg 4; zero 32; const 32; shl; or (8 bytes, signed)}
    "a piece that is nowhere" {type long location {.uleb128 5; .byte 0x55, 0x93, 4, 0x93, 4}} value
	{\[optimised-out\] * a part of it has no place*}
    "a pointer to what has no memory" {location {.uleb128 6; .byte 0xa0; .long 0; .byte 0}} value
	{\[optimised-out\] * it points to something that has no place in memory*}
    "an entry value at the entry" {location {.uleb128 4; .byte 0xa3, 1, 0x54, 0x9f}} value
	{int: reg 4; sign 32 *}
    "an entry value behind it" {location {.uleb128 4; .byte 0xa3, 1, 0x54, 0x9f}} {value 8}
	{\[optimised-out\] * only its value at the function's entry is known | it has its value at the start of the function: *}
    "a parameter of the caller's" {location {.uleb128 5; .byte 0xfa; .long 0}} value
	{\[optimised-out\] * only its caller knows it*}
    "a thread's own" {location {.uleb128 3; .byte 0x08, 16, 0x9b}} value
	{\[unsupported\] * thread-local storage, *}
    "a jump" {location {.uleb128 4; .byte 0x55, 0x2f, 0, 0}} value
	{\[unsupported\] * a jump, *}
    "a parameter before the source's first line"
	{variable {!in_list; .asciz "value"; .long int - unit, 12}
	    lists {.long list_end - list; list: .short 5; .byte 8, 0; .long 0
		.byte 7; .quad victim, victim; .uleb128 1; .byte 0x55
		.byte 7; .quad victim, victim + 3; .uleb128 3; .byte 0x75, 0x7f, 0x9f
		.byte 0; list_end:}}
	value {int: reg 5; sign 32 *}
    "a parameter behind the source's first line"
	{variable {!in_list; .asciz "value"; .long int - unit, 12}
	    lists {.long list_end - list; list: .short 5; .byte 8, 0; .long 0
		.byte 7; .quad victim, victim; .uleb128 1; .byte 0x55
		.byte 7; .quad victim, victim + 3; .uleb128 3; .byte 0x75, 0x7f, 0x9f
		.byte 0; list_end:}}
	{value 8} {int: reg 5; const -1; add; sign 32 *}
    "a parameter that is put into the caller's register"
	{variable {!parameter; .asciz "value"; .long int - unit; .uleb128 1; .byte 0x53}}
	value {int: reg 5; sign 32 *}
    "a bit field, counted from the least bit"
	{types {s: !struct; .asciz "s"; .uleb128 4
		 !bits; .asciz "m"; .long int - unit; .uleb128 5, 3; .byte 0}}
	(s)->m {int: operand 0; load 1; bits 5 3; sign 5 *}
    "a bit field, counted from the greatest bit"
	{types {s: !struct; .asciz "s"; .uleb128 4
		 !old_bits; .asciz "m"; .long int - unit; .uleb128 4, 5, 24, 0; .byte 0}}
	(s)->m {int: operand 0; load 1; bits 5 3; sign 5 *}
    "a member of a member without a name"
	{types {u: !struct; .asciz "u"; .uleb128 4
		 !member; .asciz "m"; .long int - unit; .uleb128 0; .byte 0
		 s: !struct; .asciz "s"; .uleb128 8
		 !nameless; .long u - unit; .uleb128 4; .byte 0}}
	(s)->m {int: operand 0; const 4; add; load 4; *}
    "a frame by the kernel's tables"
	{location {.uleb128 2; .byte 0x91, 8}
	    orc_ips {a: .long victim - a; b: .long victim + 1 - b}
	    orc {.short 8, 0, 5, 16, 0, 5}}
	{value 8} {int: reg 7; const 16; add; const 8; add; load 4; *}
    "a frame whose address is on the stack"
	{location {.uleb128 2; .byte 0x91, 8}
	    orc_ips {a: .long victim - a} orc {.short 16, 0, 9}}
	{value 8} {int: reg 7; load 8; const 16; add; const 8; add; load 4; *}
    "a frame by the tables of newer kernels"
	{location {.uleb128 2; .byte 0x91, 8}
	    orc_ips {a: .long victim - a; .section .orc_header; .fill 20}
	    orc {.short 24, 0, 0x205}}
	{value 8} {int: reg 7; const 24; add; const 8; add; load 4; *}
    "an interrupt's frame"
	{location {.uleb128 2; .byte 0x91, 8}
	    orc_ips {a: .long victim - a} orc {.short 24, 0, 0x105}}
	{value 8} {\[unsupported\] * a frame that has no unwind information, *}
    "tables of the kernel's that end too early"
	{location {.uleb128 2; .byte 0x91, 8}
	    orc_ips {a: .long victim - a; .long -1, -1, -1} orc {.short 24}}
	{value 8} {\[unsupported\] * a frame that has no unwind information, *}
}

proc dbg_test_places {} {
    foreach {name parts asked want} $::places_cases {
	set types "long: !base; .asciz \"long\"; .byte 8, 5"
	if {[dict exists $parts types]} {
	    append types "; [dict get $parts types]"
	}
	dict set parts types $types
	dict set parts lines $::places_lines
	set image [mal_build [mal_source $parts]]
	lassign $asked path line
	set place [expr {$line eq "" ? "victim" : "=victim@m.c:$line"}]
	dbg_check "places: $name" [list $image show $place $path] $want
    }
}
