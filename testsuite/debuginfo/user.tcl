# SPDX-License-Identifier: GPL-2.0-or-later
# User programs: as distributions build them, position independent, with .eh_frame.

# Checks of the driver on a user program.
proc dbg_user {test program arguments want} {
    dbg_check "user: $test" [list user:$::dbg_work/$program {*}$arguments] $want
}

# What gcc is asked for to make programs of 32 bits; "" if it cannot.
proc dbg_user_narrow {} {
    if {![info exists ::dbg_narrow]} {
	lassign [ptap_shell "echo 'int main(void) { return 0; }' |\
	    gcc -m32 -x c - -o [ptap_quote $::dbg_work/narrow]"] status
	set ::dbg_narrow [expr {$status ? "" : "-m32"}]
	if {$status} {
	    unsupported "debuginfo: user: programs of 32 bits are not made here"
	}
    }
    return $::dbg_narrow
}

# Values of the sample, and those that only a program has.
proc dbg_test_user_values {} {
    set values [dict merge $::dbg_values {
	{mixed_value mixed.whole} 8
	{mixed_value mixed.part} 4612811918334230528
    }]
    foreach flags {-O0 -O1 -O2 -O3} {
	dbg_test_compiler user-gcc$flags gcc $flags "" user: $values
    }
    if {[auto_execok clang] ne ""} {
	foreach flags {-O0 -O2} {
	    dbg_test_compiler user-clang$flags clang $flags "" user: $values
	}
    }
    foreach {name flags} {
	pie "-pie -fPIE"
	fixed "-no-pie"
	static "-static"
	aligned "-pie -DALIGNED"
	narrow "-m32 -pie -fPIE"
	narrow-static "-m32 -static"
    } {
	if {[string match *-m32* $flags] && [dbg_user_narrow] eq ""} {
	    continue
	}
	dbg_shell "gcc -g -O1 $flags -o locals-$name\
	    [ptap_quote $::dbg_dir/locals.c]"
	dbg_user "thread-local, $name" locals-$name {run where %counter} 23
	dbg_user "thread-local, initialised, $name" locals-$name \
	    {run where %start} -9
	dbg_user "by the frame, $name" locals-$name \
	    [list run "=where@locals.c:[dbg_user_line frame]" local] 77
	dbg_user "behind the frame, $name" locals-$name \
	    [list run "=where@locals.c:[dbg_user_line frame]" eighth] 8
    }
    dbg_test_user_library_locals
}

# Thread-local variables of libraries: by the number that the dynamic linker gives the
# library, at a distance from the thread pointer, and where there is no way.
proc dbg_test_user_library_locals {} {
    set module {addr here 0x*; load 8 user; tlsblock; add; *load 8*}
    set distance {addr here 0x*; load 8 user; sign 64; add; tls; add; *load 8*}
    set refused {\[unsupported\] 'counter' is thread-local in a shared library, %s | read it *}
    foreach {name flags want} [list \
	numbered "" $module \
	near "-ftls-model=initial-exec" $distance \
	both "-DNEAR" $distance \
	descriptors "-mtls-dialect=gnu2" [format $refused "which finds it by TLS descriptors: *"] \
	unasked "-DUNASKED" [format $refused "whose code does not ask for it"] \
	other "-nostdlib" [format $refused "which was not made for glibc: *"] \
	near-other "-ftls-model=initial-exec -nostdlib" $distance \
	narrow "-m32" [string map {8 4} $module] \
	narrow-near "-m32 -ftls-model=initial-exec" [string map {8 4 64 32} $distance]] {
	if {[string match *-m32* $flags] && [dbg_user_narrow] eq ""} {
	    continue
	}
	dbg_shell "gcc -g -O1 -fPIC -shared $flags -o locals.so\
	    [ptap_quote $::dbg_dir/library.c]"
	dbg_user "thread-local in a library, $name" locals.so {show where %counter} \
	    "*$want"
    }
    dbg_shell "gcc -g -O1 -fPIC -shared -o locals.so [ptap_quote $::dbg_dir/locals.c]"
}

# What C++ hands over in ways of its own.
set dbg_class_values {
    {take_text number} 101
    {take_owner number} 102
    {take_shared number} 103
    {take_pair number} 104
    {take_pair pair.first} 1
    {take_pair pair.second} 2
    {take_empty number} 105
    {take_derived number} 106
    {take_twice number} 107
    {take_twice value.b} 68
    {take_twice value.count} {*no member*}
    {take_leaf value->first} 80
    {take_leaf value->second} 81
    {take_leaf number} 126
    {take_copied number} 108
    {take_copied value.value} 69
    {take_ended number} 109
    {take_ended value.value} 70
    {take_defaulted number} 110
    {take_defaulted value.value} 71
    {take_holder number} 111
    {take_called number} 112
    {take_called value.value} 3
    {take_box number} 113
    {take_box value.value} 72
    {take_tight number} 114
    {take_tight value.second} 73
    {take_loose number} 115
    {take_loose value.first} 74
    {take_vector number} 116
    {take_bits number} 117
    {take_reference number} 118
    {take_long_double f} 76
    {take_long_double number} 119
    {take_many e} 5
    {take_many value.value} 77
    {take_many last.value} 78
    {take_many number} 120
    {make_copied return.value} 121
    {make_twice return.a} 122
    {take number} 125
}

proc dbg_test_user_classes {} {
    foreach {cc flags} {g++ -O0 g++ -O2 clang++ -O0 clang++ -O2} {
	if {[auto_execok $cc] eq ""} {
	    unsupported "debuginfo: user: $cc is not installed"
	    continue
	}
	set program $::dbg_work/classes-$cc$flags
	dbg_shell "$cc -g $flags -o $program\
	    [ptap_quote $::dbg_dir/classes.cc]"
	dbg_compare_values "classes, $cc $flags" user:$program \
	    $::dbg_class_values
    }
}

# Parameters at the entry: what is handed over, or nothing.
proc dbg_test_user_handed {} {
    set gone {\[optimised-out\] *}
    set by_clang [list {late a} -5 {late b} 4000000000 {late c} 7 \
	{half pair.first} 21 {half behind} 23 {bits packed.first} 255 \
	{bits packed.across} 6844 {bits packed.after} -33 {bits packed.rest} 4077 \
	{lower wide} -9000000000000000001 {lower behind} 51 \
	{replaced value} $gone {replaced unread} $gone \
	{exchanged first} $gone]
    foreach {cc flags values} [list \
	clang "-O1 -m64" "$by_clang {half pair.second} -22 {exchanged second} 42" \
	clang "-O2 -m32" "$by_clang {half pair.second} {$gone} {exchanged second} 42" \
	gcc "-O2 -gno-variable-location-views" {
	    {half pair.second} -22 {replaced value} 31 {replaced unread} 32
	    {exchanged first} 41 {exchanged second} 42
	}] {
	if {[auto_execok $cc] eq "" ||
	    ([string match *-m32* $flags] && [dbg_user_narrow] eq "")} {
	    unsupported "debuginfo: user: handed over, $cc $flags: not made here"
	    continue
	}
	dbg_shell "$cc -g $flags -o handed [ptap_quote $::dbg_dir/handed.c]"
	foreach {what want} $values {
	    dbg_user "handed over, $cc $flags: $what" handed "run $what" $want
	}
    }
    if {[auto_execok clang] eq "" || [dbg_user_narrow] eq ""} {
	return
    }
    # as the kernel is compiled: in registers
    dbg_shell "clang -g -O2 -m32 -mregparm=3 -no-pie -Wl,--build-id -o handed\
	[ptap_quote $::dbg_dir/handed.c]"
    foreach {what want} $by_clang {
	dbg_check "user: handed over in registers of i386: $what" \
	    [list $::dbg_work/handed run {*}$what] $want
    }
}

# On i386 a function that no other unit calls is given its parameters as gcc likes:
# what the debuginfo does not tell of them is not known.
proc dbg_test_user_own_convention {} {
    set file [open $::dbg_work/own.c w]
    puts $file {
	static volatile long long sink;
	static __attribute__((noinline)) long long own(int a, float x, long long w)
	{
		sink = w + a + (int)x;
		return sink;
	}
	__attribute__((noinline)) long long others(int a, float x, long long w)
	{
		return own(a + 1, x + 1, w + 1);
	}
	int main(int argc, char **argv) { return others(argc, 1, 5) == 9 ? 0 : 1; }
    }
    close $file
    foreach {level a} {-O0 2 -O1 2 {-O1 -fno-var-tracking} 2} {
	dbg_shell "gcc -m32 -g $level -o own own.c"
	dbg_user "own convention, $level: register" own {run own a} $a
	lassign [ptap_exec [list $::dbg_work/driver user:$::dbg_work/own run own w]] \
	    status out
	ptap_verdict "debuginfo: user: own convention, $level: stack" \
	    [expr {[regexp {^6\n|^\[(unsupported|optimised-out)\]} $out] ? "" : $out}]
	dbg_user "the common convention, $level" own {run others w} 5
    }
}

proc dbg_user_line {mark} {
    set number 0
    foreach line [split [ptap_read $::dbg_dir/locals.c] "\n"] {
	incr number
	if {[string first "line: $mark" $line] >= 0} {
	    return $number
	}
    }
}

# Programs without DWARF, and with it elsewhere.
proc dbg_test_user_layers {} {
    dbg_shell "cp locals-pie whole && strip -g -o symbols whole &&\
	strip -o stripped locals.so && mkdir -p .debug &&\
	objcopy --only-keep-debug whole .debug/apart.debug &&\
	strip -o apart whole &&\
	objcopy --add-gnu-debuglink=.debug/apart.debug apart &&\
	objcopy --remove-section=.note.gnu.build-id whole unnamed"
    dbg_user "symbols: a function" symbols {list whe*} "where where :0 called"
    dbg_user "symbols: a static function" symbols {list hidden} \
	"hidden hidden :0 called"
    dbg_user "symbols: a variable" symbols {show where eighth} \
	{\[no-debuginfo\] *symbols' has no debuginfo, and its symbol table does not describe * | install its debug symbols*}
    dbg_user "symbols: a file" symbols {list where@locals.c} \
	{\[no-debuginfo\] * does not describe source files | *}
    dbg_user "symbols: a near name" symbols {near hiddne} "hidden"
    dbg_user "stripped: what others link against" stripped {list exp*} \
	"exported exported :0 called"
    dbg_user "stripped: no more" stripped {list hidden} ""
    dbg_user "a second file" apart \
	[list run "=where@locals.c:[dbg_user_line frame]" local] 77
    dbg_user "a second file: the program itself" apart {stubs} "*printf 0x*"
    dbg_user "no build id" unnamed {run where %start} -9
    dbg_shell "mkdir -p .debug && strip -o linked unnamed &&\
	objcopy --only-keep-debug unnamed .debug/linked.debug &&\
	objcopy --add-gnu-debuglink=.debug/linked.debug linked &&\
	objcopy --only-keep-debug locals-static .debug/other.debug"
    dbg_user "no build id, a second file" linked {run where %start} -9
    dbg_shell "cp .debug/other.debug .debug/linked.debug"
    dbg_user "no build id, another file" linked {show where %start} \
	{\[build-id\] '*linked' has no build id, and its debuginfo in '*/.debug/linked.debug' is not the file that it names *}
    foreach {name digits} [list short ab long [string repeat ab 50]] {
	dbg_shell "gcc -g -O1 -o id-$name -Wl,--build-id=0x$digits\
	    [ptap_quote $::dbg_dir/locals.c]"
	dbg_user "a build id of one's own, $name" id-$name {run where %start} -9
    }
    dbg_shell "echo nothing > nothing && gcc -c -g -o object.o\
	[ptap_quote $::dbg_dir/locals.c] && head -c 700 whole > half"
    dbg_user "a text" nothing {list where} {\[file\] *nothing' is not a program: it is not an ELF file}
    dbg_user "an object file" object.o {list where} {\[file\] *object.o' is not a program: it is not linked}
    dbg_user "half a program" half {list where} {\[*\] *}
    dbg_user "none" none {list where} {\[io\] *}
}

# The forms in which distributions and build systems have the DWARF of programs.
proc dbg_test_user_forms {} {
    global dbg_work
    dbg_shell "rm -rf forms && mkdir forms && cd forms &&\
	gcc -g -O2 -o one [ptap_quote $::dbg_dir/sample.c] &&\
	gcc -g -O0 -o two [ptap_quote $::dbg_dir/sample.c] &&\
	gcc -g -O2 -gsplit-dwarf -o split [ptap_quote $::dbg_dir/sample.c] &&\
	objcopy --compress-debug-sections=zlib one packed"
    dbg_form "user: plain" user:$dbg_work/forms/one
    dbg_form "user: compressed" user:$dbg_work/forms/packed
    dbg_form "user: split units" user:$dbg_work/forms/split
    if {[auto_execok dwz] eq ""} {
	unsupported "debuginfo: user: dwz is not installed"
	return
    }
    dbg_shell "cd forms && cp one dwz && cp two dwz0 &&\
	dwz -m dwz-common dwz dwz0"
    dbg_form "user: dwz -m" user:$dbg_work/forms/dwz
}

# Names with the versions of an interface, and one that several functions have.
proc dbg_test_user_versions {} {
    dbg_shell "printf 'OLD {}; NEW { global: chosen; local: *; } OLD;' > versions &&\
	gcc -g -O1 -fPIC -shared -Wl,--version-script=versions -o versions.so\
	    [ptap_quote $::dbg_dir/versions.c] &&\
	strip -o versions-symbols.so versions.so"
    dbg_user "the default version" versions.so {list counted} \
	"counted now *versions.c:* called"
    dbg_user "the default version: a near name" versions.so {near countde} \
	"*counted*"
    foreach name {versions.so versions-symbols.so} {
	dbg_user "chosen when it starts, $name" $name {list chosen} \
	    {\[not-probed\] 'chosen' of '*' is one of several functions, * | probe where programs call it: .plt("chosen"), *}
    }
}

# Linkage tables as linkers make them.
proc dbg_test_user_stubs {} {
    foreach {name flags} {
	lazy "-Wl,-z,lazy"
	now "-Wl,-z,now"
	ibt "-fcf-protection -Wl,-z,ibtplt"
	fixed "-no-pie"
	narrow-lazy "-m32 -Wl,-z,lazy"
	narrow-now "-m32 -Wl,-z,now"
	narrow-ibt "-m32 -fcf-protection -Wl,-z,ibtplt"
	narrow-fixed "-m32 -no-pie"
    } {
	if {[string match *-m32* $flags] && [dbg_user_narrow] eq ""} {
	    continue
	}
	dbg_shell "gcc -O1 $flags -o stubs-$name [ptap_quote $::dbg_dir/locals.c]"
	lassign [ptap_shell "cd [ptap_quote $::dbg_work] &&\
	    objdump -d stubs-$name | sed -n 's/^0*\\(\[0-9a-f\]*\\) <printf@plt>:\$/\\1/p'"] \
	    status address
	dbg_user "stub, $name" stubs-$name {stubs} \
	    "*printf 0x[string trim $address]*"
    }
    dbg_shell "gcc -O1 -fno-plt -o stubs-none [ptap_quote $::dbg_dir/locals.c]"
    lassign [ptap_exec [list $::dbg_work/driver user:$::dbg_work/stubs-none \
			    stubs]] status out
    ptap_verdict "debuginfo: user: no stub without a table" \
	[expr {[string first printf $out] < 0 ? "" : $out}]
}

# Libraries by every way in which ld.so(8) finds them.
proc dbg_test_user_libraries {} {
    dbg_shell "mkdir -p libs/deep && cd libs &&\
	echo 'int deep(void) { return 1; }' > deep.c &&\
	echo 'int deep(void); int near(void) { return deep(); }' > near.c &&\
	echo 'int near(void); int main(void) { return near(); }' > main.c &&\
	gcc -shared -fPIC -Wl,-soname,libdeep.so.1 -o deep/libdeep.so.1.2 deep.c &&\
	ln -sf libdeep.so.1.2 deep/libdeep.so.1 &&\
	gcc -shared -fPIC -o libnear.so near.c deep/libdeep.so.1.2\
	    -Wl,-soname,libnear.so '-Wl,-rpath,\${ORIGIN}/deep' &&\
	gcc -o main main.c libnear.so '-Wl,-rpath,\$ORIGIN' -Wl,-rpath-link,deep"
    foreach line [list "libdeep.so.1 $::dbg_work/libs/deep/libdeep.so.1.2" \
		      "libnear.so $::dbg_work/libs/libnear.so" \
		      "libc.so.6 */libc.so.6" "*/ld-linux-x86-64.so.2"] {
	dbg_user "library $line" libs/main libraries "*$line*"
    }
    if {[dbg_user_narrow] ne ""} {
	dbg_user "libraries of 32 bits" locals-narrow libraries \
	    "*ld-linux.so.2\nlibc.so.6 */libc.so.6"
    }
}

# What operands of markers become, or why not.
proc dbg_test_user_operands {} {
    foreach {text want} {
	{-4@%edi} {reg 5; sign 32}
	{8@%r12} {reg 12}
	{1@%ah} {reg 0; bits 8 8; zero 8}
	{2@%r9w} {reg 9; zero 16}
	{-1@%bpl} {reg 6; sign 8}
	{8@$18446744073709551615} {const -1}
	{-8@$-9223372036854775808} {const -9223372036854775808}
	{-2@$0x10} {const 16; sign 16}
	{4@8(%rsp)} {const 8; reg 7; add; load 4 user; zero 32}
	{-8@(%rax)} {reg 0; load 8 user}
	{4@-4(%rax,%rbx,8)} {const -4; reg 0; add; reg 3; const 8; mul; add; load 4 user; zero 32}
	{8@16(,%r15,4)} {const 16; reg 15; const 4; mul; add; load 8 user}
	{-4@(%rax,%rdx)} {reg 0; reg 1; add; load 4 user; sign 32}
	{-4@numbers+4(%rip)} {addr here 0x*; load 4 user; sign 32}
	{4@numbers(,%rax,4)} {addr here 0x*; reg 0; const 4; mul; add; load 4 user; zero 32}
	{%rdi} {reg 5}
	{8f@%xmm0} {fpreg xmm0}
	{-4f@%xmm15} {fpreg xmm15; single}
	{8@%xmm1} {fpreg xmm1}
	{4f@-4(%rbp)} {const -4; reg 6; add; load 4 user; single}
	{16f@%xmm0} {\[unsupported\] the operand '16f@%xmm0' * it is floating point, and not *}
	{8f@%ymm0} {\[unsupported\] * there is no such register}
	{8f@%xmm16} {\[unsupported\] * there is no such register}
	{8f@%xmmx} {\[unsupported\] * there is no such register}
	{16@%rax} {\[unsupported\] * it is not of 1, 2, 4 or 8 bytes}
	{4@%eaxx} {\[unsupported\] * there is no such register}
	{4@nowhere(%rip)} {\[unsupported\] * its symbol is not in the symbol table}
	{4@4+numbers(%rip)} {addr here 0x*; load 4 user; zero 32}
	{4@8(%rip)} {\[unsupported\] * it is relative to an unknown place}
	{4@numbers+numbers(%rip)} {\[unsupported\] * its address is of an unknown kind}
	{4@%fs:8(%rax)} {\[unsupported\] * it is in another segment}
	{4@8(%eax)} {\[unsupported\] * its address is of an unknown kind}
	{4@8(%rax} {\[unsupported\] * its address does not end}
	{4@8(rax)} {\[unsupported\] * a register was expected *}
	{4@8(%rax)x} {\[unsupported\] * its address is of an unknown kind}
	{4@$} {\[unsupported\] * its constant is no number}
	{x@%rax} {\[unsupported\] * its size is no number}
	{4@} {\[unsupported\] * it is empty}
    } {
	dbg_user "operand $text" locals-pie [list operand $text] "$text: $want"
    }
}

# The same in programs of 32 bits, on a kernel of their own and on one of 64.
proc dbg_test_user_operands_narrow {} {
    foreach {text want wide} {
	{-4@%edi} {reg 7; sign 32} {reg 5 low 32; sign 32}
	{4@%ebx} {reg 3; zero 32} {reg 3 low 32; zero 32}
	{1@%ch} {reg 1; bits 8 8; zero 8} {reg 2 low 32; bits 8 8; zero 8}
	{2@%bp} {reg 5; zero 16} {reg 6 low 32; zero 16}
	{8@$-3} {const -3} {const -3}
	{8@8(%esp)} {const 8; reg 4; add; zero 32; load 8 user} {const 8; reg 7 low 32; add; zero 32; load 8 user}
	{4@-4(%eax,%ecx,4)} {const -4; reg 0; add; reg 1; const 4; mul; add; zero 32; load 4 user; zero 32} {const -4; reg 0 low 32; add; reg 2 low 32; const 4; mul; add; zero 32; load 4 user; zero 32}
	{4@8+numbers@GOTOFF(%ebx)} {addr here 0x*; zero 32; load 4 user; zero 32} {addr here 0x*; zero 32; load 4 user; zero 32}
	{4@numbers@GOTOFF(%ebx,%edx,4)} {addr here 0x*; reg 2; const 4; mul; add; *} {addr here 0x*; reg 1 low 32; const 4; mul; add; *}
	{8@%eax} {\[unsupported\] * it is in two registers} =
	{4@%rax} {\[unsupported\] * there is no such register} =
	{1@%sil} {\[unsupported\] * there is no such register} =
	{4@8(%rax)} {\[unsupported\] * its address is of an unknown kind} =
	{4@8(%rip)} {\[unsupported\] * it is relative to an unknown place} =
    } {
	foreach as {user half} pattern [list $want [expr {$wide eq "=" ? $want : $wide}]] {
	    dbg_check "$as: of 32 bits: operand $text" \
		[list $as:$::dbg_work/locals-narrow operand $text] "$text: $pattern"
	}
    }
}

# Notes of markers, whole and damaged, put into a program as their assembler text
# says.  NOTE is type, owner and description.
proc dbg_user_note {name lines {program locals-pie}} {
    set file [open $::dbg_work/$name.s w]
    puts $file ".section .note.stapsdt,\"\",@note\n$lines"
    puts $file ".section .note.GNU-stack,\"\",@progbits"
    close $file
    dbg_shell "gcc -c -o $name.o $name.s &&\
	objcopy -O binary --only-section=.note.stapsdt\
	    --set-section-flags .note.stapsdt=alloc $name.o $name.note &&\
	objcopy --add-section .note.stapsdt=$name.note $program $name"
}

proc dbg_test_user_marks {} {
    set head ".4byte 8, 1f-0f, 3\n.asciz \"stapsdt\"\n0: .8byte 0x1100, 0, 0\n"
    set tail "1: .balign 4\n"
    set good "$head .asciz \"p\"\n.asciz \"good\"\n.asciz \"-4@%edi 8@%rsi\"\n$tail"
    set bad {\[bad-debuginfo\] the note at 0x* of .note.stapsdt in '*' is damaged: * | *}
    foreach {name lines want} [list \
	whole $good "p:good\n  -4@%edi: reg 5;*\n  8@%rsi: reg 4*" \
	two "$good [string map {good better} $good]" "p:better\n*p:good\n*" \
	other-owner "[string map {stapsdt someone} $good] $good" "p:good\n*" \
	other-type "[string map {{, 3} {, 4}} $good]" "" \
	semaphore [string map {"0, 0\n" "0, 0x4010\n"} $good] "p:good with a semaphore\n*" \
	no-operands "$head .asciz \"p\"\n.asciz \"none\"\n.asciz \"\"\n$tail" "p:none" \
	empty "" "" \
	short ".4byte 8, 4, 3\n.asciz \"stapsdt\"\n.4byte 0" $bad \
	no-name "$head .asciz \"p\"\n$tail" $bad \
	no-end "$head .ascii \"provider\"\n1:" $bad \
	too-long ".4byte 8, 0x7fffffff, 3\n.asciz \"stapsdt\"\n.8byte 1" $bad \
	owner-too-long ".4byte 0xfffffff0, 8, 3\n.asciz \"stapsdt\"" $bad \
	huge ".4byte 0xffffffff, 0xffffffff, 3\n.asciz \"stapsdt\"" $bad \
	tail-of-a-note "$good .4byte 8" "p:good\n*"] {
	dbg_user_note mark-$name $lines
	dbg_user "marker note, $name" mark-$name {marks} $want
    }
    if {[dbg_user_narrow] ne ""} {
	dbg_user_note mark-narrow [string map {.8byte .4byte} $good] locals-narrow
	dbg_user "marker note of 32 bits" mark-narrow {marks} \
	    "p:good\n  -4@%edi: reg 7;*\n  8@%rsi: \\\[unsupported\\\]*"
	dbg_user_note mark-short ".4byte 8, 8, 3\n.asciz \"stapsdt\"\n.8byte 0" locals-narrow
	dbg_user "short marker note of 32 bits" mark-short {marks} $bad
    }
    # each byte of a good note, changed
    set crashed {}
    set whole [ptap_read $::dbg_work/mark-whole]
    set at [string first "stapsdt\0" $whole]
    for {set i [expr {$at - 12}]} {$i < $at + 60} {incr i 2} {
	foreach byte {\xff \x00 \x7f} {
	    set file [open $::dbg_work/mark-changed w]
	    fconfigure $file -translation binary -encoding binary
	    puts -nonewline $file [string replace $whole $i $i $byte]
	    close $file
	    lassign [ptap_exec [list $::dbg_work/driver \
				    user:$::dbg_work/mark-changed marks]] status
	    if {$status > 1} {
		lappend crashed "$i"
	    }
	}
    }
    ptap_verdict "debuginfo: user: a marker's note, each byte changed" \
	[expr {$at > 0 && ![llength $crashed] ? "" : "at $at: $crashed"}]
}

# Damaged headers, tables and code may give any error, and must give no crash.
proc dbg_test_user_damaged {} {
    set whole [ptap_read $::dbg_work/libs/main]
    set size [string length $whole]
    set crashed {}
    for {set seed 1} {$seed <= 60} {incr seed} {
	# the headers at the start, the sections' at the end, and between
	set at [switch [expr {$seed % 3}] {
	    0 { expr {$seed * 17 % 800} }
	    1 { expr {$size - 1 - $seed * 31 % 1900} }
	    2 { expr {$seed * 7919 % $size} }
	}]
	set bytes [string index "\xff\x00\x7f\x80\x01" [expr {$seed % 5}]]
	set file [open $::dbg_work/libs/damaged w]
	fconfigure $file -translation binary -encoding binary
	puts -nonewline $file [string replace $whole $at [expr {$at + 3}] \
				   [string repeat $bytes 4]]
	close $file
	foreach command {stubs marks libraries {list *}} {
	    lassign [ptap_exec [list $::dbg_work/driver \
				    user:$::dbg_work/libs/damaged {*}$command]] status
	    if {$status > 1} {
		lappend crashed "$seed $command"
	    }
	}
    }
    ptap_verdict "debuginfo: user: 60 damaged programs" \
	[expr {[llength $crashed] ? "crashes with seeds $crashed" : ""}]
}

# The rows of the table of sites that POINT of PROGRAM gives: addresses and names.
proc dbg_user_sites {program point} {
    lassign [ptap_shell "cd [ptap_quote $::dbg_work] && [ptap_quote $::ptap_program]\
	-g -w -p3 -e 'probe process(\"./$program\").$point {}' |\
	sed -n 's/^\t. \\(0x\[0-9a-f\]*\\)ULL, .*, \"\\(\[a-z_\]*\\)\", PTRT_USER.*/\\1 \\2/p'"] \
	status out err
    return [expr {$err eq "" ? [string trim $out] : $err}]
}

# Numbers for names.  An inlined copy and a label are found in their function.
proc dbg_test_user_addresses {} {
    if {[ptap_no_kernel] ne ""} {
	untested "debuginfo: user: addresses: [ptap_no_kernel]"
	return
    }
    dbg_shell "gcc -g -O2 -o addressed [ptap_quote $::dbg_dir/sample.c]"
    foreach {name suffix} {
	many "" many .call many .return doubled .inline with_labels {.label("o?t")}
    } {
	set want [dbg_user_sites addressed "function(\"$name\")$suffix"]
	set address [lindex $want 0]
	if {[string match .label* $suffix]} {
	    set address [lindex [dbg_user_sites addressed "function(\"$name\")"] 0]
	}
	set got [dbg_user_sites addressed "function($address)$suffix"]
	ptap_verdict "debuginfo: user: function(ADDRESS)$suffix" \
	    [expr {$got eq $want && [llength $want] >= 2 ? "" :
		   "got $got, not $want"}]
    }
    set address [lindex [dbg_user_sites addressed {function("many")}] 0]
    foreach {point want} [list \
	"statement($address)" "$address many" \
	"statement([expr {$address + 1}])" "[format 0x%x [expr {$address + 1}]] many" \
	"function($address).inline" "*no inlined function of *addressed' is at $address *" \
	"function($address).label(\"out\")" "*no such label of *addressed' is at $address *"] {
	set got [dbg_user_sites addressed $point]
	ptap_verdict "debuginfo: user: [string map [list $address ADDRESS] $point]" \
	    [expr {[string match $want $got] ? "" : "got $got, not $want"}]
    }
    dbg_shell "rm -rf both &&\
	mkdir both && cp addressed both/a && cp addressed both/b"
    lassign [ptap_shell "cd [ptap_quote $::dbg_work] && [ptap_quote $::ptap_program] -l\
	'process(\"./both/*\").function($address)'"] status out err
    ptap_verdict "debuginfo: user: an address in several files" \
	[expr {[regexp {/both/a"\)\.function\("many@.*/both/b"\)\.function\("many@} $out]
	       ? "" : "got $out$err"}]
    dbg_test_user_absolute
}

# An address of a process that runs: this one.
proc dbg_test_user_absolute {} {
    set file [open /proc/[pid]/maps]
    set text [read $file]
    close $file
    regexp -line {^([0-9a-f]+)-[0-9a-f]+ r-xp ([0-9a-f]+) \S+ \S+ +(/.*)$} $text - \
	start offset path
    regexp -line {^([0-9a-f]+)-[0-9a-f]+ rw.*\[stack\]$} $text - stack
    foreach {test address want} [list \
	"code" $start "process\\(\"$path\"\\)\\.statement\\(0x\[0-9a-f\]+\\)\\.absolute\n" \
	"the stack" $stack "process [pid] has no code of a file at 0x$stack " \
	"nothing" 1 "process [pid] has no code of a file at 0x1 "] {
	lassign [ptap_shell "[ptap_quote $::ptap_program] -g -l\
	    'process([pid]).statement(0x$address).absolute'"] status out err
	ptap_verdict "debuginfo: user: an address of a process: $test" \
	    [expr {[regexp $want $out$err] ? "" : "got $out$err, not $want"}]
    }
}

proc dbg_test_user {} {
    dbg_test_user_values
    dbg_test_user_classes
    floats_test_values
    floats_test_refused
    dbg_test_user_handed
    dbg_test_user_layers
    dbg_test_user_forms
    dbg_test_user_versions
    dbg_test_user_stubs
    dbg_test_user_libraries
    dbg_test_user_damaged
    dbg_test_user_operands
    if {[dbg_user_narrow] ne ""} {
	dbg_test_user_operands_narrow
	dbg_test_user_own_convention
    }
    dbg_test_user_marks
    dbg_test_user_addresses
}
