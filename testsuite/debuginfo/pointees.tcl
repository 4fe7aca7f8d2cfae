# SPDX-License-Identifier: GPL-2.0-or-later
# Pointers that were optimised out, whose pointees the debuginfo describes, and values
# in pieces; what compilers give, and what hardly any does.

# Types for all cases.  Texts are pointed to by `text`.
set pointee_types {s: !struct; .asciz "s"; .uleb128 12
	!member; .asciz "a"; .long int - unit; .uleb128 0
	!member; .asciz "b"; .long int - unit; .uleb128 4
	!bits; .asciz "m"; .long int - unit; .uleb128 5, 67
	!bits; .asciz "n"; .long int - unit; .uleb128 20, 72; .byte 0
    to_s: !pointer; .byte 8; .long s - unit
    to_to_s: !pointer; .byte 8; .long to_s - unit
    to_itself: !pointer; .byte 8; .long to_itself - unit
    to_int: !pointer; .byte 8; .long int - unit
    char: !base; .asciz "char"; .byte 1, 6
    text: !pointer; .byte 8; .long char - unit
    holder: !struct; .asciz "holder"; .uleb128 16
	!member; .asciz "p"; .long to_s - unit; .uleb128 0
	!member; .asciz "c"; .long int - unit; .uleb128 8; .byte 0
    only: !struct; .asciz "only"; .uleb128 8
	!member; .asciz "p"; .long to_s - unit; .uleb128 0; .byte 0
    to_only: !pointer; .byte 8; .long only - unit
    ints: !array; .long int - unit; !subrange; .quad 2; .byte 0
    longs: !array; .long long - unit; !subrange; .quad 2; .byte 0}

# The location of a pointer to what is described at LABEL, OFFSET bytes into it, with
# more operations behind.
proc pointee_of {label {offset 0} {more {}}} {
    set length [expr {$offset < -64 || $offset > 63 ? 2 : 1}]
    set length [expr {5 + $length + [llength [split $more ,]]}]
    return ".uleb128 $length; .byte 0xa0; .long $label - unit; .sleb128 $offset\
	[expr {$more eq {} ? {} : "; .byte $more"}]"
}

# A variable beside `value`.
proc pointee_other {name type location} {
    return "$name: !local; .asciz \"$name\"; .long $type - unit; $location;"
}

# Pieces: 0x93.  In registers 5, 4 and 1, 4 bytes in each.
set pointee_pieces {.uleb128 9; .byte 0x55, 0x93, 4, 0x54, 0x93, 4, 0x51, 0x93, 4}
set pointee_gap {.uleb128 5; .byte 0x55, 0x93, 4, 0x93, 8}
set pointee_memory {.uleb128 2; .byte 0x75, 16}
set pointee_gone "*optimised-out\\\] *"

# Type and location of `value`, other variables, what is asked for, what is said.
set pointee_cases [list \
    "a member in memory" to_s [pointee_of x] [pointee_other x s $pointee_memory] \
	value->b {int: reg 5; const 16; add; const 4; add; load 4; *} \
    "an address in memory" to_s [pointee_of x] [pointee_other x s $pointee_memory] \
	{&value->b} {int: reg 5; const 16; add; const 4; add (8 bytes, pointer)} \
    "an index in memory" to_s [pointee_of x] [pointee_other x s $pointee_memory] \
	{value[].b} {int: reg 5; const 16; add; operand 0; const 12; mul; add; const 4; add; load 4; *} \
    "a member in a piece" to_s [pointee_of x] [pointee_other x s $pointee_pieces] \
	value->b {int: reg 4; sign 32 *} \
    "an address in a piece" to_s [pointee_of x] [pointee_other x s $pointee_pieces] \
	{&value->b} {\[unsupported\] *: it has no address} \
    "an index in pieces" to_s [pointee_of x] [pointee_other x s $pointee_pieces] \
	{value[].b} {\[unsupported\] *: it has no address | it can be indexed by a constant} \
    "a bit field in a piece" to_s [pointee_of x] [pointee_other x s $pointee_pieces] \
	value->m {int: reg 1; bits 5 3; sign 5 *} \
    "a bit field over pieces" to_s [pointee_of x] \
	[pointee_other x s {.uleb128 12; .byte 0x55, 0x93, 8, 0x54, 0x93, 2, 0x51, 0x93, 1, 0x52, 0x93, 1}] \
	value->n {int: reg 4; bits 8 8; reg 1; zero 8; const 8; shl; or; reg 2; zero 4; const 16; shl; or; sign 20 *} \
    "the first of pieces with a gap" to_s [pointee_of x] [pointee_other x s $pointee_gap] \
	value->a {int: reg 5; sign 32 *} \
    "the gap" to_s [pointee_of x] [pointee_other x s $pointee_gap] \
	value->b {\[optimised-out\] this part of it was optimised out here} \
    "a member by an index" to_s [pointee_of x] [pointee_other x s $pointee_pieces] \
	{value[0].a} {int: reg 5; sign 32 *} \
    "beyond the pieces" to_s [pointee_of x] [pointee_other x s $pointee_pieces] \
	{value[1].a} {\[optimised-out\] this part of it was optimised out here} \
    "before the pieces" to_s [pointee_of x] [pointee_other x s $pointee_pieces] \
	{value[-1].a} {\[optimised-out\] this is beyond what the pointer leads to, *} \
    "inside the other" to_int [pointee_of x 4] [pointee_other x s $pointee_pieces] \
	{value[0]} {int: reg 4; sign 32 *} \
    "behind and back" to_int [pointee_of x 8] [pointee_other x s $pointee_pieces] \
	{value[-1]} {int: reg 4; sign 32 *} \
    "before the other" to_int [pointee_of x -4] [pointee_other x s $pointee_memory] \
	{value[0]} {\[unsupported\] * an offset that may be negative, *} \
    "between members" text [pointee_of x 6] [pointee_other x s $pointee_pieces] \
	{value[0]} {char: reg 4; bits 8 16; sign 8 *} \
    "over the end of a piece" to_int [pointee_of x 2] [pointee_other x s $pointee_pieces] \
	{value[0]} {int: reg 5; bits 16 16; reg 4; zero 16; const 16; shl; or; sign 32 *} \
    "pieces in memory and in a register" to_s [pointee_of x] \
	[pointee_other x s {.uleb128 7; .byte 0x54, 0x93, 4, 0x75, 8, 0x93, 8}] \
	value->m {int: reg 5; const 8; add; const 4; add; load 1; bits 5 3; sign 5 *} \
    "one register" to_int [pointee_of x] [pointee_other x int {.uleb128 1; .byte 0x55}] \
	{value[0]} {int: reg 5; sign 32 *} \
    "what a register has besides" to_int [pointee_of x 4] \
	[pointee_other x int {.uleb128 1; .byte 0x55}] \
	{value[0]} {\[optimised-out\] this part of it was optimised out here} \
    "a constant" to_int [pointee_of x] [pointee_other x int {.uleb128 2; .byte 0x3c, 0x9f}] \
	{value[0]} {int: const 12; sign 32 *} \
    "a constant of a structure" to_s [pointee_of x] \
	[pointee_other x s {.uleb128 14; .byte 0x9e, 12; .long 7, 8, -1}] \
	value->m {int: const 4294967295; bits 5 3; sign 5 *} \
    "a text" text [pointee_of x] {x: !procedure; .uleb128 8; .byte 0x9e, 6; .asciz "hello";} \
	{value[1]} {char: const 478560413032; bits 8 8; sign 8 *} \
    "behind a text" text [pointee_of x] {x: !procedure; .uleb128 8; .byte 0x9e, 6; .asciz "hello";} \
	{value[6]} {\[optimised-out\] this part of it was optimised out here} \
    "the pointer" to_s [pointee_of x] [pointee_other x s $pointee_pieces] \
	value {\[optimised-out\] '$value' was optimised out here: it points to something that has no place in memory | what it points to can be read: '$value->member'} \
    "a pointer to a number" to_int [pointee_of x] [pointee_other x int {.uleb128 1; .byte 0x55}] \
	value {\[optimised-out\] '$value' *| what it points to can be read: '$value\[0\]'} \
    "a pointer to a pointer" to_to_s [pointee_of x] \
	"[pointee_other x to_s [pointee_of y]] [pointee_other y s $pointee_pieces]" \
	{value[0]->b} {int: reg 4; sign 32 *} \
    "a pointer to a structure of one pointer" to_only [pointee_of x] \
	"[pointee_other x only [pointee_of y]] [pointee_other y s $pointee_pieces]" \
	value->p->b {int: reg 4; sign 32 *} \
    "the structure of one pointer" to_only [pointee_of x] \
	"[pointee_other x only [pointee_of y]] [pointee_other y s $pointee_pieces]" \
	{value[0].p[0].b} {int: reg 4; sign 32 *} \
    "the pointer between" to_to_s [pointee_of x] \
	"[pointee_other x to_s [pointee_of y]] [pointee_other y s $pointee_pieces]" \
	{value[0]} {\[optimised-out\] this pointer was *| what it points to can be read: '->member'} \
    "a part of the pointer between" to_int [pointee_of x] \
	"[pointee_other x to_s [pointee_of y]] [pointee_other y s $pointee_pieces]" \
	{value[1]} {\[optimised-out\] *} \
    "a pointer to one in a register" to_to_s [pointee_of x] \
	[pointee_other x to_s {.uleb128 1; .byte 0x55}] \
	{value[0]->b} {int: reg 5; const 4; add; load 4; sign 32 *} \
    "a pointer that is a piece" holder {.uleb128 11; .byte 0xa0; .long x - unit; .byte 0, 0x93, 8; .byte 0x54, 0x93, 8} \
	[pointee_other x s $pointee_pieces] \
	value.p->b {int: reg 4; sign 32 *} \
    "the piece behind a pointer" holder {.uleb128 11; .byte 0xa0; .long x - unit; .byte 0, 0x93, 8; .byte 0x54, 0x93, 8} \
	[pointee_other x s $pointee_pieces] \
	value.c {int: reg 4; bits 32 0; sign 32 *} \
    "the pointer that is a piece" holder {.uleb128 11; .byte 0xa0; .long x - unit; .byte 0, 0x93, 8; .byte 0x54, 0x93, 8} \
	[pointee_other x s $pointee_pieces] \
	value.p {\[optimised-out\] this pointer was *} \
    "a structure of one pointer" only [pointee_of x] [pointee_other x s $pointee_pieces] \
	value.p->b {int: reg 4; sign 32 *} \
    "what was optimised out, too" to_s [pointee_of x] [pointee_other x s {.uleb128 0}] \
	value->a {\[optimised-out\] '$x' has no value yet where the function starts | *} \
    "a pointer to that" to_s [pointee_of x] [pointee_other x s {.uleb128 0}] \
	value {\[optimised-out\] '$value' was optimised out here: it points to something that has no place in memory} \
    "what has no location" to_s [pointee_of x] {x: !plain; .asciz "x"; .long s - unit;} \
	value->a {\[optimised-out\] '$x' was optimised out of 'victim' | *} \
    "an array in pieces" ints {.uleb128 6; .byte 0x55, 0x93, 4, 0x54, 0x93, 4} {} \
	{value[1]} {int: reg 4; sign 32 *} \
    "an array of a constant" longs {.uleb128 18; .byte 0x9e, 16; .quad 11, 12} {} \
	{value[1]} {long: const 12 (8 *} \
    "an element that is not there" longs {.uleb128 18; .byte 0x9e, 16; .quad 11, 12} {} \
	{value[2]} {\[optimised-out\] *} \
    "an element before the first" longs {.uleb128 18; .byte 0x9e, 16; .quad 11, 12} {} \
	{value[-1]} {\[unsupported\] *: they have no element -1} \
    "a pointer to itself" to_itself [pointee_of value_die] {} \
	{value[0][0][0]} {\[optimised-out\] this pointer was *} \
    "pointers to one another" to_itself [pointee_of x] [pointee_other x to_itself [pointee_of value_die]] \
	{value[0][0][0][0]} {\[optimised-out\] this pointer was *} \
    "a pointer to what a file lost" to_s {.uleb128 6; .byte 0xa0; .long 0; .byte 0} {} \
	value->a {\[optimised-out\] * it points to something that has no place in memory*} \
    "a pointer to a type" to_s [pointee_of s] {} value->a {\[bad-debuginfo\] *} \
    "a pointer to nothing" to_s [pointee_of {unit_end + 0x10000}] {} value->a {\[bad-debuginfo\] *} \
    "a pointer that is counted with" to_s [pointee_of x 0 {0x23, 1}] [pointee_other x s $pointee_pieces] \
	value->a {\[bad-debuginfo\] * an operation on what has no value*} \
    "a pointer behind a value" to_s {.uleb128 7; .byte 0x30, 0xa0; .long x - unit; .byte 0} \
	[pointee_other x s $pointee_pieces] value->a {\[bad-debuginfo\] * a pointer that is computed with*} \
    "a pointer far beyond" to_s [pointee_of x 5000] [pointee_other x s $pointee_pieces] \
	{value[2000000000].a} {\[optimised-out\] *} \
    "pieces of more than there can be" s {.uleb128 16; .byte 0x55, 0x93; .uleb128 -1; .byte 0x54, 0x93, 4} {} \
	value.a {\[*\] *} \
    "a value behind the pieces" s {.uleb128 4; .byte 0x55, 0x93, 4, 0x54} {} \
	value.a {\[bad-debuginfo\] * something behind the last piece*} \
    "nothing but gaps" s {.uleb128 4; .byte 0x93, 4, 0x93, 8} {} \
	value.a {\[optimised-out\] * no part of it has a place | *} \
]

# Values in a process, where all registers are 0 at its start.
set pointee_results [list \
    "a member of constants" to_s [pointee_of x] \
	[pointee_other x s {.uleb128 12; .byte 0x37, 0x9f, 0x93, 4, 0x38, 0x9f, 0x93, 4, 0x4f, 0x9f, 0x93, 4}] \
	value->b 8 \
    "over three pieces" to_s [pointee_of x] \
	[pointee_other x s {.uleb128 20; .byte 0x30, 0x9f, 0x93, 8, 0x31, 0x9f, 0x93, 1
	    .byte 0x32, 0x9f, 0x93, 1, 0x33, 0x9f, 0x93, 1, 0x34, 0x9f, 0x93, 1}] \
	value->n 262914 \
    "through two pointers" to_to_s [pointee_of x] \
	"[pointee_other x to_s [pointee_of y]] [pointee_other y s {.uleb128 14; .byte 0x9e, 12; .long 7, -8, -1}]" \
	{value[0]->b} -8 \
    "a bit field of a constant" to_s [pointee_of x] \
	[pointee_other x s {.uleb128 14; .byte 0x9e, 12; .long 7, -8, 0x12345678}] \
	value->n 144470 \
    "a letter of a text" text [pointee_of x 1] \
	{x: !procedure; .uleb128 8; .byte 0x9e, 6; .asciz "hello";} {value[3]} 111 \
]

proc pointee_build {type location others} {
    return [places_build [list type $type location $location body $others \
	types $::pointee_types \
	variable {value_die: !local; .asciz "value"; .long TYPE - unit; LOCATION}]]
}

# What gcc gives, in one file and in two; for x86_64 it leaves out what a pointer in
# the second one leads to.
proc pointee_compiled {} {
    global dbg_work dbg_dir
    set line [dbg_line "line: within" pointee.c]
    set known {pair->first 3 {pair[0].second} -4 pair {\[optimised-out\] '$pair' was optimised out here: it points to * | what it points to can be read: '$pair->member'}}
    set lost {pair->first {\[optimised-out\] '$pair' was optimised out here: it points to *}}
    foreach {name flags wanted} [list \
	gcc -O2 $known \
	"gcc, DWARF 4" "-O1 -gdwarf-4" $known \
	"gcc, split" "-O2 -gsplit-dwarf" $lost \
	"gcc, i386" "-O2 -m32" $known \
	"gcc, i386, split" "-O2 -m32 -gsplit-dwarf" $known \
	"gcc, i386, DWARF 4, split" "-O2 -m32 -gdwarf-4 -gsplit-dwarf" $known \
    ] {
	if {[lindex [ptap_shell "cd [ptap_quote $dbg_work] && rm -rf pointee &&\
	    mkdir pointee && cd pointee && gcc -g $flags -no-pie -Wl,--build-id\
	    -o pointee [ptap_quote $dbg_dir/pointee.c]"] 0]} {
	    unsupported "debuginfo: pointees: $name: gcc does not compile it"
	    continue
	}
	foreach {what want} $wanted {
	    dbg_check "pointees: $name: $what" \
		[list file:$dbg_work/pointee/pointee run =add@*pointee.c:$line $what] $want
	}
    }
}

proc dbg_test_pointees {} {
    pointee_compiled
    foreach {name type location others path want} $::pointee_cases {
	set image [pointee_build $type $location $others]
	dbg_check "pointees: $name" [list $image show victim $path] $want
    }
    foreach {name type location others path want} $::pointee_results {
	set image [pointee_build $type $location $others]
	dbg_check "pointees: a value: $name" [list $image run victim $path] $want
    }
}
