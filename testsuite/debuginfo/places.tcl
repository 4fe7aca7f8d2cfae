# SPDX-License-Identifier: GPL-2.0-or-later
# Where values are, as compilers only rarely say it, and what is said of values that
# are nowhere.

# An optimised-out variable's error says where its value can be had.
proc dbg_test_alive {} {
    global dbg_work dbg_dir
    dbg_shell "gcc -g -O2 -no-pie -Wl,--build-id [ptap_quote $dbg_dir/alive.c] -o alive"
    set later [dbg_line "line: later" alive.c]
    foreach {what want} [list \
	{dropped unused} "\\\[optimised-out\\\] '\$unused' *: only its caller knows it: where it may jump to at its end is not known |\
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
    "bits of registers" {location {.uleb128 8; .byte 0x55, 0x9d, 8, 16, 0x54, 0x9d, 24, 4}} value
	{int: reg 5; bits 8 16; reg 4; bits 24 4; const 8; shl; or; sign 32 *}
    "bits beyond a register" {location {.uleb128 4; .byte 0x55, 0x9d, 32, 40}} value
	{\[unsupported\] * one register that it does not fit into, *}
    "bits of memory" {location {.uleb128 5; .byte 0x75, 8, 0x9d, 32, 20}} value
	{int: reg 5; const 8; add; const 2; add; load 8; bits 32 4; sign 32 *}
    "bits of memory that are bytes" {location {.uleb128 5; .byte 0x75, 8, 0x9d, 32, 16}} value
	{int: reg 5; const 8; add; const 2; add; load 4; sign 32 *}
    "bits of memory in more than eight bytes" {type long location {.uleb128 5; .byte 0x75, 8, 0x9d, 64, 4}} value
	{long: reg 5; const 8; add; load 8; bits 60 4; reg 5; const 8; add; const 8; add; load 1; zero 4; const 60; shl; or *}
    "a member in bits of memory"
	{types {s: !struct; .asciz "s"; .uleb128 4
		 !member; .asciz "m"; .long uint - unit; .uleb128 0; .byte 0} type s
	    location {.uleb128 5; .byte 0x75, 0, 0x9d, 32, 3}} value.m
	{uint: reg 5; load 8; bits 32 3 *}
    "a member in bits of a register"
	{types {s: !struct; .asciz "s"; .uleb128 4
		 !member; .asciz "m"; .long uint - unit; .uleb128 0; .byte 0} type s
	    location {.uleb128 4; .byte 0x55, 0x9d, 32, 3}} value.m
	{uint: reg 5; bits 32 3 *}
    "bits of a pointer without a value" {location {.uleb128 9; .byte 0xa0; .long function - unit; .byte 0, 0x9d, 32, 8}} value
	{\[unsupported\] * bits of a pointer without a value, *}
    "a pointer to what has no memory" {location {.uleb128 6; .byte 0xa0; .long 0; .byte 0}} value
	{\[optimised-out\] * it points to something that has no place in memory*}
    "an entry value at the entry" {location {.uleb128 4; .byte 0xa3, 1, 0x54, 0x9f}} value
	{int: reg 4; sign 32 *}
    "what is not set on every way" {location {.uleb128 2; .byte 0x55, 0xf0}} value
	{\[optimised-out\] '$value' was optimised out here: it may not be set at this address | *}
    "an entry value behind it" {location {.uleb128 4; .byte 0xa3, 1, 0x54, 0x9f}} {value 8}
	{\[optimised-out\] * only its value at the function's entry is known: where it may jump to at its end is not known | it has its value at the start of the function: *}
    "a parameter of the caller's" {location {.uleb128 5; .byte 0xfa; .long 0}} value
	{\[optimised-out\] * only its caller knows it*}
    "a thread's own" {location {.uleb128 3; .byte 0x08, 16, 0x9b}} value
	{\[unsupported\] * thread-local storage, *}
    "a jump to the end" {location {.uleb128 4; .byte 0x55, 0x2f, 0, 0}} value
	{int: reg 5; sign 32 *}
    "a jump over an operation" {location {.uleb128 7; .byte 0x75, 0, 0x2f, 1, 0, 0x1f, 0x9f}} value
	{int: reg 5; sign 32 *}
    "a jump into an operation" {location {.uleb128 8; .byte 0x75, 0, 0x2f, 1, 0, 8, 7, 0x9f}} value
	{\[bad-debuginfo\] * a jump that leads nowhere*}
    "a loop" {location {.uleb128 6; .byte 0x75, 0, 0x28, -4, -1, 0x9f}} value
	{\[unsupported\] * a loop, *}
    "a jump that is no choice between two"
	{location {.uleb128 10; .byte 0x75, 0, 0x33, 0x12, 0x28, 1, 0, 0x1f, 0x22, 0x9f}} value
	{\[unsupported\] * a jump that depends on a value, *}
    "the lesser of two"
	{location {.uleb128 12; .byte 0x75, 0, 0x33, 0x14, 0x14, 0x2d, 0x28, 1, 0, 0x16, 0x13, 0x9f}} value
	{int: reg 5; const 3; pick 1; pick 1; lt; select; sign 32 *}
    "the lesser of two of another type"
	{location {.uleb128 12; .byte 0x75, 0, 0xa8; .uleb128 uint - unit
	    .byte 0x33, 0x30, 0x28, 1, 0, 0x16, 0x13, 0x9f}} value
	{\[unsupported\] * arithmetic on values of two types, *}
    "a rotation" {location {.uleb128 6; .byte 0x75, 0, 0x33, 0x34, 0x17, 0x9f}} value
	{int: reg 5; const 3; const 4; rot; swap; drop; swap; drop; sign 32 *}
    "a register as a type's"
	{location {.uleb128 6; .byte 0xa5, 5; .uleb128 uint - unit; .byte 0xa8, 0, 0x9f}} value
	{int: reg 5; zero 32; sign 32 *}
    "memory as a type's"
	{location {.uleb128 6; .byte 0x75, 8, 0xa6, 4; .uleb128 int - unit; .byte 0x9f}} value
	{int: reg 5; const 8; add; load 4; sign 32; sign 32 *}
    "typed arithmetic stays within its type"
	{type long location {.uleb128 9; .byte 0xa5, 5; .uleb128 uint - unit
	    .byte 0xa5, 4; .uleb128 uint - unit; .byte 0x22, 0x1f, 0x9f}} value
	{long: reg 5; zero 32; reg 4; zero 32; add; zero 32; neg; zero 32 (8 *}
    "a comparison of unsigned numbers"
	{location {.uleb128 8; .byte 0xa5, 5; .uleb128 ulong - unit
	    .byte 0xa5, 4; .uleb128 ulong - unit; .byte 0x2d, 0x9f}} value
	{int: reg 5; reg 4; const -9223372036854775808; xor; swap; const -9223372036854775808; xor; swap; lt; *}
    "an unsigned division of 64 bits"
	{location {.uleb128 8; .byte 0xa5, 5; .uleb128 ulong - unit
	    .byte 0xa5, 4; .uleb128 ulong - unit; .byte 0x1b, 0x9f}} value
	{int: reg 5; reg 4; udiv; *}
    "a type that is another's bits"
	{type long location {.uleb128 6; .byte 0xa5, 5; .uleb128 int - unit
	    .byte 0xa9; .uleb128 uint - unit; .byte 0x9f}} value
	{long: reg 5; sign 32; zero 32 (8 *}
    "a type that is another's bits, of another size"
	{location {.uleb128 6; .byte 0xa5, 5; .uleb128 int - unit
	    .byte 0xa9; .uleb128 ulong - unit; .byte 0x9f}} value
	{\[bad-debuginfo\] * a number taken for one of another size*}
    "a constant of a size that is not its type's"
	{location {.uleb128 6; .byte 0xa4; .uleb128 int - unit; .byte 2, 1, 2, 0x9f}} value
	{\[bad-debuginfo\] * a constant with a type*}
    "a floating point type, of an address"
	{location {.uleb128 5; .byte 0x75, 0, 0xa8; .uleb128 double - unit; .byte 0x9f}} value
	{\[unsupported\] * floating point made of 64 bits without a sign, *}
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
	    orc_ips {a: .long victim - a; b: .long victim + 1 - b;
		     .section .orc_lookup, "aw", @nobits; .fill 8}
	    orc {.short 8, 0, 5, 16, 0, 5}}
	{value 8} {int: reg 7; const 16; add; const 8; add; load 4; *}
    "a frame by a module's tables, which are in no order"
	{location {.uleb128 2; .byte 0x91, 8}
	    orc_ips {b: .long victim + 2 - b; a: .long victim + 1 - a;
		     c: .long victim - c}
	    orc {.short 32, 0, 5, 16, 0, 5, 8, 0, 5}}
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

# The base types besides int that locations name, by name, size and encoding.
set places_types {long 8 5 uint 4 7 ulong 8 7 double 8 4 float 4 4}

# The same of a program, with floating point: 0x61 reg17 (xmm0), 0x90 regx (33: st0),
# 0xa5 regval_type, 0xa8 convert, 0xa9 reinterpret.
set places_extended {extended: !base; .asciz "long double"; .byte 16, 4}
set places_floats [string map [list EXTENDED "types {$places_extended} type extended"] {
    "a double in an xmm" {type double location {.uleb128 1; .byte 0x61}}
	{double: fpreg xmm0 (8 *}
    "a float in an xmm" {type float location {.uleb128 1; .byte 0x62}}
	{float: fpreg xmm1; single (8 *}
    "a number of the x87" {EXTENDED location {.uleb128 2; .byte 0x90, 33}}
	{long double: fpreg st0; fpreg st0 upper; extended (8 *}
    "a double in the x87" {type double location {.uleb128 2; .byte 0x90, 34}}
	{double: fpreg st1; fpreg st1 upper; extended (8 *}
    "an integer in the x87" {location {.uleb128 2; .byte 0x90, 33}}
	{\[unsupported\] this 'int' is in a register of the x87, *}
    "a piece in the x87" {type double location {.uleb128 4; .byte 0x90, 33, 0x93, 8}}
	{\[unsupported\] * a piece in a register of the x87, *}
    "an extended number in one integer register" {EXTENDED location {.uleb128 1; .byte 0x55}}
	{\[unsupported\] this 'long double' is said to be in a register that cannot hold it}
    "an extended number in two integer registers"
	{EXTENDED location {.uleb128 6; .byte 0x55, 0x93, 8, 0x51, 0x93, 8}}
	{long double: reg 5; reg 1; zero 16; extended (8 *}
    "more than an xmm" {EXTENDED location {.uleb128 3; .byte 0x61, 0x93, 24}}
	{\[unsupported\] * one register that it does not fit into, *}
    "bits of both halves of an xmm"
	{type double location {.uleb128 4; .byte 0x61, 0x9d, 64, 32}}
	{double: fpreg xmm0; bits 32 32; fpreg xmm0 upper; zero 32; const 32; shl; or (8 *}
    "bits of the upper half of an xmm"
	{type float location {.uleb128 4; .byte 0x61, 0x9d, 32, 96}}
	{float: fpreg xmm0 upper; bits 32 32; single (8 *}
    "an address in an xmm" {location {.uleb128 2; .byte 0x81, 0}}
	{\[unsupported\] * an address in a register that has none, *}
    "a register that is not read" {location {.uleb128 2; .byte 0x90, 67}}
	{\[unsupported\] * a register that is not read, *}
    "a register that is none" {location {.uleb128 4; .byte 0x90, 0x80, 0x80, 4}}
	{\[bad-debuginfo\] * a register that is none*}
    "a negated number" {type double location {.uleb128 5; .byte 0xa5, 17
	    .uleb128 double - unit; .byte 0x1f, 0x9f}}
	{double: fpreg xmm0; const -9223372036854775808; xor (8 *}
    "a number without its sign" {type double location {.uleb128 5; .byte 0xa5, 17
	    .uleb128 double - unit; .byte 0x19, 0x9f}}
	{double: fpreg xmm0; const 9223372036854775807; and (8 *}
    "a number that is widened" {type double location {.uleb128 6; .byte 0xa5, 18
	    .uleb128 float - unit; .byte 0xa8; .uleb128 double - unit; .byte 0x9f}}
	{double: fpreg xmm1; zero 32; single (8 *}
    "a number that is narrowed" {type float location {.uleb128 6; .byte 0xa5, 18
	    .uleb128 double - unit; .byte 0xa8; .uleb128 float - unit; .byte 0x9f}}
	{float: fpreg xmm1; tosingle; single (8 *}
    "a number that becomes whole" {type long location {.uleb128 6; .byte 0xa5, 18
	    .uleb128 float - unit; .byte 0xa8; .uleb128 int - unit; .byte 0x9f}}
	{long: fpreg xmm1; zero 32; single; tolong; sign 32 (8 *}
    "a number that becomes an address" {type long location {.uleb128 6; .byte 0xa5, 18
	    .uleb128 double - unit; .byte 0xa8, 0, 0x9f}}
	{long: fpreg xmm1; tolong (8 *}
    "a number that becomes 64 bits without a sign" {type long location {.uleb128 6; .byte 0xa5, 18
	    .uleb128 double - unit; .byte 0xa8; .uleb128 ulong - unit; .byte 0x9f}}
	{\[unsupported\] * floating point made 64 bits without a sign, *}
    "an integer that becomes a number" {type float location {.uleb128 6; .byte 0xa5, 5
	    .uleb128 int - unit; .byte 0xa8; .uleb128 float - unit; .byte 0x9f}}
	{float: reg 5; sign 32; fromlong; tosingle; single (8 *}
    "an integer of 64 bits that becomes a number of 32" {type float location {.uleb128 6; .byte 0xa5, 5
	    .uleb128 long - unit; .byte 0xa8; .uleb128 float - unit; .byte 0x9f}}
	{\[unsupported\] * floating point of 32 bits made of more, *}
    "a number in an integer register" {type double location {.uleb128 5; .byte 0xa5, 5
	    .uleb128 double - unit; .byte 0x1f, 0x9f}}
	{double: reg 5; const -9223372036854775808; xor (8 *}
    "an integer in an xmm" {location {.uleb128 4; .byte 0xa5, 17; .uleb128 int - unit; .byte 0x9f}}
	{\[unsupported\] * a register that holds no number of that type, *}
    "a number's bits" {type ulong location {.uleb128 6; .byte 0xa5, 17
	    .uleb128 double - unit; .byte 0xa9; .uleb128 ulong - unit; .byte 0x9f}}
	{ulong: fpreg xmm0 (8 *}
    "a sum" {type double location {.uleb128 8; .byte 0xa5, 17; .uleb128 double - unit
	    .byte 0xa5, 18; .uleb128 double - unit; .byte 0x22, 0x9f}}
	{double: fpreg xmm0; fpreg xmm1; fadd (8 *}
    "a quotient of 32 bits" {type float location {.uleb128 8; .byte 0xa5, 17; .uleb128 float - unit
	    .byte 0xa5, 18; .uleb128 float - unit; .byte 0x1b, 0x9f}}
	{float: fpreg xmm0; zero 32; fpreg xmm1; zero 32; swap; single; swap; single; fdiv; tosingle; single (8 *}
    "a number that is greater" {location {.uleb128 8; .byte 0xa5, 17; .uleb128 double - unit
	    .byte 0xa5, 18; .uleb128 double - unit; .byte 0x2b, 0x9f}}
	{int: fpreg xmm0; fpreg xmm1; swap; flt; sign 32 *}
    "a remainder of floating point" {type double location {.uleb128 8; .byte 0xa5, 17; .uleb128 double - unit
	    .byte 0xa5, 18; .uleb128 double - unit; .byte 0x1d, 0x9f}}
	{\[unsupported\] * arithmetic that floating point has not, *}
    "an offset to floating point" {type double location {.uleb128 6; .byte 0xa5, 17; .uleb128 double - unit
	    .byte 0x23, 1, 0x9f}}
	{\[unsupported\] * an offset to floating point, *}
    "a long double, computed with" {EXTENDED location {.uleb128 5; .byte 0xa5, 33
	    .uleb128 extended - unit; .byte 0x1f, 0x9f}}
	{\[unsupported\] * floating point of more than 64 bits, *}
    "a typed number of the x87" {type double location {.uleb128 4; .byte 0xa5, 33
	    .uleb128 double - unit; .byte 0x9f}}
	{\[unsupported\] * arithmetic on a register of the x87, *}
    "an entry value at the entry" {type double location {.uleb128 7; .byte 0xa3, 3, 0xa5, 17
	    .uleb128 double - unit; .byte 0x1f, 0x9f}}
	{double: fpreg xmm0; const -9223372036854775808; xor (8 *}
}]

# What expressions come to in a process, where all registers are 0 at its start.  A
# typed constant: 0xa4, the type, its bytes.
set places_results {
    "the lesser of two is the first"
	{.uleb128 11; .byte 0x33, 0x34, 0x14, 0x14, 0x2d, 0x28, 1, 0, 0x16, 0x13, 0x9f} 3
    "the lesser of two is the second"
	{.uleb128 11; .byte 0x34, 0x33, 0x14, 0x14, 0x2d, 0x28, 1, 0, 0x16, 0x13, 0x9f} 3
    "bits of a constant"
	{.uleb128 26; .byte 0x9e, 16, 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe
	    .byte 1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x9d, 20, 56
	    .byte 0x30, 0x9f, 0x9d, 44, 0} 197118
    "bits of code: a nop, 0x90"
	{.uleb128 17; .byte 3; .quad victim; .byte 0x9d, 4, 4, 0x35, 0x9f, 0x9d, 60, 0} 89
    "a rotation: 5 7 9 to 9 5 7, 9 - (5 - 7)"
	{.uleb128 7; .byte 0x35, 0x37, 0x39, 0x17, 0x1c, 0x1c, 0x9f} 11
    "a remainder of signed numbers"
	{.uleb128 16; .byte 0xa4; .uleb128 int - unit; .byte 4; .long -7
	    .byte 0xa4; .uleb128 int - unit; .byte 4; .long 3; .byte 0x1d, 0x9f} -1
    "a logical shift of a negative number"
	{.uleb128 10; .byte 0xa4; .uleb128 int - unit; .byte 4; .long -1
	    .byte 0x4c, 0x25, 0x9f} 15
    "an arithmetic shift of an unsigned number"
	{.uleb128 10; .byte 0xa4; .uleb128 uint - unit; .byte 4; .long 0x80000000
	    .byte 0x4f, 0x26, 0x9f} 4294967295
    "a sum that wraps"
	{.uleb128 10; .byte 0xa4; .uleb128 uint - unit; .byte 4; .long -1
	    .byte 0x23, 3, 0x9f} 2
    "a division of the greatest number of 64 bits"
	{.uleb128 24; .byte 0xa4; .uleb128 ulong - unit; .byte 8; .quad -1
	    .byte 0xa4; .uleb128 ulong - unit; .byte 8; .quad 5; .byte 0x1b, 0x9f}
	3689348814741910323
    "a sum, whose bits are shown: 1.5 + 0.25"
	{.uleb128 26; .byte 0xa4; .uleb128 double - unit; .byte 8; .quad 0x3ff8000000000000
	    .byte 0xa4; .uleb128 double - unit; .byte 8; .quad 0x3fd0000000000000
	    .byte 0x22; .byte 0xa9; .uleb128 long - unit; .byte 0x9f} 4610560118520545280
    "a product of 32 bits, rounded to them: 0.1 * 3"
	{.uleb128 20; .byte 0xa4; .uleb128 float - unit; .byte 4; .long 0x3dcccccd
	    .byte 0xa4; .uleb128 float - unit; .byte 4; .long 0x40400000
	    .byte 0x1e; .byte 0xa8; .uleb128 double - unit
	    .byte 0xa9; .uleb128 long - unit; .byte 0x9f} 4599075939685498880
    "a difference that is cut: -3 - 0.75"
	{.uleb128 26; .byte 0xa4; .uleb128 double - unit; .byte 8; .quad 0xc008000000000000
	    .byte 0xa4; .uleb128 double - unit; .byte 8; .quad 0x3fe8000000000000
	    .byte 0x1c; .byte 0xa8; .uleb128 long - unit; .byte 0x9f} -3
    "what is no number equals nothing"
	{.uleb128 24; .byte 0xa4; .uleb128 double - unit; .byte 8; .quad -1
	    .byte 0xa4; .uleb128 double - unit; .byte 8; .quad -1; .byte 0x2e, 0x9f} 1
    "1 is at least 1"
	{.uleb128 24; .byte 0xa4; .uleb128 double - unit; .byte 8; .quad 0x3ff0000000000000
	    .byte 0xa4; .uleb128 double - unit; .byte 8; .quad 0x3ff0000000000000; .byte 0x2a, 0x9f} 1
    "the greatest number of 64 bits is not below 1"
	{.uleb128 24; .byte 0xa4; .uleb128 ulong - unit; .byte 8; .quad -1
	    .byte 0xa4; .uleb128 ulong - unit; .byte 8; .quad 1; .byte 0x2d, 0x9f} 0
}

# A copy of `twin` in victim, whose entry is victim + 2: its ranges, where its
# parameter `value` is (register 0 before the entry, 4 from there on, 1 for no
# instruction), and what is said of it.
set places_copies {
    "starts behind its code" {victim, victim + 1, victim + 2, victim + 2} {}
	{int: reg 4; sign 32 *}
    "starts before its code" {victim + 2, victim + 2, victim + 2, victim + 3} {}
	{int: reg 4; sign 32 *}
    "starts where nothing of it is" {victim + 1, victim + 2, victim, victim + 1} {}
	{int: reg 0; sign 32 *}
    "has its parameter before the source's first line"
	{victim, victim + 1, victim + 2, victim + 2}
	{.byte 7; .quad victim + 2, victim + 2; .uleb128 1; .byte 0x51}
	{int: reg 1; sign 32 *}
    "has no code" {victim, victim, victim + 2, victim + 2} {} {}
}

proc places_copy {ranges first} {
    lassign [split $ranges ,] a b c d
    return [list body "!copy; .long twin - unit, 12; .quad victim + 2
	    !in_list; .asciz \"value\"; .long int - unit, 12; .byte 0" \
	more {twin: !abstract; .asciz "twin"; .byte 1} \
	ranges ".long ranges_end - ranges; ranges: .short 5; .byte 8, 0; .long 0
	    .byte 6; .quad $a, $b; .byte 6; .quad $c, $d; .byte 0; ranges_end:" \
	lists ".long list_end - list; list: .short 5; .byte 8, 0; .long 0; $first
	    .byte 7; .quad victim, victim + 2; .uleb128 1; .byte 0x50
	    .byte 7; .quad victim + 2, victim + 3; .uleb128 1; .byte 0x54
	    .byte 0; list_end:"]
}

proc places_build {parts} {
    set types {}
    foreach {type size encoding} $::places_types {
	lappend types "$type: !base; .asciz \"$type\"; .byte $size, $encoding"
    }
    if {[dict exists $parts types]} {
	lappend types [dict get $parts types]
    }
    dict set parts types [join $types "; "]
    dict set parts lines $::places_lines
    return [mal_build [mal_source $parts]]
}

# The variables of run/13-6-computed.stp, which has their values in a guest, are
# computed by what that test is about.
proc places_computed {} {
    set source $::ptap_srcdir/testsuite/run/computed.c
    dbg_shell "gcc -g -O2 -o computed [ptap_quote $source]"
    foreach {name want} {
	least {int: *; lt; select; *} quotient {*; udiv (8 *} rest {*; mod (8 *}
	turned {*; shl; rot; *} below {*; lt; *}
    } {
	dbg_check "places: $name is computed" \
	    [list user:$::dbg_work/computed show =computed@computed.c:14 $name] $want
    }
}

# The same of floating point: run/13-6-floating.stp.
proc places_floating {} {
    set source $::ptap_srcdir/testsuite/run/floating.c
    dbg_shell "gcc -g -O2 -Wno-unused-variable -o floating [ptap_quote $source]"
    foreach {place name want} {
	computed@floating.c:29 sum -4607970548734807245
	computed@floating.c:29 quotient -4640028672082306225
	computed@floating.c:29 product 4599075939685498880
	computed@floating.c:29 narrowed -4607745368753438720
	computed@floating.c:29 of_integer -4618891777831180697
	computed@floating.c:29 greater 1
	computed@floating.c:29 whole 0
	lost@floating.c:36 a 4612811918334230528
	lost@floating.c:36 b 4602678819172646912
    } {
	dbg_check "places: $name is computed as the CPU does" \
	    [list user:$::dbg_work/floating run =$place $name] $want
    }
}

proc dbg_test_places {} {
    places_floating
    places_computed
    foreach {name location want} $::places_results {
	set image [places_build [list type long location $location]]
	dbg_check "places: $name" [list $image run victim value] $want
    }
    foreach {name parts asked want} $::places_cases {
	set image [places_build $parts]
	lassign $asked path line
	set place [expr {$line eq "" ? "victim" : "=victim@m.c:$line"}]
	dbg_check "places: $name" [list $image show $place $path] $want
    }
    foreach {name parts want} $::places_floats {
	set image [places_build $parts]
	dbg_check "places: $name" [list user:$image show victim value] $want
    }
    dbg_check "places: an xmm of the kernel" [list $image show victim value] \
	{\[unsupported\] * a floating point register of the kernel, *}
    foreach {name ranges first want} $::places_copies {
	set image [places_build [places_copy $ranges $first]]
	dbg_check "places: a copy that $name" [list $image show twin value] $want
    }
}
