# SPDX-License-Identifier: GPL-2.0-or-later
# Symbols that are packed into a stripped program, .gnu_debugdata: made as Fedora's
# build does (find-debuginfo), and damaged.

# Puts PACKED, a file, into the stripped program as NAME.
proc dbg_minidebug {name packed} {
    dbg_shell "objcopy --add-section .gnu_debugdata=$packed mini-bare $name"
}

proc dbg_test_minidebug {} {
    if {[auto_execok xz] eq ""} {
	unsupported "debuginfo: packed symbols: xz is not installed"
	return
    }
    # what .dynsym has is left out of the packed file, as are variables
    dbg_shell "gcc -g -O1 -rdynamic -o mini-whole [ptap_quote $::dbg_dir/locals.c] &&\
	strip -o mini-bare mini-whole &&\
	nm -D mini-whole --format=posix --defined-only | cut -d ' ' -f 1 > mini-dynamic &&\
	nm mini-whole --format=posix --defined-only |\
	    sed -n 's/^\\(\[^ \]*\\) \[Tt\] .*/\\1/p' | grep -vxFf mini-dynamic > mini-keep &&\
	objcopy -S --remove-section .comment --keep-symbols=mini-keep\
	    mini-whole mini-symbols && xz -k -f mini-symbols"
    dbg_minidebug mini mini-symbols.xz
    dbg_user "stripped: a static function" mini-bare {list hidden} ""
    dbg_user "packed symbols: a static function" mini {list hidden} \
	"hidden hidden :0 called"
    dbg_user "packed symbols: what others link against" mini {list exp*} \
	"exported exported :0 called"
    dbg_user "packed symbols: variables" mini {show hidden eighth} \
	{\[no-debuginfo\] *mini' has no debuginfo, and its symbol table does not describe * | install its debug symbols*}
    dbg_minidebug_listed
    dbg_shell "objcopy --only-keep-debug mini-whole .debug/mini.debug &&\
	objcopy --add-gnu-debuglink=.debug/mini.debug mini mini-linked"
    dbg_user "packed symbols beside a debug file" mini-linked {list hidden} \
	"hidden hidden *locals.c:* called"
    dbg_test_minidebug_bad
}

# The same addresses as with all symbols.
proc dbg_minidebug_listed {} {
    foreach {program to} {mini-whole want mini got} {
	lassign [ptap_shell "[ptap_quote $::ptap_program] -w -p3 -e\
	    'probe process(\"$::dbg_work/$program\").function(\"hidden\") {}' |\
	    sed -n 's/.*\\(0x\[0-9a-f\]*\\)ULL, \"hidden\", .*/\\1/p'"] status $to err
    }
    ptap_verdict "debuginfo: packed symbols: addresses" \
	[expr {$got eq $want && $got ne "" ? "" : "got '$got', not '$want'"}]
}

proc dbg_test_minidebug_bad {} {
    set bad {\[bad-debuginfo\] '*mini-bad' is damaged: its .gnu_debugdata}
    dbg_shell "printf 'no stream of xz, but long enough for one' > mini-text &&\
	echo text | xz > mini-text.xz &&\
	head -c 300 mini-symbols.xz > mini-half.xz &&\
	head -c 200 mini-symbols | xz > mini-header.xz &&\
	cp mini-symbols.xz mini-odd.xz &&\
	printf '\\377\\377\\377' | dd of=mini-odd.xz bs=1 seek=100 conv=notrunc status=none &&\
	head -c 200000000 /dev/zero | xz -0 > mini-bomb.xz &&\
	head -c 1000 /dev/zero | xz --lzma2=dict=512MiB > mini-dictionary.xz &&\
	printf '\\3\\0' | cat mini-symbols - > mini-other && printf '\\3\\0' |\
	    dd of=mini-other bs=1 seek=18 conv=notrunc status=none &&\
	xz -f mini-other && objcopy --add-section .gnu_debugdata=mini-symbols.xz\
	    mini-symbols mini-nested && xz -f mini-nested &&\
	objcopy -S mini-whole mini-none && xz -f mini-none"
    foreach {what file want} [list \
	"a text" mini-text "$bad does not unpack | *" \
	"a packed text" mini-text.xz "$bad is no ELF file for its machine | *" \
	"half a stream" mini-half.xz "$bad does not unpack | *" \
	"half an ELF file" mini-header.xz "exported exported :0 called" \
	"a damaged stream" mini-odd.xz "$bad does not unpack | *" \
	"too much" mini-bomb.xz "$bad is too large, unpacked | *" \
	"too large a dictionary" mini-dictionary.xz \
	    "$bad takes too much memory to unpack | *" \
	"another machine" mini-other.xz "$bad is no ELF file for its machine | *" \
	"a packed file in it" mini-nested.xz \
	    "exported exported :0 called\nhidden hidden :0 called" \
	"no symbols" mini-none.xz "exported exported :0 called" \
    ] {
	dbg_minidebug mini-bad $file
	dbg_user "packed symbols: $what" mini-bad {list {[eh][xi][pd][od][re]*}} $want
    }
    dbg_shell "rm mini-bomb.xz"
    # the ELF file that is packed, damaged byte by byte
    set whole [ptap_read $::dbg_work/mini-symbols]
    set size [string length $whole]
    set crashed {}
    for {set seed 1} {$seed <= 60} {incr seed} {
	set at [expr {$seed % 2 ? $seed : $size - 1 - $seed * 31 % 1900}]
	set file [open $::dbg_work/mini-changed w]
	fconfigure $file -translation binary -encoding binary
	puts -nonewline $file [string replace $whole $at [expr {$at + 3}] \
	    [string repeat [string index "\xff\x00\x7f\x80\x01" [expr {$seed % 5}]] 4]]
	close $file
	dbg_shell "xz -0 -f -k mini-changed"
	dbg_minidebug mini-bad mini-changed.xz
	lassign [ptap_exec [list $::dbg_work/driver user:$::dbg_work/mini-bad \
				list *]] status
	if {$status > 1} {
	    lappend crashed $seed
	}
    }
    ptap_verdict "debuginfo: packed symbols: 60 damaged" \
	[expr {[llength $crashed] ? "crashes with seeds $crashed" : ""}]
}
