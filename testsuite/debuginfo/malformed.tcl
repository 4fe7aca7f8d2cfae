# SPDX-License-Identifier: GPL-2.0-or-later
# Debuginfo that no compiler makes, written byte by byte: each case says what is
# wrong, and what is said of it.  An image has one function, `victim`, with one
# variable, `value`; a case replaces one or more parts of its description.

# The abbreviations that cases use.  Forms: 1 addr, 7 data8, 8 string, 0xa block1, 0xb data1,
# 0xe strp, 5 data2, 0xd sdata, 0xf udata, 0x13 ref4, 0x17 sec_offset, 0x18 exprloc.
set mal_abbrevs {
    unit	{1 0x11 1  3 8  0x11 1  0x12 7  0x10 0x17}
    function	{2 0x2e 1  3 8  0x11 1  0x12 7  0x40 0x18  0x49 0x13}
    parameter	{3 0x05 0  3 8  0x49 0x13  2 0x18}
    base	{4 0x24 0  3 8  0x0b 0xb  0x3e 0xb}
    typedef	{5 0x16 0  3 8  0x49 0x13}
    struct	{6 0x13 1  3 8  0x0b 0xf}
    member	{7 0x0d 0  3 8  0x49 0x13  0x38 0xf}
    array	{8 0x01 1  0x49 0x13}
    subrange	{9 0x21 0  0x2f 7}
    const	{10 0x26 0  0x49 0x13}
    pointer	{11 0x0f 0  0x0b 0xb  0x49 0x13}
    specified	{12 0x2e 0  0x47 0x13  0x11 1  0x12 7}
    originated	{13 0x2e 0  0x31 0x13  0x11 1  0x12 7}
    listed	{14 0x34 0  3 8  0x49 0x13  2 0x17}
    block	{15 0x0b 1  0x11 1  0x12 7}
    inlined	{16 0x1d 1  0x31 0x13  0x11 1  0x12 7}
    sibling	{17 0x24 0  3 8  1 0x13  0x0b 0xb  0x3e 0xb}
    bits	{18 0x0d 0  3 8  0x49 0x13  0x0d 0xf  0x6b 0xf}
    named	{19 0x13 0  3 0xe  0x0b 0xf}
    unknown	{20 0x24 0  3 0x7f}
    variants	{21 0x33 1}
    variant	{22 0x19 1  0x16 0xf}
    ranged	{23 0x2e 0  3 8  0x55 0x17}
    local	{24 0x34 0  3 8  0x49 0x13  2 0x18}
    old_bits	{25 0x0d 0  3 8  0x49 0x13  0x0b 0xf  0x0d 0xf  0x0c 0xf  0x38 0xf}
    in_list	{26 0x05 0  3 8  0x49 0x13  2 0x17}
    nameless	{27 0x0d 0  0x49 0x13  0x38 0xf}
    abstract	{28 0x2e 0  3 8  0x20 0xb}
    procedure	{30 0x36 0  2 0x18}
    plain	{31 0x34 0  3 8  0x49 0x13}
    copy	{29 0x1d 1  0x31 0x13  0x55 0x17  0x52 1}
    namespace	{32 0x39 1  3 8}
    class	{33 0x02 1  3 8  0x0b 0xf}
    declared	{34 0x2e 0  3 8  0x3c 0x19}
    far		{35 0xb0000010 0  3 8}
    described	{37 0x01 1  0x49 0x13  0x50 0x18}
    ordered	{38 0x01 1  0x49 0x13  0x09 0xb}
    strided	{39 0x21 0  0x2f 7  0x51 0xf}
    bounds	{40 0x21 0  0x22 0xd  0x2f 0xd}
    module	{41 0x1e 1  3 8}
    range	{42 0x21 0  3 8  0x49 0x13}
    small_range	{43 0x21 0  3 8  0x49 0x13  0x0b 0xb}
    in_block	{44 0x34 0  3 8  0x49 0x13  2 0xa}
    fixed	{59 0x34 0  3 8  0x49 0x13  0x1c 0xb}
    foreign	{36 0x11 1  3 8  0x11 1  0x12 7  0x10 0x17  0x13 5}
}

set mal_parts {
    length	{.long unit_end - unit_start}
    header	{.short 5; .byte 1, 8; .long 0}
    unit	{!unit}
    language	{}
    types	{}
    type	int
    result	int
    location	{.uleb128 1; .byte 0x55}
    base	{.byte 1, 0x9c}
    variable	{!local; .asciz "value"; .long TYPE - unit; LOCATION}
    body	{}
    more	{}
    abbrevs_end	{.byte 0}
    lists	{}
    ranges	{}
    lines	{}
    frames	{}
    orc_ips	{}
    orc		{}
}

proc mal_abbrev_text {} {
    set text ""
    foreach {name numbers} $::mal_abbrevs {
	foreach {code tag children} $numbers break
	append text "\t.uleb128 $code, $tag\n\t.byte $children\n"
	foreach {attribute form} [lrange $numbers 3 end] {
	    append text "\t.uleb128 $attribute, $form\n"
	}
	append text "\t.byte 0, 0\n"
    }
    return $text
}

# The assembler source of an image with PARTS in place of the usual ones.
proc mal_source {parts} {
    array set part [concat $::mal_parts $parts]
    array set abbrevs $::mal_abbrevs
    set text "
	.text
	.globl victim
	.type victim, @function
victim:	nop
	nop
	ret
victim_end:
	.size victim, victim_end - victim
	.section .debug_abbrev
[mal_abbrev_text]
	$part(abbrevs_end)
	.section .debug_info
unit:	$part(length)
unit_start:
	$part(header)
	$part(unit); .asciz \"m.c\"; .quad victim, victim_end - victim; .long 0
	$part(language)
int:	!base; .asciz \"int\"; .byte 4, 5
	$part(types)
function:
	!function; .asciz \"victim\"; .quad victim, victim_end - victim
	$part(base)
	.long $part(result) - unit
	[string map [list TYPE $part(type) LOCATION $part(location)] $part(variable)]
	$part(body)
	.byte 0
	$part(more)
	.byte 0
unit_end:
	.section .debug_loclists
	$part(lists)
	.section .debug_rnglists
	$part(ranges)
	.section .debug_line
	$part(lines)
	.section .debug_frame
	$part(frames)
	.section .orc_unwind_ip, \"a\"
	$part(orc_ips)
	.section .orc_unwind, \"a\"
	$part(orc)
"
    foreach name [array names abbrevs] {
	regsub -all "!$name\\y" $text ".uleb128 [lindex $abbrevs($name) 0]" text
    }
    return [string map {; \n\t} $text]
}

# A table of lines: its header as given, then the program.
proc mal_lines {range base count program} {
    return ".long lines_end - lines_start; lines_start: .short 5; .byte 8, 0;\
	.long program - after; after: .byte 1, 1, 1, -5, $range, $base;\
	[expr {$base ? {.byte 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1;} : {}}] .byte 1; .uleb128 1, 8, 1;\
	.asciz \".\"; .byte 2; .uleb128 1, 8, 2, 0xb, $count; .asciz \"m.c\";\
	.byte 0; program: $program lines_end:"
}

# Name, parts, what is said of `value`, and, if more is worth asking: command and
# answer.
set mal_cases {
    "whole: what the others are a change of" {}
	{int: reg 5; sign 32 *} {list victim} {victim victim m.c:0 called}
    "whole: a parameter"
	{variable {!parameter; .asciz "value"; .long int - unit; .uleb128 2; .byte 0x75, 0}}
	{int: reg 5; load 4; sign 32 *} {parameters victim} value
    "whole: a constant of one byte has no sign"
	{variable {!fixed; .asciz "value"; .long int - unit; .byte 200}} {int: const 200*} {} {}
    "abbreviations that do not end" {abbrevs_end {.byte 99, 0x80}} {int: reg 5; *} {} {}
    "an entry without an abbreviation" {body {.uleb128 99}} {\[bad-debuginfo\] *} {} {}
    "a form that nobody knows" {types {!unknown; .byte 0}} {\[bad-debuginfo\] *} {} {}
    "a typedef of itself" {type t types {t: !typedef; .asciz "t"; .long t - unit}}
	{\[bad-debuginfo\] *} {members t} *
    "two typedefs of one another"
	{type t types {t: !typedef; .asciz "t"; .long u - unit
			u: !typedef; .asciz "u"; .long t - unit}}
	{\[bad-debuginfo\] *} {members u} *
    "a constant version of itself" {type t types {t: !const; .long t - unit}}
	{\[bad-debuginfo\] *} {} {}
    "a pointer to itself" {type t types {t: !pointer; .byte 8; .long t - unit}}
	{*: reg 5 (8 bytes, pointer)} {} {}
    "a structure that holds itself"
	{type s types {s: !struct; .asciz "s"; .uleb128 8
			!member; .asciz "m"; .long s - unit; .uleb128 0; .byte 0}}
	{\[*\] *} {show victim (s)->m->m->m->m} *
    "an array of itself"
	{type a types {a: !array; .long a - unit; !subrange; .quad 7; .byte 0}}
	{\[*\] *} {} {}
    "an array from -2^63 on"
	{type a types {a: !array; .long int - unit
			!bounds; .sleb128 -0x8000000000000000, 5; .byte 0}}
	{\[*\] *} {show victim value[2]} *
    "an array of 2^64 elements"
	{type a types {a: !array; .long int - unit; !subrange; .quad -1
			!subrange; .quad -2; !subrange; .quad 1 << 62; .byte 0}}
	{\[*\] *} {show victim value[2]} *
    "a structure of 2^63 bytes"
	{type s types {s: !struct; .asciz "s"; .uleb128 1 << 63
			!member; .asciz "m"; .long int - unit; .uleb128 1 << 62; .byte 0}}
	{\[*\] *} {show victim (s)->m} *
    "a bit field of 1000 bits, 2^60 bits on"
	{types {s: !struct; .asciz "s"; .uleb128 8
		 !bits; .asciz "m"; .long int - unit; .uleb128 1000, 1 << 60; .byte 0}}
	{int: reg 5; *} {show victim (s)->m} {\[*\] *}
    "a type in the middle of an entry" {type {int + 2}} {*} {} {}
    "a type outside the unit" {type {unit_end + 0x10000}} {\[bad-debuginfo\] *} {} {}
    "a type that is a function" {type function} {*} {} {}
    "a name outside the strings"
	{types {!named; .long 0x7fffffff; .uleb128 4}} {int: reg 5; *} {members s} {\[*\] *}
    "variants with members beside them"
	{type s types {s: !struct; .asciz "s"; .uleb128 8
			!variants; !variant; .uleb128 1
			!member; .asciz "hidden"; .long int - unit; .uleb128 0
			.byte 0, 0
			!member; .asciz "seen"; .long int - unit; .uleb128 4; .byte 0}}
	{\[*\] *} {show victim (s)->seen} {int: operand 0; const 4; add; load 4; *}
    "a function that is specified by itself"
	{more {s: !specified; .long s - unit; .quad victim, 1}} {int: *} {list *} *
    "functions that come from one another"
	{more {s: !originated; .long t - unit; .quad victim, 1
		t: !originated; .long s - unit; .quad victim, 1}} {int: *} {list *} *
    "a tag of 32 bits" {types {!far; .asciz "f"}} {int: reg 5; *} {} {}
    "whole: a function that is declared in a class"
	{types {!namespace; .asciz "n"; !class; .asciz "c"; .uleb128 4
		d: !declared; .asciz "inside"; .byte 0, 0}
	 more {!specified; .long d - unit; .quad victim, 1}} {int: *}
	{list n::c::*} {inside victim *}
    "5,000 namespaces in one another"
	{types {.rept 5000; !namespace; .asciz "n"; .endr; .rept 5000; .byte 0; .endr}}
	{int: reg 5; *} {list n::*} {}
    "a namespace that holds all that follows"
	{types {!namespace; .asciz "n"}} {int: reg 5; *} {list n::*} {victim victim *}
    "functions in a class that are declared by one another"
	{types {!class; .asciz "c"; .uleb128 4
		s: !specified; .long t - unit; .quad victim, 1
		t: !specified; .long s - unit; .quad victim, 1; .byte 0}}
	{int: *} {list c::*} *
    "a copy of a function in itself"
	{body {!inlined; .long function - unit; .quad victim, 2
		!inlined; .long function - unit; .quad victim, 2; .byte 0, 0}}
	{int: *} {callees victim *} *
    "an entry whose sibling is itself"
	{types {s: !sibling; .asciz "s"; .long s - unit; .byte 4, 5}} {*} {} {}
    "an entry whose sibling is before it"
	{types {s: !sibling; .asciz "s"; .long int - unit; .byte 4, 5}} {*} {} {}
    "5,000 blocks in one another"
	{body {.rept 5000; !block; .quad victim, 3; .endr; .rept 5000; .byte 0; .endr}}
	{int: reg 5; *} {callees victim *} {\[*\] *}
    "a location that jumps back"
	{location {.uleb128 4; .byte 0x75, 0, 0x2f; .byte -4}} {\[*\] *} {} {}
    "a location that jumps to itself"
	{location {.uleb128 3; .byte 0x2f; .short -3}}
	{\[unsupported\] *} {} {}
    "a location that takes more than there is"
	{location {.uleb128 2; .byte 0x13, 0x22}} {\[bad-debuginfo\] *} {} {}
    "a location that looks too deep"
	{location {.uleb128 3; .byte 0x30, 0x15, 200}} {\[bad-debuginfo\] *} {} {}
    "a location that divides by nothing"
	{location {.uleb128 4; .byte 0x30, 0x30, 0x1b, 0x9f}} {int: const 0; const 0; div; *} {} {}
    "a location without an end"
	{location {.uleb128 1 << 40; .byte 0x55}} {\[*\] *} {} {}
    "a location whose number does not end"
	{location {.uleb128 5; .byte 0x10, 0x80, 0x80, 0x80, 0x80}} {*} {} {}
    "a location of 20,000 operations"
	{location {.uleb128 20000; .fill 20000, 1, 0x30}} {\[unsupported\] *} {} {}
    "an empty location" {location {.uleb128 0}} {\[optimised-out\] *|*} {} {}
    "an operation that nobody knows" {location {.uleb128 1; .byte 0xff}} {\[*\] *} {} {}
    "an entry value in entry values"
	{location {.uleb128 10; .byte 0xa3, 8, 0xa3, 6, 0xa3, 4, 0xa3, 2, 0xa3, 0}} {\[*\] *} {} {}
    "a frame base that needs itself"
	{base {.byte 2, 0x91, 0} location {.uleb128 2; .byte 0x91, 8}} {\[*\] *} {} {}
    "a list of locations outside its section"
	{variable {!listed; .asciz "value"; .long int - unit, 0x7fffffff}} {\[*\] *} {} {}
    "a list of locations that does not end"
	{variable {!listed; .asciz "value"; .long int - unit, 12}
	    lists {.long 100; .short 5; .byte 8, 0; .long 0; .byte 7; .quad victim}} {\[*\] *} {} {}
    "a list of locations of no kind"
	{variable {!listed; .asciz "value"; .long int - unit, 12}
	    lists {.long 9; .short 5; .byte 8, 0; .long 0; .byte 99}} {\[*\] *} {} {}
    "ranges outside their section" {more {!ranged; .asciz "r"; .long 0x7fffffff}}
	{int: *} {list r} {}
    "a unit longer than its section" {length {.long 0x7fffffff}} {\[bad-debuginfo\] *} {} {}
    "a unit of four bytes" {length {.long 4}} {\[bad-debuginfo\] *} {} {}
    "a unit of no length" {length {.long 0}} {\[bad-debuginfo\] *} {} {}
    "a unit whose length wraps" {length {.long -1; .quad -16}} {\[bad-debuginfo\] *} {} {}
    "a unit of version 99" {header {.short 99; .byte 1, 8; .long 0}} {\[bad-debuginfo\] *} {} {}
    "a unit with addresses of 3 bytes" {header {.short 5; .byte 1, 3; .long 0}} {*} {} {}
    "a unit whose abbreviations are nowhere" {header {.short 5; .byte 1, 8; .long 0x7fffffff}}
	{\[bad-debuginfo\] *} {} {}
    "frames that are their own"
	{location {.uleb128 2; .byte 0x91, 8}
	    frames {cie: .long 12; .long -1; .byte 4, 0, 8, 0, 1, 0x78, 16, 0
		fde: .long 0x7fffffff, fde - cie; .quad victim, 3}} {int: cfa; *} {} {}
}

# Tables of lines: what is wrong, the table, and what statements there are.
set mal_line_cases [list \
    "whole lines" [mal_lines 14 13 1 {.byte 0, 9, 2; .quad victim; .byte 4, 0, 3, 6, 1, 2, 3, 0, 1, 1;}] \
	"victim victim m.c:7 called" \
    "a line of a file that is not there" \
	[mal_lines 14 13 1 {.byte 0, 9, 2; .quad victim; .byte 4; .uleb128 99999; .byte 1, 2, 3, 0, 1, 1;}] "" \
    "lines in ranges of nothing" [mal_lines 0 13 1 {.byte 0, 9, 2; .quad victim; .byte 40, 50, 0, 1, 1;}] "" \
    "lines without operations" [mal_lines 14 0 1 {.byte 0, 9, 2; .quad victim; .byte 1, 2, 3, 0, 1, 1;}] "*" \
    "2^60 files" [string map {{2, 0xb, 1;} {2, 0xb, 1 << 60;}} \
	[mal_lines 14 13 1 {.byte 0, 9, 2; .quad victim; .byte 1, 2, 3, 0, 1, 1;}]] "*" \
    "lines that end too late" {.long 0x7fffffff; .short 5; .byte 8, 0} "" \
    "an operation longer than the table" \
	[mal_lines 14 13 1 {.byte 0; .uleb128 1 << 50; .byte 2;}] "*" \
]

# Unwind information, asked for behind the function's entry: what is wrong, the
# instructions of the CIE and of the FDE, what is said of `value`.
set mal_frame_cases {
    "whole frames" {} {.byte 0x0c, 7, 16}
	{int: reg 7; const 16; add; const 8; add; load 4; sign 32 *}
    "frames that know an address, a block and a state"
	{.byte 0x16, 3, 1, 0x30} {.byte 0x0a, 0x01; .quad victim; .byte 0x0b, 0x0c, 7, 16}
	{int: reg 7; const 16; add; const 8; add; load 4; sign 32 *}
    "the rule of register 2^26" {} {.byte 0x08; .uleb128 1 << 26}
	{\[bad-debuginfo\] * damaged: the unwind information | *}
    "the rule of register 2^26, for all functions" {.byte 0x05; .uleb128 1 << 26, 0} {}
	{\[bad-debuginfo\] * damaged: the unwind information | *}
    "the rule of register 2^64" {} {.byte 0x07, 0x80; .fill 9, 1, 0x82; .byte 1}
	{\[bad-debuginfo\] * damaged: the unwind information | *}
    "a million states" {} {.byte 0x08, 127; .fill 1000000, 1, 0x0a}
	{\[bad-debuginfo\] * damaged: the unwind information | *}
    "frames that end within an instruction" {} {.byte 0x0c, 7, 16, 0x10, 3, 99} {*}
}

# The image of such a case, whose function has a line behind its entry.
proc mal_frame_source {cie fde} {
    return [mal_source [list \
	location {.uleb128 2; .byte 0x91, 8} \
	lines [mal_lines 14 13 1 {.byte 0, 9, 2; .quad victim;
	    .byte 4, 0, 3, 0, 1, 2, 1, 3, 1, 1, 2, 2, 0, 1, 1;}] \
	frames "cie: .long cie_end - . - 4; .long -1; .byte 4, 0, 8, 0, 1, 0x78, 16; $cie
	    cie_end: fde: .long fde_end - . - 4, 0; .quad victim, 3; $fde
	    fde_end:"]]
}

# Runs the driver in bounds of time and, but for the sanitizers, which want all there
# is, of memory; how it must not end.
proc mal_run {image arguments} {
    set memory [expr {[info exists ::env(PTAP_SANITIZED)] ? "unlimited" : 1000000}]
    lassign [ptap_exec [list sh -c "ulimit -v $memory && exec \"\$@\"" sh timeout 100 $::dbg_work/driver $image {*}$arguments]] \
	status out err
    set out [string trim $out]
    if {$status > 1 || $err ne ""} {
	return [list "status $status: $out $err" $out]
    }
    return [list "" $out]
}

proc mal_build {source} {
    set file [open $::dbg_work/mal.s w]
    puts $file $source
    close $file
    dbg_shell "gcc -c mal.s -o mal.o && ld --build-id -e victim mal.o -o mal"
    return $::dbg_work/mal
}

proc mal_check {name image arguments want} {
    lassign [mal_run $image $arguments] reason out
    if {$reason eq "" && ![string match $want $out]} {
	set reason "got $out, not $want"
    }
    if {$reason eq ""} {
	lassign [mal_run $image everything] reason out
    }
    ptap_verdict "debuginfo: malformed: $name" $reason
}

proc dbg_test_malformed {} {
    foreach {name parts want command answer} $::mal_cases {
	set image [mal_build [mal_source $parts]]
	mal_check $name $image {show victim value} $want
	if {$command ne ""} {
	    mal_check "$name: [lindex $command 0]" $image $command $answer
	}
    }
    foreach {name lines want} $::mal_line_cases {
	set image [mal_build [mal_source [list lines $lines]]]
	mal_check $name $image {statements victim@m.c:*} $want
    }
    foreach {name cie fde want} $::mal_frame_cases {
	set image [mal_build [mal_frame_source $cie $fde]]
	mal_check $name $image {show =victim@m.c:2 value} $want
    }
    dbg_test_truncated
    foreach {name parts want command answer} $::mal_btf_cases {
	set image [mal_build [mal_btf_source $parts]]
	mal_check "BTF, $name" $image {show victim value} $want
	if {$command ne ""} {
	    mal_check "BTF, $name: [lindex $command 0]" $image $command $answer
	}
    }
}

# The whole image, cut off after every so many bytes.
proc dbg_test_truncated {} {
    set image [mal_build [mal_source {}]]
    set whole [ptap_read $image]
    set size [file size $image]
    set bad {}
    for {set at 0} {$at < $size} {incr at [expr {$size / 60}]} {
	dbg_shell "head -c $at mal > mal-short"
	lassign [mal_run $::dbg_work/mal-short everything] reason out
	if {$reason ne "" || ![string match {\[bad-debuginfo\]*} $out]} {
	    lappend bad "$at: $reason$out"
	}
    }
    ptap_verdict "debuginfo: malformed: 60 images that end too early" [join $bad "; "]
}

# ---- BTF ---------------------------------------------------------------------

set mal_btf_parts {
    header	{.short 0xeb9f; .byte 1, 0; .long 24}
    places	{.long 0, types_end - types, types_end - types, strings_end - strings}
    int		{.long 1, 1 << 24, 4, 1 << 24 | 32}
    prototype	{.long 0, 13 << 24 | 1, 1}
    parameter	{.long 12, TYPE}
    function	{.long 5, 12 << 24 | 1, 2}
    type	1
    more	{}
    strings_end	{.byte 0}
}

# A kernel without debug symbols: BTF, symbols and a build id.  Types: 1 int,
# 2 the prototype and 3 the function; a case's own start with 4.  Texts: 1 "int",
# 5 "victim", 12 "value", 18 "s", 20 "m", 22 "char".
proc mal_btf_source {parts} {
    array set part [concat $::mal_btf_parts $parts]
    set text "
	.text
	.globl _stext, victim, _etext
	.type victim, @function
_stext: nop
victim:	nop
	ret
_etext:
	.section .notes, \"a\", @note
	.long 4, 20, 3
	.asciz \"GNU\"
	.fill 20, 1, 0x5a
	.section .BTF
	$part(header)
	$part(places)
types:	$part(int)
	$part(prototype)
	[string map [list TYPE $part(type)] $part(parameter)]
	$part(function)
	$part(more)
types_end:
strings: .byte 0
	.ascii \"int\\0victim\\0value\\0s\\0m\\0char\"
	$part(strings_end)
strings_end:
"
    return [string map {; \n\t} $text]
}

# Name, parts, what is said of `value`; command and answer.
set mal_btf_cases {
    "whole: what the others are a change of" {} {int: reg 5; sign 32 *} {} {}
    "a char with a sign" {type 4 more {.long 22, 1 << 24, 1, 1 << 24 | 8}}
	{char: reg 5; sign 8 (1 bytes, signed)*} {} {}
    "a char without a sign, as kernels have it from 6.2 on" {type 4 more {.long 22, 1 << 24, 1, 8}}
	{char: reg 5; zero 8 (1 bytes)*} {} {}
    "a typedef of itself" {type 4 more {.long 18, 8 << 24, 4}} {\[*\] *} {members s} *
    "two typedefs of one another"
	{type 4 more {.long 18, 8 << 24, 5, 20, 8 << 24, 4}} {\[*\] *} {} {}
    "a constant version of itself" {type 4 more {.long 0, 10 << 24, 4}} {\[*\] *} {} {}
    "a pointer to itself" {type 4 more {.long 0, 2 << 24, 4}} {*: reg 5 (8 bytes, pointer)} {} {}
    "a structure that holds itself"
	{type 4 more {.long 18, 4 << 24 | 1, 8, 20, 4, 0}} {\[*\] *}
	{show victim (s)->m->m->m} *
    "structures that hold one another"
	{type 4 more {.long 18, 4 << 24 | 1, 8, 20, 5, 0, 18, 5 << 24 | 1, 8, 20, 4, 0}} {\[*\] *}
	{show victim (s)->m->m->m} *
    "an array of itself" {type 4 more {.long 0, 3 << 24, 0, 4, 1, 7}} {\[*\] *} {} {}
    "an array of 2^32 - 1 arrays of 2^32 - 1"
	{type 5 more {.long 0, 3 << 24, 0, 1, 1, -1, 0, 3 << 24, 0, 4, 1, -1}} {\[*\] *} {} {}
    "a structure of 4 GB, a member at its end"
	{more {.long 18, 4 << 24 | 1, -1, 20, 1, -8}} {int: reg 5; *} {show victim (s)->m} {*load 4*}
    "a bit field of 255 bits"
	{more {.long 18, 1 << 31 | 4 << 24 | 1, 8, 20, 1, 255 << 24}} {int: reg 5; *}
	{show victim (s)->m} {\[*\] *}
    "a number of 255 bits" {type 4 more {.long 18, 1 << 24, 32, 255}} {\[*\] *} {} {}
    "a number of no bytes" {type 4 more {.long 18, 1 << 24, 0, 0}} {\[*\] *} {} {}
    "a type that is not there" {type 99} {\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "a prototype that is a number" {function {.long 5, 12 << 24 | 1, 1}} {\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "a prototype that is a function" {function {.long 5, 12 << 24 | 1, 3}} {\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "a parameter that is a function" {type 3} {\[*\] *} {} {}
    "65,535 parameters" {prototype {.long 0, 13 << 24 | 65535, 1}}
	{\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "65,535 members" {more {.long 18, 4 << 24 | 65535, 8}} {\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "a kind that nobody knows" {more {.long 18, 31 << 24, 8}} {\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "a name outside the strings" {more {.long 0x7fffffff, 8 << 24, 1}}
	{\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "strings that do not end" {strings_end {}} {\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "a header of 4 GB" {header {.short 0xeb9f; .byte 1, 0; .long -1}}
	{\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "a header of four bytes" {header {.short 0xeb9f; .byte 1, 0; .long 4}}
	{\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "types whose length wraps" {places {.long -24, 24, 0, strings_end - strings}}
	{\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "types that end too late" {places {.long 0, 0x7fffffff, types_end - types, 20}}
	{\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "no strings" {places {.long 0, types_end - types, types_end - types, 0}}
	{\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "the other byte order" {header {.byte 0xeb, 0x9f, 1, 0; .long 24}}
	{\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
    "a type that ends too early" {more {.long 18, 8 << 24}} {\[bad-debuginfo\] the BTF of '*' is damaged, or *} {} {}
}
