# SPDX-License-Identifier: GPL-2.0-or-later
# Pass 4 and the machine: the caches, several runs at once, signals, programs and
# folders that are missing, full disks.

# A folder for the test, fresh but for what is to be KEPT of the one before.
proc build_folder {{kept ""}} {
    set dir $::ptap_work/build-machine
    foreach old [glob -nocomplain $dir/* $dir/cache/*] {
	if {$kept eq "" || ($old ne "$dir/cache" && $old ne "$dir/cache/$kept")} {
	    file delete -force $old
	}
    }
    file mkdir $dir/cache $dir/tmp $dir/here
    return $dir
}

# Runs ptap -p4 on the script TEXT with its folders in DIR.  BEFORE: settings and
# a command in front of it.  Returns status, stdout, stderr.
proc build_run {dir text {options ""} {before ""}} {
    return [ptap_shell "cd [ptap_quote $dir/here] && [build_line $dir $text \
	$options $before]"]
}

proc build_line {dir text {options ""} {before ""}} {
    return "PTAP_CACHE=[ptap_quote $dir/cache] TMPDIR=[ptap_quote $dir/tmp]\
	$before [ptap_quote $::ptap_program] -r $::ptap_release -p4 $options\
	-e [ptap_quote $text]"
}

# Why nothing may be left in the temporary folder, nor half a thing in the cache;
# "" if all is well.
proc build_left {dir} {
    set left [glob -nocomplain $dir/tmp/* $dir/cache/*/*.tmp \
		  $dir/cache/runtime/ptap-*]
    if {$left ne ""} {
	return "left behind: $left"
    }
    return ""
}

# The result of a run that must make a module.
proc build_good {dir result} {
    lassign $result status out err
    if {$status != 0} {
	return "exit status $status: $err"
    }
    set path [string trim $out]
    if {![file exists $path] && ![file exists $dir/here/$path]} {
	return "no module: $out"
    }
    return [build_left $dir]
}

# The result of a run that must fail with SLUG, and a PATTERN in what it says.
proc build_bad {dir result slug {pattern ""}} {
    lassign $result status out err
    if {$status == 0} {
	return "it passed"
    }
    if {[string first "\[$slug\]" $err] < 0 || ![regexp -- $pattern $err]} {
	return "not \[$slug\]: $err"
    }
    return [build_left $dir]
}

proc build_test_caches {} {
    set dir [build_folder]
    set first [build_run $dir "probe begin { exit() }" -vv]
    set reason [build_good $dir $first]
    lassign $first status out err
    if {$reason eq "" && ![regexp {Building the runtime} $err]} {
	set reason "the runtime was not built"
    } elseif {$reason eq "" && [regexp {file by file} $err]} {
	set reason "two files of the runtime share a static name: $err"
    }
    ptap_verdict "build: the first script" $reason

    set again [build_run $dir "probe begin { exit() }" -vv]
    set reason [build_good $dir $again]
    if {$reason eq "" && ([lindex $again 1] ne $out ||
			  ![regexp {cached} [lindex $again 2]])} {
	set reason "it was built again"
    }
    ptap_verdict "build: the same script" $reason

    set other [build_run $dir "probe end { }" -vv]
    set reason [build_good $dir $other]
    if {[regexp {Building} [lindex $other 2]]} {
	set reason "more than the script was built: [lindex $other 2]"
    }
    ptap_verdict "build: another script" $reason

    foreach {what damage} {
	{a damaged module} {printf X | dd of=$ko bs=1 seek=200 conv=notrunc}
	{a short module} {: >$ko}
	{a missing module} {rm $ko}
	{a damaged note of a module} {: >${ko%.ko}.info}
	{a damaged runtime} {: >$rt; rm $ko}
	{a missing runtime} {rm -r $rt; rm $ko}
    } {
	ptap_shell "ko=[ptap_quote [string trim $out]];\
	    rt=`echo [ptap_quote $dir/cache]/runtime/*/rt.o`; $damage"
	set again [build_run $dir "probe begin { exit() }" -vv]
	set reason [build_good $dir $again]
	if {$reason eq "" && [regexp {cached} [lindex $again 2]]} {
	    set reason "it was taken"
	}
	ptap_verdict "build: $what" $reason
    }
}

# A module that was kept is not taken when a file that it was made from has changed.
proc build_test_inputs {} {
    set dir [build_folder runtime]
    file copy -force [ptap_testmod] $dir/here/probed.ko
    ptap_shell "cd $dir/here && cp /bin/true plain &&\
	echo 'int main(void) { return 0; }' | gcc -g -x c -o program -"
    foreach {file text} {
	probed.ko {probe module("%").function("ptm_eight") { println($a) }}
	program {probe process("%").function("main") { exit() }}
    } {
	set text [string map [list % $dir/here/$file] $text]
	set reason [build_good $dir [build_run $dir $text -vv]]
	set again [build_run $dir $text -vv]
	if {$reason eq "" && ![regexp {cached} [lindex $again 2]]} {
	    set reason "it was not kept: [lindex $again 2]"
	}
	file mtime $dir/here/$file 1000000000
	set again [build_run $dir $text -vv]
	if {$reason eq "" && [regexp {cached} [lindex $again 2]]} {
	    set reason "it was taken"
	}
	ptap_verdict "build: $file has changed" $reason
    }
    set text "probe process(\"$dir/here/plain\").plt { exit() }"
    set reason [build_good $dir [build_run $dir $text -vv]]
    if {[regexp {cached} [lindex [build_run $dir $text -vv] 2]]} {
	set reason "it was taken, whatever was installed meanwhile"
    }
    ptap_verdict "build: a program without debuginfo" $reason
}

# Names in the files of others are in the C of a script; they may hold anything.
proc build_test_odd_name {} {
    set dir [build_folder runtime]
    file copy -force [ptap_testmod] $dir/here/pro\"bed.ko
    set text "probe module(\"$dir/here/pro\\\"bed.ko\").function(\"ptm_eight\") {}"
    ptap_verdict "build: a module's name with a quotation mark" \
	[build_good $dir [build_run $dir $text]]
}

# Warnings are told again when the module comes from the cache.
proc build_test_replay {} {
    set dir [build_folder runtime]
    set text "global never\nprobe begin { exit() }"
    lassign [build_run $dir $text] status out first
    lassign [build_run $dir $text] status out second
    set reason ""
    if {$first ne $second} {
	set reason "first: $first then: $second"
    }
    ptap_verdict "build: warnings of a kept module" $reason
}

proc build_test_names {} {
    set dir [build_folder runtime]
    set result [build_run $dir "probe begin { exit() }" "-m lives"]
    set reason [build_good $dir $result]
    set info ""
    if {$reason eq ""} {
	set info [lindex [ptap_shell "/sbin/modinfo $dir/here/lives.ko"] 1]
	foreach {field pattern} [list name {lives$} license GPL depends {$} \
				     vermagic [ptap_pattern $::ptap_release]] {
	    if {![regexp -line "^$field: *$pattern" $info]} {
		set reason "$field: $info"
	    }
	}
    }
    ptap_verdict "build: what a module says of itself" $reason

    # each import has the version that the kernel exports
    set reason ""
    lassign [ptap_shell "cd $dir/here &&\
	nm -u lives.ko | awk '{ print \$2 }' | sort >want &&\
	/sbin/modprobe --dump-modversions lives.ko |\
	awk '{ print \$2, \$1 }' | sort >have &&\
	awk '{ print \$2, \$1 }' /lib/modules/$::ptap_release/build/Module.symvers |\
	sort >kernel && cut -d' ' -f1 have | comm -23 want - &&\
	sed 's/0x0*//' have >have.short && sed 's/0x0*//' kernel |\
	sort >kernel.short && sort have.short | comm -23 - kernel.short"] \
	status out err
    if {$status != 0 || $out ne ""} {
	set reason "wrong versions: $out$err"
    }
    ptap_verdict "build: symbol versions" $reason

    build_run $dir "probe begin { exit() }" "-m full --kbuild=full"
    lassign [ptap_shell "cd $dir/here && for m in lives full; do\
	nm -g --defined-only \$m.ko | cut -d' ' -f2- | sort >\$m.names; done;\
	test -s lives.names && diff lives.names full.names"] status out err
    set reason ""
    if {$status != 0} {
	set reason "they differ: $out$err"
    }
    ptap_verdict "build: both ways make the same functions and data" $reason
}

# The oldest of too many modules go, those that were used stay.
proc build_test_many {} {
    set dir [build_folder runtime]
    set first [build_run $dir "probe begin { exit() }"]
    ptap_shell "cd $dir/cache/modules && for i in `seq 300`; do\
	touch -d '2001-01-01' \$i.ko \$i.info; done;\
	truncate -s 600M ../index-1 ../index-2 &&\
	touch -d '2001-01-01' ../index-1 && touch -d '2001-02-02' ../index-2;\
	touch -d '2001-01-01' 1.ko.2.3.tmp; touch ../index-new 1.ko.2.4.tmp"
    set second [build_run $dir "probe end { }"]
    set reason [expr {[lindex $second 0] ? "it failed: $second" : ""}]
    set left [llength [glob $dir/cache/modules/*.info]]
    if {$reason eq "" && ($left > 256 || $left < 200)} {
	set reason "$left modules are kept"
    } elseif {![file exists [string trim [lindex $first 1]]]} {
	set reason "a new module went"
    } elseif {[llength [glob $dir/cache/modules/*.ko]] != $left} {
	set reason "half an entry stayed"
    }
    ptap_verdict "build: too many modules" $reason
    set left [lsort [lmap file [glob $dir/cache/index-*] {file tail $file}]]
    ptap_verdict "build: too many indexes" \
	[expr {$left eq "index-2 index-new" ? "" : $left}]
    ptap_verdict "build: what a run that was killed left" \
	[expr {[file tail [glob $dir/cache/modules/*.tmp]] eq "1.ko.2.4.tmp" ? "" :
	       [glob -nocomplain $dir/cache/modules/*.tmp]}]
    file delete $dir/cache/modules/1.ko.2.4.tmp
}

proc build_test_at_once {} {
    set dir [build_folder]
    set line [build_line $dir "probe begin { exit() }"]
    lassign [ptap_shell "cd $dir/here; for i in 1 2 3; do $line >\$i & done; wait;\
	cat 1 2 3 | sort -u"] status out err
    set reason [build_good $dir [list $status $out $err]]
    ptap_verdict "build: three first runs at once" $reason
}

# SIGTERM and SIGINT while the runtime is built, while the script is, and as soon
# as it begins.  (A shell's background job ignores SIGINT.)
proc build_test_interrupted {} {
    foreach {signal delay number options} {
	TERM 0.2 15 "" TERM 1 15 "" TERM 1 15 "--kbuild=full" HUP 0.7 1 ""
    } {
	set dir [build_folder]
	set line [build_line $dir "probe begin { exit() }" $options exec]
	lassign [ptap_shell "cd $dir/here; sh -c [ptap_quote \
	    [string map [list exec "" \
	    [ptap_quote $::ptap_program] "exec [ptap_quote $::ptap_program]"] \
	    $line]] & sleep $delay; kill -$signal \$!; wait \$!"] status out err
	set reason [build_left $dir]
	if {$status != 128 + $number} {
	    set reason "exit status $status: $err"
	} elseif {![regexp {\[interrupted\]} $err]} {
	    set reason "it did not say so: $err"
	}
	ptap_verdict "build: SIG$signal after $delay s $options" $reason
    }
}

proc build_test_cache_folder {} {
    set dir [build_folder runtime]
    set result [build_run $dir "probe begin { exit() }" "" \
		    "PTAP_CACHE=/dev/null/x"]
    set reason [build_good $dir $result]
    if {![regexp {warning: .*/dev/null.*\[io\]} [lindex $result 2]]} {
	set reason "no warning: $result"
    }
    ptap_verdict "build: a cache folder that cannot be made" $reason
    set result [build_run $dir "probe begin { exit() }" --disable-cache]
    set reason [build_good $dir $result]
    if {$reason eq "" && [glob -nocomplain $dir/cache/modules/*] ne ""} {
	set reason "a module was kept"
    }
    ptap_verdict "build: --disable-cache" $reason
}

# With a PATH of a few programs.
proc build_test_no_compiler {} {
    set dir [build_folder]
    set config /lib/modules/$::ptap_release/build/.config
    regexp {CONFIG_CC_VERSION_TEXT="([^ "]*)} [ptap_read $config] - compiler
    foreach {missing present} [list $compiler {sh make ld as} \
				   make [list sh $compiler ld as]] {
	file delete -force $dir/bin
	file mkdir $dir/bin
	foreach program $present {
	    file link -symbolic $dir/bin/$program [lindex [auto_execok $program] 0]
	}
	set result [build_run $dir "probe begin { exit() }" "" \
			"PATH=[ptap_quote $dir/bin]"]
	ptap_verdict "build: $missing is missing" [build_bad $dir $result \
	    no-compiler "'$missing'.*hint: .*install .* gcc-\[0-9\]+"]
    }
}

# What needs a file system of its own to be mounted.
proc build_test_mounts {} {
    lassign [ptap_shell "unshare -rm mount -t tmpfs none /mnt"] status
    if {$status != 0} {
	unsupported "build: nothing can be mounted here"
	return
    }
    set dir [build_folder]
    set line [build_line $dir "probe begin { exit() }"]
    set result [ptap_shell "unshare -rm sh -c [ptap_quote \
	"mount -t tmpfs none /lib/modules/$::ptap_release && $line"]"]
    ptap_verdict "build: no headers" [build_bad $dir $result no-headers \
	"hint: .*[ptap_pattern $::ptap_release]"]
    foreach where {tmp cache} {
	foreach size {16k 400k} {
	    set result [ptap_shell "cd $dir/here; unshare -rm sh -c [ptap_quote \
		"mount -t tmpfs -o size=$size none $dir/$where && $line\
		--disable-cache; s=\$?; ls -A $dir/tmp; exit \$s"]"]
	    set reason [build_bad $dir $result io \
		"No space left on device.*hint: the disk that holds"]
	    if {$reason eq "" && [lindex $result 1] ne ""} {
		set reason "left behind: $result"
	    }
	    # small files in tmp may find room
	    if {[lindex $result 0] == 0 && $where eq "tmp" && $size ne "16k"} {
		set reason ""
	    }
	    ptap_verdict "build: full disk: $where of $size" $reason
	}
    }
}

proc build_machine_tests {} {
    build_test_caches
    build_test_inputs
    build_test_odd_name
    build_test_replay
    build_test_names
    build_test_cache_folder
    build_test_many
    build_test_at_once
    build_test_interrupted
    build_test_no_compiler
    build_test_mounts
}
