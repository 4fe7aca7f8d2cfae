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
    } elseif {[llength [regexp -all -inline -line {\[btf\]$} $err]] > 1} {
	set reason "several lines of what is known: $err"
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
