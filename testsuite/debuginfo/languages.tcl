# SPDX-License-Identifier: GPL-2.0-or-later
# Programs of languages other than C: what their compilers say and those of C do not,
# written byte by byte (see malformed.tcl).

# DW_AT_language.
array set languages {Fortran 8 Ada 0xd Go 0x16 Rust 0x1c}

# enum { circle(int), square { a: int, b: long } } of 16 bytes, its kind in front; a record
# with such an enum in it; results of one and two registers.
set languages_types {uint: !base; .asciz "uint"; .byte 4, 7
    long: !base; .asciz "long"; .byte 8, 5
    circle: !struct; .asciz "circle"; .uleb128 16
	!member; .asciz "__0"; .long int - unit; .uleb128 4; .byte 0
    square: !struct; .asciz "square"; .uleb128 16
	!member; .asciz "a"; .long int - unit; .uleb128 4
	!member; .asciz "b"; .long long - unit; .uleb128 8; .byte 0
    shape: !struct; .asciz "shape"; .uleb128 16
	!variants
	!nameless; .long uint - unit; .uleb128 0
	!variant; .uleb128 0
	!member; .asciz "circle"; .long circle - unit; .uleb128 0; .byte 0
	!variant; .uleb128 1
	!member; .asciz "square"; .long square - unit; .uleb128 0; .byte 0
	.byte 0, 0
    record: !struct; .asciz "record"; .uleb128 24
	!member; .asciz "n"; .long int - unit; .uleb128 16
	!member; .asciz "shape"; .long shape - unit; .uleb128 0; .byte 0
    to_record: !pointer; .byte 8; .long record - unit
    ints: !struct; .asciz "ints"; .uleb128 8
	!member; .asciz "a"; .long int - unit; .uleb128 0
	!member; .asciz "b"; .long int - unit; .uleb128 4; .byte 0
    longs: !struct; .asciz "longs"; .uleb128 16
	!member; .asciz "a"; .long long - unit; .uleb128 0
	!member; .asciz "b"; .long long - unit; .uleb128 8; .byte 0
    one: !struct; .asciz "one"; .uleb128 4
	!member; .asciz "a"; .long int - unit; .uleb128 0; .byte 0}

# Members of `value`, what is said.
set languages_members {
    value->shape.circle.__0 {int: reg 5; const 4; add; load 4 user; *}
    value->shape->square->b {long: reg 5; const 8; add; load 8 *}
    value->n {int: reg 5; const 16; add; load 4 user; *}
    value->shape->oval {\[unknown-member\] 'struct shape' has no member 'oval' | it has circle, square}
    value->shape->squar {\[unknown-member\] * | did you mean 'square'?}
}

# What a function returns, what is asked for; what is said of it in Rust, and in C.
set languages_results {
    int return {int: reg 0; *} {int: reg 0; *}
    ints return.b {\[unsupported\] 'victim' returns 'struct ints' in the way of its language, *}
	{int: reg 0; bits 32 32; *}
    longs return.b {long: reg 1 *} {long: reg 1 *}
    one return.a {int: reg 0; *} {int: reg 0; *}
    shape return->square.a {\[unsupported\] * in the way of its language, *}
	{\[unsupported\] * not all in registers that are read}
    record return.n {int: reg 0; const 16; add; load 4 user; *}
	{int: reg 0; const 16; add; load 4 user; *}
}

# Arrays of Fortran and Ada, and numbers of Ada's with bounds of their own.
set languages_more {described: !described; .long int - unit; .uleb128 2; .byte 0x97, 6
	!bounds; .sleb128 1, 3; .byte 0
    columns: !ordered; .long int - unit; .byte 1; !bounds; .sleb128 1, 2
	!bounds; .sleb128 1, 3; .byte 0
    column: !ordered; .long int - unit; .byte 1; !bounds; .sleb128 -1, 2; .byte 0
    spread: !array; .long int - unit; !strided; .quad 3; .uleb128 12; .byte 0
    three: !array; .long int - unit; !subrange; .quad 3; .byte 0
    two: !array; .long three - unit; !subrange; .quad 2; .byte 0
    short: !base; .asciz "short"; .byte 2, 5
    day: !range; .asciz "day"; .long short - unit
    tiny: !small_range; .asciz "tiny"; .long short - unit; .byte 1
    itself: !small_range; .asciz "itself"; .long itself - unit; .byte 4
    }

# Language, type of `value`, what is asked for, what is said.
set languages_values {
    Fortran described value[1] {\[unsupported\] the elements of 'int*' are where the program's description of it says*}
    Fortran columns {value[1][1]} {\[unsupported\] the elements of * stand column by column*}
    Fortran column value[1] {int: reg 5; const 4; add; load 4; sign 32 *}
    Fortran spread value[1] {\[unsupported\] the elements of * are not one behind the other*}
    Fortran two {value[1][0]} {int: reg 5; const 12; add; load 4; *}
    C two {value[1][0]} {int: reg 5; const 16; add; load 4; *}
    Ada day value {day: reg 5; load 2; sign 16 *}
    Ada tiny value {tiny: reg 5; load 1; sign 8 *}
    Ada itself value {itself: *}
}

proc languages_build {language parts {more ""}} {
    array set part [concat [list types "$::languages_types; $::languages_more"] $parts]
    if {$language ne "C"} {
	set part(unit) "!foreign"
	set part(language) ".short $::languages($language)"
    }
    return [mal_build "[mal_source [array get part]]$more"]
}

proc languages_test_values {} {
    foreach {language type path want} $::languages_values {
	set image [languages_build $language \
	    [list type $type location {.uleb128 2; .byte 0x75, 0}]]
	dbg_check "languages: $language: $type" [list $image show victim $path] $want
    }
    foreach {location want} {
	{.byte 2, 0x75, 4} {int: reg 5; const 4; add; load 4; *}
	{.byte 0} {\[optimised-out\] *}
    } {
	set image [languages_build Go [list header {.short 4; .long 0; .byte 8} \
	    variable "!in_block; .asciz \"value\"; .long int - unit; $location"]]
	dbg_check "languages: Go: a location in a block, $location" \
	    [list $image show victim value] $want
    }
    set image [languages_build Fortran {types {!module; .asciz "shop"} more {.byte 0}}]
    dbg_check "languages: Fortran: a function in a module" \
	[list user:$image list shop::vic*] {victim victim *}
}

# gcc's extension of C, which clang has not.
proc languages_test_nested {} {
    set file [open $::dbg_work/nested.c w]
    puts $file "int outer(int a)
{
	__attribute__((noinline)) int inner(int b) { return a * b; }
	return inner(a + 1) + inner(2);
}
int main(void) { return outer(5) != 40; }"
    close $file
    dbg_shell "gcc -g -O1 nested.c -o nested"
    foreach pattern {inner outer::inner} {
	dbg_check "languages: C: a function in a function, $pattern" \
	    [list user:$::dbg_work/nested list $pattern] "inner inner.* */nested.c:3 *"
    }
    dbg_check "languages: C: its parameter" \
	[list user:$::dbg_work/nested show inner b] {int: reg 5; sign 32 *}
}

# Go's linker leaves a note, also in stripped programs; another language's functions in
# the same program may return to elsewhere.
set languages_note {
	.section .note.go.buildid, "a"
	.long 4, 4, 4
	.asciz "Go"
	.byte 0
	.long 0
}

proc languages_test_stack {} {
    if {[ptap_no_kernel] ne ""} {
	untested "debuginfo: languages: returns beside Go: [ptap_no_kernel]"
	return
    }
    foreach {language strip want} {
	Go {} {*error: 'victim' cannot be probed: Go moves the stack *}
	C {} {*function("victim*").return*}
	C {strip -g} {*error: 'victim' cannot be probed: Go moves the stack *}
    } {
	set image [languages_build $language {} $::languages_note]
	if {$strip ne ""} {
	    dbg_shell "$strip $image"
	}
	lassign [ptap_shell "[ptap_quote $::ptap_program] -w -r $::ptap_release -l\
	    'process(\"$image\").function(\"victim\").return'"] status out err
	ptap_verdict "debuginfo: languages: a return beside Go: $language $strip" \
	    [expr {[string match $want "$out$err"] ? "" : "got $out$err"}]
    }
}

proc languages_test_variants {} {
    set image [languages_build Rust {type to_record}]
    foreach {path want} $::languages_members {
	dbg_check "languages: variants: $path" [list user:$image show victim $path] $want
    }
    if {[ptap_no_kernel] ne ""} {
	untested "debuginfo: languages: what is printed: [ptap_no_kernel]"
	return
    }
    lassign [ptap_shell "[ptap_quote $::ptap_program] -p3 -w -r $::ptap_release -e\
	'probe process(\"$image\").function(\"victim\") { println(\$value$$) }'"] status out err
    ptap_verdict "debuginfo: languages: variants: printed" \
	[expr {[string first "{.n=%i, .shape={...}}" $out] >= 0 ? "" : "got $out$err"}]
}

proc dbg_test_languages {} {
    languages_test_values
    languages_test_nested
    languages_test_variants
    languages_test_stack
    foreach {type path rust c} $::languages_results {
	foreach language {Rust C} want [list $rust $c] {
	    set image [languages_build $language [list result $type]]
	    dbg_check "languages: a result of type $type, $language" \
		[list user:$image show victim $path] $want
	}
    }
}
