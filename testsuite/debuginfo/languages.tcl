# SPDX-License-Identifier: GPL-2.0-or-later
# Programs of languages other than C: what Rust's compiler says of an enum and how it hands
# over results, written byte by byte (see malformed.tcl).

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

proc languages_build {language parts} {
    return [mal_build [mal_source [concat [list types $::languages_types] \
	[expr {$language eq "Rust" ? {unit {!foreign} language {.short 0x1c}} : ""}] \
	$parts]]]
}

proc languages_test_variants {} {
    set image [languages_build Rust {type to_record}]
    foreach {path want} $::languages_members {
	dbg_check "languages: variants: $path" [list user:$image show victim $path] $want
    }
    if {[ptap_no_kernel] ne ""} {
	untested "debuginfo: languages: variants: [ptap_no_kernel]"
	return
    }
    lassign [ptap_shell "[ptap_quote $::ptap_program] -p3 -w -r $::ptap_release -e\
	'probe process(\"$image\").function(\"victim\") { println(\$value$$) }'"] status out err
    ptap_verdict "debuginfo: languages: variants: printed" \
	[expr {[string first "{.n=%i, .shape={...}}" $out] >= 0 ? "" : "got $out$err"}]
}

proc dbg_test_languages {} {
    languages_test_variants
    foreach {type path rust c} $::languages_results {
	foreach language {Rust C} want [list $rust $c] {
	    set image [languages_build $language [list result $type]]
	    dbg_check "languages: a result of type $type, $language" \
		[list user:$image show victim $path] $want
	}
    }
}
