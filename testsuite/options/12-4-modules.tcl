# SPDX-License-Identifier: GPL-2.0-or-later
# Globs over many modules, of which BTF is known alone; options.exp sources this; $r
# names the kernel.

# LINE is ptap's, in ENVIRONMENT; what it prints has no numbers of lines here.
proc options_modules {what line wanted {environment ""} {said ""}} {
    lassign [ptap_shell "PTAP_CACHE=[ptap_quote [file normalize $::ptap_work]/modules]\
	$environment [ptap_quote $::ptap_program] $line"] status out err
    set reason ""
    if {$status != 0} {
	set reason "exit status $status: $err"
    } elseif {[split [string trim $out] "\n"] ne [list {*}$wanted]} {
	set reason "not as expected: $out"
    } elseif {[llength [regexp -all -inline -line { modules? .*\[btf\]$} $err]] > 1} {
	set reason "several lines of modules: $err"
    } elseif {$said ne "" && ![regexp -- $said $err]} {
	set reason "nothing matches $said: $err"
    }
    ptap_verdict "options: modules: $what" $reason
}

proc options_module_names {} {
    global r
    set wanted {
	{module("nfsd").tracepoint("nfsd:nfsd_file_open")}
	{module("nfsd").tracepoint("nfsd:nfsd_file_opened")}
    }
    set line "$r -l 'module(\"n*\").tracepoint(\"nfsd_file_open*\")'"
    # more than there is room for temporary folders
    options_modules "nothing is kept" "--disable-cache $line" $wanted
    options_modules "tracepoints" $line $wanted
    options_modules "tracepoints again" $line $wanted
    foreach name [glob -directory $::ptap_work/modules names-*] {
	set file [open $name r+]
	chan truncate $file 2000
	close $file
    }
    options_modules "what was kept is damaged" $line $wanted
    options_modules "functions, and one line of what is known of them" \
	"$r -l 'module(\"\[cf\]use\").function(\"\[cf\]use_open\")'" {
	    {module("cuse").function("cuse_open")}
	    {module("fuse").function("fuse_open")}
	} PTAP_DEBUGINFO=btf {symbols of 2 modules are not installed.*\[btf\]}
    options_modules "a tracepoint of a module by its name" \
	"$r -l 'kernel.trace(\"nfsd_file_opened\")'" {
	    {kernel.trace("nfsd:nfsd_file_opened")}
	}
    options_bad "$r -l 'module(\"nf*\").tracepoint(\"nfsd_file_opned\")'" 1 no-match \
	{no tracepoint of the modules 'nf\*' matches.*\n.*\n.*\n.*did you mean 'nfsd_file_open}
    options_bad "$r -l 'module(\"\[cf\]use\").function(\"fuse_opn\")'" 1 no-match \
	{did you mean 'fuse_open'}
}
options_module_names

# Of what is kept for a module the kernel's types are no part, though its own lead to
# them.
proc options_module_small {} {
    set cache [file normalize $::ptap_work]/small
    set environment "PTAP_CACHE=[ptap_quote $cache] PTAP_DEBUGINFO=btf"
    set large {}
    options_modules "parameters by BTF" \
	"$::r -L 'module(\"cuse\").function(\"cuse_open\")'" {
	    {module("cuse").function("cuse_open") $inode:struct inode* $file:struct file*}
	} $environment
    foreach file [glob $cache/btf-* $cache/index-*] {
	if {[file size $file] > 100000} {
	    lappend large "$file: [file size $file]"
	}
    }
    ptap_verdict "options: modules: what is kept of one is small" [join $large "; "]
    options_modules "structures of the kernel by a module's BTF" \
	"$::r -p3 -e 'probe module(\"cuse\").function(\"cuse_open\") {\
	 println(\$inode->i_sb->s_root->d_name->hash) }' | grep -c '\"cuse_open\", 1'" 1 $environment
    options_bad "$::r -p2 -e 'probe module(\"cuse\").function(\"cuse_open\") {\
	println(\$inode->i_sb->s_rot) }'" 1 unknown-member {did you mean 's_root'}
}
options_module_small

# Debug symbols of another build leave out the module whose they should be.
proc options_module_other {} {
    set work [file normalize $::ptap_work]/other
    set module [lindex [glob -nocomplain \
	/lib/modules/$::ptap_release/kernel/fs/fuse/fuse.ko*] 0]
    file mkdir $work[file dirname $module]
    file copy -force [ptap_compiled userprog] $work$module
    options_modules "debug symbols of another build" \
	"$::r -l 'module(\"\[cf\]use\").function(\"\[cf\]use_open\")'" {
	    {module("cuse").function("cuse_open")}
	} "PTAP_DEBUGINFO=[ptap_quote $work]" \
	{warning: '[^']*/fuse\.ko' has the build id .* is of .*\[build-id\]}
}
options_module_other

# One of two modules has debug symbols (here of a function that was put behind its
# own): what they alone describe leaves out the other.
proc options_module_mixed {} {
    set work [file normalize $::ptap_work]/mixed
    set module [lindex [glob -nocomplain \
	/lib/modules/$::ptap_release/kernel/fs/fuse/fuse.ko] 0]
    if {$module eq ""} {
	untested "options: modules: no module as it is loaded"
	return
    }
    file mkdir $work[file dirname $module]
    set file [open $work/extra.c w]
    puts $file {
	int fuse_extra_open(int a);
	extern volatile int fuse_extra_seen;
	volatile int fuse_extra_seen;
	static inline __attribute__((always_inline)) void
	fuse_extra_inner(int a)
	{
		fuse_extra_seen = a;
	}
	int fuse_extra_open(int a)
	{
		int twice = a * 2;
		fuse_extra_inner(a);
		return twice + 1;
	}
    }
    close $file
    lassign [ptap_shell "cd [ptap_quote $work] &&\
	gcc -g -O1 -fno-pic -mcmodel=kernel -c extra.c &&\
	ld -r $module extra.o -o ./$module 2>&1"] status out err
    if {$status != 0} {
	ptap_verdict "options: modules: debug symbols of one" "$out$err"
	return
    }
    set environment "PTAP_DEBUGINFO=[ptap_quote $work]"
    set open {module("[cf]use").function("[cf]use_*open}
    set wanted {
	{module("fuse").function("fuse_extra_open@extra.c")}
    }
    options_modules "files of one of two" \
	"$::r -l '$open@*\")' | sed 's/:\[0-9\]*//'" $wanted $environment \
	{warning: 1 of the 2 images that match are left out: .*source files \[no-debuginfo\]}
    # by the debug symbols, which no other module has, and then by their index
    foreach time {once again} {
	options_modules "an inlined function, of which symbols do not tell, $time" \
	    "$::r -l 'module(\"\[cf\]use\").function(\"fuse_extra_i*\")' | sed 's/:\[0-9\]*//'" {
		{module("fuse").function("fuse_extra_inner@extra.c")}
	    } $environment
    }
    lassign [ptap_shell "$environment [ptap_quote $::ptap_program] $::r\
	-l 'module(\"\[cf\]use\").function(\"fuse_opn\")'"] status out err
    ptap_verdict "options: modules: no such function, symbols and inlined ones" \
	[expr {$status == 1 &&
	       [regexp {no function of the modules.*did you mean 'fuse_open'} $err] ?
	       "" : "exit status $status: $err"}]
    options_modules "callees of one of two" \
	"$::r -p2 -e 'probe $open\").callees ? { exit() } probe begin { exit() }' | tail -n 1" {
	    "begin /* begin */"
	} $environment {its BTF does not describe calls \[no-debuginfo\]}
    options_modules "variables of one of two" \
	"$::r -p2 -e 'probe $open\") { println(\$twice) }' | grep -c '# at fuse_extra_open '" \
	1 $environment {left out 2 of the 3 places .*: cuse_channel_open, cuse_open \[sites-dropped\]}
}
options_module_mixed

# A glob over files: what is not a program that can be read leaves out itself, and
# one line says how many have no debuginfo.
proc options_programs {} {
    set dir [file normalize $::ptap_work]/programs
    file mkdir $dir
    file copy -force [ptap_compiled userprog] $dir/whole
    lassign [ptap_shell "cd [ptap_quote $dir] &&\
	strip -o bare1 whole && cp bare1 bare2 && head -c 3000 whole > torn &&\
	{ head -c 18 whole; printf '\\267'; tail -c +20 whole; } > foreign && chmod +x *"] status out err
    set point "process(\"$dir/*\").function(\"user_half\")"
    lassign [ptap_shell "[ptap_quote $::ptap_program] $::r -l '$point'"] status out err
    set reason ""
    if {$status || [regexp -all {process} $out] != 1} {
	set reason "exit status $status: $out$err"
    }
    foreach text {
	{/torn' is damaged: .*\[bad-debuginfo\]}
	{/foreign' is neither for x86_64 nor for i386 \[unsupported\]}
	{warning: 2 files have no debuginfo: .*\[no-debuginfo\]}
    } {
	if {![regexp -line $text $err]} {
	    append reason "nothing matches $text: $err"
	}
    }
    ptap_verdict "options: modules: programs by wildcard" $reason
    file delete $dir/whole $dir/bare1 $dir/bare2
    options_bad "$::r -w -l '$point'" 1 unsupported
}
options_programs

# A server that cannot be reached is named, and what is no debuginfo is not used.
proc options_servers {} {
    set cache [file normalize $::ptap_work]/servers
    set module [lindex [glob -nocomplain \
	/lib/modules/$::ptap_release/kernel/fs/fuse/fuse.ko] 0]
    if {$module eq ""} {
	untested "options: servers: no module as it is loaded"
	return
    }
    regexp {Build ID: ([0-9a-f]+)} [exec readelf -n $module] -> id
    set line "$::r -l 'module(\"fuse\").function(\"fuse_open\")'"
    set wanted {{module("fuse").function("fuse_open")}}
    set environment "DEBUGINFOD_URLS=http://127.0.0.1:1 DEBUGINFOD_CACHE_PATH=[ptap_quote $cache]"
    options_modules "a server that is not there" $line $wanted $environment \
	{could not be had from a server: Connection refused.*'http://127\.0\.0\.1:1'}
    file mkdir $cache/$id
    set file [open $cache/$id/debuginfo w]
    puts $file "<html>who are you?</html>"
    close $file
    options_modules "a server that sends something else" $line $wanted $environment \
	"sent is not the debuginfo of $id: '\[^'\]*/debuginfo' is not used"
}
options_servers

# The image of a kernel that does not run here tells its build id.
proc options_kernel_by_id {} {
    set dir [file normalize $::ptap_work]/by-id
    lassign [ptap_shell "PTAP_DEBUGINFO=[ptap_quote $dir]\
	[ptap_quote $::ptap_program] $::r --doctor"] status out
    if {![regexp {its build id is ([0-9a-f]{2})([0-9a-f]+);} $out -> first rest]} {
	ptap_verdict "options: modules: a kernel by its build id" $out
	return
    }
    file mkdir $dir/.build-id/$first
    set file [open $dir/kernel.c w]
    puts $file "void only_here(int a); void only_here(int a) { }"
    close $file
    file mkdir $dir/headers/include/generated
    lassign [ptap_shell "cd [ptap_quote $dir] && gcc -g -nostdlib -static -Wl,-e,0\
	-Wl,--build-id=0x$first$rest kernel.c -o .build-id/$first/$rest.debug &&\
	gcc -c -fno-asynchronous-unwind-tables kernel.c -o headers/vmlinux &&\
	echo '#define UTS_RELEASE \"$::ptap_release\"' >\
	    headers/include/generated/utsrelease.h && touch headers/Makefile"] status out err
    # Debian's headers have a vmlinux from 6.12 on, in which is BTF and no build id
    foreach {what kernel} [list "" $::r ", not the headers' vmlinux" "-r [ptap_quote $dir/headers]"] {
	options_modules "a kernel by its build id$what" \
	    "$kernel -L 'kernel.function(\"only_here\")' | sed 's/@\[^)\]*:\[0-9\]*//'" {
		{kernel.function("only_here") $a:int}
	    } "PTAP_DEBUGINFO=[ptap_quote $dir]"
    }
}
options_kernel_by_id
