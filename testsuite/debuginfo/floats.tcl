# SPDX-License-Identifier: GPL-2.0-or-later
# Floating point of programs: values are the bits of a binary64.

proc floats_bits {number} {
    binary scan [binary format q $number] w bits
    return $bits
}

# Of a float, by its nearest binary64.
proc floats_single {number} {
    binary scan [binary format r $number] r single
    return [floats_bits $single]
}

# In both word sizes.
set floats_values [subst {
    {singles_of a} [floats_bits 1.25]
    {singles_of b} [floats_bits -2.5]
    {singles_of c} [floats_bits 3.75]
    {singles_of d} 4
    {singles_of return} [floats_bits 2.25]
    {double_of b} [floats_bits 2.5]
    {double_of c} 3
    {double_of d} [floats_bits 4.5]
    {double_of return} [floats_bits 9]
    {extended_of a} 1
    {extended_of b} [floats_bits 2.1]
    {extended_of c} [floats_bits 3.5]
    {extended_of d} [floats_bits -4.1]
    {extended_of return} [floats_bits 3.1]
    {many a} [floats_bits 1]
    {many b} [floats_bits 2.5]
    {many h} [floats_bits 8]
    {many i} [floats_bits 9.5]
    {many j} 10
    {many k} [floats_bits 11.5]
    {many l} [floats_bits 12.5]
    {many m} [floats_bits 13.5]
    {many return} [floats_bits 93.5]
    {one_of p.x} [floats_bits 1.5]
    {one_of return.x} [floats_bits 2.5]
    {three_of p.x} [floats_bits 1.5]
    {three_of p.y} [floats_bits 2.5]
    {three_of p.z} [floats_bits 3.5]
    {three_of return.x} [floats_bits 3.5]
    {three_of return.y} [floats_bits 1.5]
    {three_of return.z} [floats_bits 2.5]
    {two_of p.x} [floats_bits 1.25]
    {two_of p.y} [floats_bits 2.25]
    {two_of return.x} [floats_bits 2.25]
    {two_of return.y} [floats_bits 1.25]
    {mixed_of p.whole} -7
    {mixed_of p.part} [floats_bits 1.75]
    {mixed_of return.whole} -6
    {mixed_of return.part} [floats_bits 2.75]
    {reversed_of p.part} [floats_bits 1.75]
    {reversed_of p.whole} -9
    {reversed_of p.rest} [floats_bits 2.5]
    {reversed_of return.part} [floats_bits 2.75]
    {reversed_of return.whole} -8
    {reversed_of return.rest} [floats_bits 3.5]
    {wide_of p.x} [floats_bits 1.25]
    {wide_of number} 5
    {wide_of return.x} [floats_bits 2.25]
    {nested_of p.in.x\[0\]} [floats_bits 1.5]
    {nested_of p.in.x\[1\]} [floats_bits 2.5]
    {nested_of p.number} 77
    {nested_of return.in.x\[1\]} [floats_bits 1.5]
    {nested_of return.number} 78
    {either_of p.part} [floats_bits 1.5]
    {either_of return.part} [floats_bits 2.5]
    {union_of p.part} [floats_bits 1.5]
    {union_of return.part} [floats_bits 2.5]
    {last_of g} [floats_bits 7]
    {last_of h.x} [floats_bits 8.5]
    {last_of h.y} [floats_bits 9.5]
    {last_of i} [floats_bits 10.5]
    {last_of j.whole} 11
    {last_of j.part} [floats_bits 12.5]
    {vector_of p\[0\]} [floats_bits 1]
    {vector_of p\[1\]} [floats_bits 2]
    {vector_of p\[3\]} [floats_bits 4.5]
    {vector_of q} [floats_bits 0.5]
    {vector_of return\[1\]} [floats_bits 2.5]
    {vector_of return\[2\]} [floats_bits 3.5]
    {behind p\[0\]} [floats_bits 0.7]
    {behind q\[0\]} [floats_single 0.1]
    {behind r\[0\]} [floats_bits 1.1]
    {behind s->part} [floats_bits 0.1]
    {behind s->rest} [floats_single 0.2]
    {behind {(double*)\[\]} 0} {the fetch failed: *}
    {pair number} 5
    {behind %number_single} [floats_bits 1.5]
    {behind %number_double} [floats_bits -2.25]
    {behind %number_extended} [floats_bits 3.125]
    {behind %number_list\[1\]} [floats_bits 2.5]
}]

proc floats_test_values {} {
    set sources {}
    foreach {name cc flags as} {
	gcc-O0 gcc -O0 user: gcc-O1 gcc -O1 user: gcc-O2 gcc -O2 user: gcc-O3 gcc -O3 user:
	clang-O0 clang -O0 user: clang-O2 clang -O2 user:
	gcc-32-O0 gcc {-m32 -O0} half: gcc-32-O2 gcc {-m32 -O2} user:
	gcc-32-sse gcc {-m32 -O2 -msse2 -mfpmath=sse} half:
	clang-32-O0 clang {-m32 -O0} half: clang-32-O2 clang {-m32 -O2} half:
    } {
	if {[auto_execok $cc] eq "" ||
	    ([string match *-m32* $flags] && [dbg_user_narrow] eq "")} {
	    unsupported "debuginfo: floats: $name is not made here"
	    continue
	}
	dbg_shell "$cc -g -Wno-psabi $flags -o floats-$name\
	    [ptap_quote $::dbg_dir/floats.c]"
	dbg_compare_values "floats, $name" $as$::dbg_work/floats-$name \
	    $::floats_values
    }
}

# What is refused, and what is written.
proc floats_test_refused {} {
    set program $::dbg_work/floats-gcc-O0
    set other {\[unsupported\] '%s' is floating point of a kind *| float, double and long double are}
    foreach {what want} [list \
	{show odd z} [format $other "complex double"] \
	{show odd w} [format $other "*"] \
	{show pair return} {\[unsupported\] 'pair' returns 'complex long double' of 32 bytes, not all *} \
	{write behind r[0] 1} {\[lvalue\] * '*long double' is no floating point number of 32 or 64 bits} \
	{write double_of b 1} {\[lvalue\] * of floating point only what is in memory is written, *} \
	{write behind p[0] 4602678819172646912} {4602678819172646912 returns *} \
    ] {
	dbg_check "floats: $what" [list user:$program {*}$what] $want
    }
    dbg_check "floats: a result in the kernel" [list $program show double_of return] \
	{\[unsupported\] 'double_of' returns a floating point number, in xmm0 | *of programs alone}
}
