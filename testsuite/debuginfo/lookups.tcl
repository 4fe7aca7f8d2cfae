# SPDX-License-Identifier: GPL-2.0-or-later
# Where debuginfo is looked for on a machine, in folders that stand in for those of
# the distribution (PTAP_DEBUGINFO, PTAP_SYSFS).

# The path in which debug files are found by a build id.
proc dbg_by_id {id} {
    return .build-id/[string range $id 0 1]/[string range $id 2 end].debug
}

proc dbg_install {file to} {
    dbg_shell "mkdir -p `dirname installed/$to` && cp $file installed/$to"
}

proc dbg_test_lookups {} {
    set ::env(PTAP_DEBUGINFO) $::dbg_work/installed
    dbg_test_installed
    if {[auto_execok dwz] eq ""} {
	unsupported "debuginfo: look-ups: dwz is not installed"
    } else {
	dbg_test_installed_shared
    }
    unset ::env(PTAP_DEBUGINFO)
    dbg_test_running_btf
}

# The file with the DWARF of a stripped one.
proc dbg_test_installed {} {
    global dbg_work
    set id [dbg_build_id sample-O2]
    set other [dbg_build_id sample-O0]
    set names [list ID $id OTHER $other BYID [dbg_by_id $id] WORK $dbg_work]
    dbg_shell "rm -rf installed && mkdir installed && strip -o naked sample-O2 &&\
	objcopy --only-keep-debug sample-O2 naked.debug &&\
	objcopy --only-keep-debug sample-O0 other.debug"
    dbg_check "look-ups: no debug file" [list $dbg_work/naked list walk] \
	[string map $names {\[no-debuginfo\] 'WORK/naked' has no debuginfo, and no file with it is installed: there is no 'WORK/installed/BYID', and none of its name in 'WORK/installed' | *}]
    dbg_install other.debug [dbg_by_id $id]
    dbg_check "look-ups: another debug file by the build id" \
	[list $dbg_work/naked list walk] \
	[string map $names {\[build-id\] 'WORK/naked' has the build id ID, but its debuginfo in 'WORK/installed/BYID' is of OTHER | *}]
    dbg_install naked.debug [string range $dbg_work/naked.debug 1 end]
    dbg_form "a debug file by the path" $dbg_work/naked
    dbg_shell "rm -r installed"
    dbg_install naked.debug [dbg_by_id $id]
    dbg_form "a debug file by the build id" $dbg_work/naked
}

# The file that several share.
proc dbg_test_installed_shared {} {
    global dbg_work
    dbg_shell "rm -rf installed && cp sample-O2 sharing && cp sample-O0 sharing0 &&\
	dwz -m shared -M ../x/.dwz/arch/common sharing sharing0"
    set id [dbg_build_id shared]
    set other [dbg_build_id sample-O0]
    set names [list ID $id OTHER $other BYID [dbg_by_id $id] WORK $dbg_work]
    dbg_check "look-ups: no shared file" [list $dbg_work/sharing list walk] \
	[string map $names {\[no-debuginfo\] 'WORK/sharing' shares debuginfo (dwz -m) with '../x/.dwz/arch/common', which is not there, nor is 'WORK/installed/.dwz/arch/common' or 'WORK/installed/BYID' | *}]
    dbg_install sample-O0 .dwz/arch/common
    dbg_check "look-ups: another shared file" [list $dbg_work/sharing list walk] \
	[string map $names {\[build-id\] 'WORK/sharing' shares debuginfo with a file of the build id ID, but 'WORK/installed/.dwz/arch/common' has OTHER | *}]
    dbg_install shared [dbg_by_id $id]
    dbg_form "a shared file by its build id" $dbg_work/sharing
    dbg_shell "rm -r installed"
    dbg_install shared .dwz/arch/common
    dbg_form "a shared file by its name in .dwz" $dbg_work/sharing
    dbg_shell "rm -r installed && cp sample-O2 sharing && cp sample-O0 sharing0 &&\
	dwz -m shared -M ../other/common sharing sharing0"
    dbg_install shared .dwz/common
    dbg_form "a shared file by the last part of its name" $dbg_work/sharing
    dbg_install sample-O0 [dbg_by_id [dbg_build_id shared]]
    dbg_shell "rm installed/.dwz/common"
    dbg_check "look-ups: another shared file by the build id" \
	[list $dbg_work/sharing list walk] \
	[string map [list ID [dbg_build_id shared] OTHER $other WORK $dbg_work] \
	     {\[build-id\] 'WORK/sharing' shares * of the build id ID, but 'WORK/installed/.build-id/*.debug' has OTHER | *}]
    dbg_shell "rm -r installed"
}

# The BTF of a module that is loaded, and whose file has none, is in /sys.
proc dbg_test_running_btf {} {
    if {[ptap_no_kernel] ne ""} {
	untested "debuginfo: look-ups: [ptap_no_kernel]"
	return
    }
    set module [lindex [glob -nocomplain \
	/lib/modules/$::ptap_release/kernel/fs/fuse/fuse.ko*] 0]
    if {[file extension $module] ne ".ko"} {
	untested "debuginfo: look-ups: no module as it is loaded"
	return
    }
    set ::env(PTAP_SYSFS) $::dbg_work/sys
    set btf $::dbg_work/sys/kernel/btf
    dbg_shell "rm -rf sys && mkdir -p $btf && cp $module fuse.ko &&\
	objcopy --strip-debug fuse.ko &&\
	objcopy -O binary --only-section=.BTF\
	    --set-section-flags .BTF=alloc fuse.ko fuse-btf &&\
	objcopy --remove-section .BTF fuse.ko &&\
	set -- `readelf -SW [dbg_vmlinux] | sed -n 's/.* \\.BTF  *PROGBITS //p'` &&\
	tail -c +\$((0x\$2 + 1)) [dbg_vmlinux] | head -c \$((0x\$3)) > $btf/vmlinux"
    set image module:$::dbg_work/fuse.ko
    dbg_check "look-ups: a module's BTF is not in /sys" \
	[list $image list fuse_open] \
	{fuse_open fuse_open :0 called ftrace}
    dbg_check "look-ups: a module without BTF has no types" \
	[list $image show fuse_open inode->i_ino] \
	{\[no-debuginfo\] the debug symbols of module fuse are not installed, and its symbols alone do not describe * | *}
    dbg_shell "head -c 20000 fuse-btf > $btf/fuse"
    dbg_check "look-ups: half of a module's BTF" [list $image list fuse_open] \
	{\[bad-debuginfo\] the BTF of module 'fuse' is damaged, or of a module of another kernel than * | *}
    dbg_shell "cp fuse-btf $btf/fuse"
    dbg_check "look-ups: a module's BTF from /sys" \
	[list $image show fuse_conn_put fc->max_read] \
	{unsigned int: reg 5; const *; add; load 4 (4 bytes)}
    dbg_shell "rm $btf/vmlinux && rm -rf cache/btf-*"
    dbg_check "look-ups: no BTF of the kernel" [list $image list fuse_open] \
	{fuse_open fuse_open :0 called ftrace}
    unset ::env(PTAP_SYSFS)
}
