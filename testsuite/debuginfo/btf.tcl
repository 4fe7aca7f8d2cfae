# SPDX-License-Identifier: GPL-2.0-or-later
# BTF in place of DWARF: whole and damaged, and what it says of the installed
# kernel against what DWARF says.

proc dbg_test_btf_reader {} {
    lassign [ptap_shell "cd [ptap_quote $::dbg_work] &&\
	gcc -gbtf -O1 -c [ptap_quote $::dbg_dir/sample.c] -o btf.o &&\
	objcopy -O binary --only-section=.BTF\
	    --set-section-flags .BTF=alloc btf.o btf"] status out err
    if {$status} {
	unsupported "debuginfo: btf: the compiler makes none"
	return
    }
    lassign [ptap_exec [list $::dbg_work/btf_test $::dbg_work/btf]] \
	status out err
    foreach {line verdict what} \
	[regexp -all -inline -line {^(PASS|FAIL): (.*)$} $out] {
	ptap_verdict "debuginfo: btf: $what" \
	    [expr {$verdict eq "PASS" ? "" : "failed"}]
    }
    ptap_verdict "debuginfo: btf: the reader ends" \
	[expr {$status < 2 ? "" : "status $status: $err"}]
    set crashed {}
    set taken 0
    set out $::dbg_work/damaged
    for {set seed 1} {$seed <= 60} {incr seed} {
	file delete -force $::dbg_work/cache
	lassign [ptap_exec [list $::dbg_work/btf_test $::dbg_work/btf damage \
				$out $seed]] status
	if {$status == 3} {
	    continue
	}
	incr taken
	lassign [ptap_exec [list timeout 60 $::dbg_work/driver $out \
				everything]] status
	if {$status > 1} {
	    lappend crashed $seed
	}
    }
    ptap_verdict "debuginfo: btf: values of damaged types" \
	[expr {[llength $crashed] ? "crashes with seeds $crashed" :
	       $taken < 10 ? "only $taken were taken" : ""}]
}

# All functions, and all system calls, are found and can be probed as with DWARF, and
# no value that both can fetch is fetched otherwise.
proc dbg_test_btf_kernel {} {
    set image /boot/vmlinuz-$::ptap_release
    if {[ptap_no_kernel] ne "" || ![file readable $image]} {
	untested "debuginfo: btf: no kernel image"
	return
    }
    foreach {glob values members} {* 100000 15000 sys_* 2500 5 compat_sys_* 250 80} {
	lassign [ptap_exec [list $::dbg_work/compare [dbg_vmlinux] $image \
				$glob]] status out err
	set reason ""
	if {$status || ![regexp {^functions: (\d+) of (\d+) found
values: (\d+) equal, 0 differ, .*
members: (\d+) equal, 0 differ} $out - found all equal same]} {
	    set reason "status $status: [string range $out 0 600]$err"
	} elseif {$found != $all || $equal < $values || $same < $members} {
	    set reason "too few: $out"
	}
	ptap_verdict "debuginfo: btf: $glob as DWARF has them" $reason
    }
    ptap_shell "objcopy --strip-debug [dbg_vmlinux]\
	[ptap_quote $::dbg_work/stripped]"
    dbg_check "btf: a vmlinux without debug symbols" \
	[list [dbg_vmlinux] $::dbg_work/stripped vfs_*] \
	"functions: *\nvalues: * equal, 0 differ, *\nmembers: * equal, 0 differ" \
	compare
    dbg_check "btf: found without being asked for" \
	[list $::dbg_work/stripped show vfs_read pos] \
	{loff_t \*: reg 2 (8 bytes, pointer)}
    dbg_check "btf: no source files" \
	[list $::dbg_work/stripped list *@fs/read_write.c] \
	{\[no-debuginfo\] * its BTF does not describe source files | *}
    dbg_shell "rm -rf headers && mkdir -p headers/include/generated &&\
	echo '#define UTS_RELEASE \"$::ptap_release\"' >\
	    headers/include/generated/utsrelease.h && touch headers/Makefile &&\
	objcopy --only-section=.BTF stripped headers/vmlinux"
    lassign [ptap_shell "[ptap_quote $::ptap_program] -w -L\
	'kernel.function(\"vfs_read\")' -r [ptap_quote $::dbg_work/headers]"] \
	status out err
    ptap_verdict "debuginfo: btf: headers with a vmlinux of BTF alone" \
	[expr {[string match {kernel.function("vfs_read") $file:struct file\* *} $out]
	       ? "" : "got $out$err"}]
    file delete $::dbg_work/stripped
    ptap_shell "cp $image [ptap_quote $::dbg_work/image] &&\
	truncate -s 3000000 [ptap_quote $::dbg_work/image]"
    dbg_check "btf: half an image" \
	[list [dbg_vmlinux] $::dbg_work/image *] \
	{\[bad-debuginfo\] * is neither a bzImage nor an ELF file} compare
    dbg_check "btf: a text" [list [dbg_vmlinux] $::dbg_dir/sample.c *] \
	{\[bad-debuginfo\] * is neither a bzImage nor an ELF file} compare
}

# A module's split BTF: damaged, of a module of another kernel (one that has more
# types), and none.
proc dbg_test_btf_module {} {
    set module [lindex [glob -nocomplain \
	/lib/modules/$::ptap_release/kernel/fs/fuse/fuse.ko*] 0]
    if {[ptap_no_kernel] ne "" || [file extension $module] ne ".ko"} {
	untested "debuginfo: btf: no module as it is loaded"
	return
    }
    set vmlinux [dbg_vmlinux]
    dbg_shell "objcopy -O binary --only-section=.BTF\
	--set-section-flags .BTF=alloc $module split-btf &&\
	head -c 20000 split-btf > short-btf && cp split-btf odd-btf &&\
	printf '\\377\\377\\377\\177' |\
	    dd of=odd-btf bs=1 seek=28 conv=notrunc status=none"
    foreach {what line want} {
	whole true {module("fuse").function("fuse_open") $inode:struct inode\* $file:struct file\**}
	short {objcopy --update-section .BTF=short-btf fuse.ko} {*the BTF of module 'fuse' is damaged, or of a module of another kernel than *}
	odd {objcopy --update-section .BTF=odd-btf fuse.ko} {*the BTF of module 'fuse' is damaged, or of a module of another kernel than *}
	no {objcopy --remove-section .BTF fuse.ko} {module("fuse").function("fuse_open")?}
    } {
	dbg_shell "cp $module fuse.ko && objcopy --strip-debug fuse.ko && $line"
	lassign [ptap_shell "cd [ptap_quote $::dbg_work] &&\
	    [ptap_quote $::ptap_program] -w -r $::ptap_release -L\
	    'module(\"./fuse.ko\").function(\"fuse_open\")'"] status out err
	ptap_verdict "debuginfo: btf: a module with $what BTF" \
	    [expr {[string match $want $out$err] ? "" : "got $out$err"}]
    }
}

proc dbg_test_btf {} {
    dbg_test_btf_reader
    dbg_test_btf_kernel
    dbg_test_btf_module
}
