# SPDX-License-Identifier: GPL-2.0-or-later
# -l and -L: expanded points; aliases by their names, -L with their variables.
# options.exp sources this; $r names the kernel.

# What -l or -L prints, line for line; numbers of lines are N.
proc options_list {what line wanted} {
    lassign [ptap_shell "[ptap_quote $::ptap_program] $line"] status out err
    regsub -all {(\.[ch]):[0-9]+} $out {\1:N} out
    set lines [lrange [split $out "\n"] 0 end-1]
    set reason ""
    if {$status != 0} {
	set reason "exit status $status: $err"
} elseif {$lines ne [list {*}$wanted]} {
	set reason "not as expected: $lines"
}
    ptap_verdict "options: $what" $reason
}

set i "$r -I [ptap_quote $ptap_srcdir/testsuite/sema/tapset]"
options_list "listing: an alias" "$i -l listed.read" {listed.read}
options_list "listing: its variables" "$i -L listed.read" {
    {listed.read size:long name:string $file:struct file* $buf:char* $count:size_t $pos:loff_t*}
}
options_list "listing: aliases by wildcard" "$i -l 'listed.*'" {
    listed.read listed.twice
}
options_list "listing: variables that all points of a name have" "$i -L listed.twice" {
    {listed.twice both:long}
}
# The spelling of types is what other programs read.
options_list "listing: types" "$r -L 'kernel.{function(\"do_sys_open\").call,function(\"task_work_add\").return,function(\"vfs_readv\")}'" {
    {kernel.function("do_sys_open@fs/open.c:N").call $dfd:int $filename:char const* $flags:int $mode:umode_t $how:struct open_how}
    {kernel.function("task_work_add@kernel/task_work.c:N").return $return:int $task:struct task_struct* $work:struct callback_head* $notify:enum task_work_notify_mode}
    {kernel.function("vfs_readv@fs/read_write.c:N") $file:struct file* $vec:struct iovec const* $vlen:long unsigned int $pos:loff_t* $flags:rwf_t $iovstack:struct iovec [8] $iov:struct iovec* $iter:struct iov_iter}
}
foreach point {*.function("vfs_read") **.function("vfs_read") kernel.f*("vfs_read") k*.*un*("vfs_read")} {
    options_list "listing: $point" "$r -l '$point'" {
	{kernel.function("vfs_read@fs/read_write.c:N")}
    }
}
options_list "listing: any word and suffix" "$r -l 'kernel.*(\"vfs_fsync\").{return,ex*}'" {
    {kernel.function("vfs_fsync@fs/sync.c:N").exported}
    {kernel.function("vfs_fsync@fs/sync.c:N").return}
}
options_list "listing: families without arguments" "$r -l '{e*,o*,b*}'" {
    begin end error oneshot
}
options_list "listing: built-in wildcards" "$r -l 'timer.*s(5000)'" {
    {timer.jiffies(5000)} {timer.ms(5000)} {timer.s(5000)} {timer.us(5000)}
}
options_list "listing: functions" "$r -l 'kernel.function(\"vfs_re*@fs/read_write.c\").return'" {
    {kernel.function("vfs_read@fs/read_write.c:N").return}
    {kernel.function("vfs_readv@fs/read_write.c:N").return}
}
# A line is one function's: not also that of copies whose last code has lines of where
# they were inlined.
proc options_list_lines {} {
    lassign [ptap_shell "[ptap_quote $::ptap_program] $::r -l 'kernel.function(\"vfs_read\")'"] \
	status out
    regexp {:([0-9]+)} $out -> line
    set next [expr {$line + 1}]
    options_list "listing: the function at a line" \
	"$::r -l 'kernel.function(\"*@fs/read_write.c:$line\")'" {
	{kernel.function("vfs_read@fs/read_write.c:N")}
    }
    options_list "listing: the code of a line" \
	"$::r -l 'kernel.statement(\"*@fs/read_write.c:$next\")'" {
	{kernel.statement("vfs_read@fs/read_write.c:N")}
    }
    options_bad "$::r -l 'kernel.function(\"*@fs/read_write.c:1\")'" 1 no-match \
	{hint: there is '[^']*@fs/read_write\.c:}
    options_bad "$::r -l 'kernel.function(\"*@fs/readwrite.c\")'" 1 no-match \
	{hint: did you mean 'fs/read_write\.c'}
    options_bad "$::r -l 'kernel.function(\"vfs_raed@fs/open.c\")'" 1 no-match \
	{hint: did you mean 'vfs_read'}
    options_bad "$::r -l 'kernel.function(\"*@readwrite.c\")'" 1 no-match \
	{hint: did you mean 'read_write\.c'}
}
options_list_lines
options_list "listing: callees" "$r -l 'kernel.function(\"vfs_read\").callee(\"*@fs/*\").return'" {
    {kernel.function("vfs_read@fs/read_write.c:N").callee("__fsnotify_parent@fs/notify/fsnotify.c:N").return}
    {kernel.function("vfs_read@fs/read_write.c:N").callee("fsnotify@fs/notify/fsnotify.c:N").return}
    {kernel.function("vfs_read@fs/read_write.c:N").callee("rw_verify_area@fs/read_write.c:N").return}
}
options_list "listing: tracepoints" "$r -L 'kernel.trace(\"sched:sched_sw*\")'" {
    {kernel.trace("sched:sched_swap_numa") $src_tsk:struct task_struct* $src_cpu:int $dst_tsk:struct task_struct* $dst_cpu:int}
    {kernel.trace("sched:sched_switch") $preempt:bool $prev:struct task_struct* $next:struct task_struct* $prev_state:unsigned int}
}
options_list "listing: tracepoints of a module" "$r -L 'kernel.trace(\"ext4:ext4_sync_f*\")'" {
    {kernel.trace("ext4:ext4_sync_file_enter") $file:struct file* $datasync:int}
    {kernel.trace("ext4:ext4_sync_file_exit") $inode:struct inode* $ret:int}
    {kernel.trace("ext4:ext4_sync_fs") $sb:struct super_block* $wait:int}
}
options_list "listing: the same by number" "$r -L 'module(\"ext4\").tracepoint(\"ext4_sync_fs\")'" {
    {module("ext4").tracepoint("ext4:ext4_sync_fs") $arg1:struct super_block* $arg2:int}
}
options_list "listing: tracepoints of any system" "$r -l 'kernel.t*(\"*:sched_process_f*\")'" {
    {kernel.trace("sched:sched_process_fork")}
    {kernel.trace("sched:sched_process_free")}
    {kernel.tracepoint("sched:sched_process_fork")}
    {kernel.tracepoint("sched:sched_process_free")}
}

# Points in user programs; PROGRAM and LIBRARY stand for the paths, SOURCES for the
# folder.
proc options_list_user {what line wanted} {
    set program [ptap_compiled userprog]
    set library [ptap_compiled usershared]
    set sources $::ptap_srcdir/testsuite/run
    set map [list PROGRAM [file normalize $program] \
		 LIBRARY [file normalize $library] SOURCES $sources]
    options_list "listing: $what" [string map $map $line] [string map $map $wanted]
}

options_list_user "functions of a program" "$r -l 'process(\"PROGRAM\").function(\"user_??*e*\")'" {
    {process("PROGRAM").function("user_between@SOURCES/userprog.c:N")}
    {process("PROGRAM").function("user_dies@SOURCES/userprog.c:N")}
    {process("PROGRAM").function("user_inlined@SOURCES/userprog.c:N")}
    {process("PROGRAM").function("user_leaves@SOURCES/userprog.c:N")}
    {process("PROGRAM").function("user_make@SOURCES/userprog.c:N")}
}
options_list_user "variables of a program" "$r -L 'process(\"PROGRAM\").function(\"user_add\").return'" {
    {process("PROGRAM").function("user_add@SOURCES/userprog.c:N").return $return:int $a:int $b:long int $p:struct user_point const* $f:float}
}
options_list_user "statements of a program" "$r -l 'process(\"PROGRAM\").statement(\"user_half@userprog.c:*\")'" {
    {process("PROGRAM").statement("user_half@SOURCES/userprog.c:N")}
    {process("PROGRAM").statement("user_half@SOURCES/userprog.c:N")}
}
options_list_user "a library of a program" "$r -L 'process(\"PROGRAM\").library(\"user*\").function(\"shared_*\").call'" {
    {process("PROGRAM").library("LIBRARY").function("shared_square@SOURCES/usershared.c:N").call $value:long int}
    {process("PROGRAM").library("LIBRARY").function("shared_twice@SOURCES/usershared.c:N").call $value:long int}
}
options_list_user "the linkage table" "$r -l 'process(\"PROGRAM\").plt(\"pthread*\").return'" {
    {process("PROGRAM").plt("pthread_create").return}
    {process("PROGRAM").plt("pthread_join").return}
}
options_list_user "markers" "$r -L 'process(\"PROGRAM\").mark(\"*\")'" {
    {process("PROGRAM").provider("user").mark("global__value") $arg1:long}
    {process("PROGRAM").provider("user").mark("guarded") $arg1:long}
    {process("PROGRAM").provider("user").mark("plain")}
    {process("PROGRAM").provider("user").mark("values") $arg1:long $arg2:long $arg3:long $arg4:long $arg5:long $arg6:long}
}
options_list_user "paths by wildcard" "$r -l 'process(\"[file dirname [ptap_compiled userprog]]/user*\").provider(\"*\").mark(\"\[ps\]*a*\")'" {
    {process("PROGRAM").provider("user").mark("plain")}
    {process("LIBRARY").provider("library").mark("squared")}
}
options_list_user "words of a program by wildcard" "$r -l 'process(\"PROGRAM\").*(\"user_half\").call'" {
    {process("PROGRAM").function("user_half@SOURCES/userprog.c:N").call}
}
options_list_user "the program of -c" "$r -c 'PROGRAM calls' -l 'process.function(\"user_half\")'" {
    {process("PROGRAM").function("user_half@SOURCES/userprog.c:N")}
}
options_list_user "as JSON" "$r --json -L 'process(\"PROGRAM\").function(\"user_half\")' | grep -o '\"program\": \"\[^\"]*\"'" {
    {"program": "PROGRAM"}
}

# The program of a process, by its number and by -x.
proc options_list_process {} {
    set program [ptap_compiled userprog]
    set pid [exec $program spin 20000 > /dev/null &]
    options_list_user "the program of a process" \
	"$::r -l 'process($pid).function(\"user_half\")'" {
	{process("PROGRAM").function("user_half@SOURCES/userprog.c:N")}
    }
    options_list_user "the program of -x" \
	"$::r -x $pid -l 'process.mark(\"plain\")'" {
	{process("PROGRAM").provider("user").mark("plain")}
    }
    ptap_kill KILL $pid
}
options_list_process

options_bad "$i -l listed.gone" 1 no-match
options_bad "$i -l listed.raed" 1 unknown-probe {did you mean 'listed\.read'}

# Scripts whose first line has env(1), and a process whose program's file is gone.
proc options_list_files {} {
    set dir [file normalize $::ptap_work]
    set shell [exec readlink -f [auto_execok sh]]
    foreach {what line} {
	env "env sh"
	"env with options" "env -S -i NAME=value sh -e"
    } {
	set file [open $dir/options-script w]
	puts $file "#!/usr/bin/$line"
	close $file
	options_list "listing: a script by $what" \
	    "$::r -l 'process(\"$dir/options-script\").plt(\"fork\")'" \
	    [list "process(\"$shell\").plt(\"fork\")"]
    }
    lassign [ptap_shell "cd [ptap_quote $dir] && cp /bin/sleep options-gone &&\
	{ ./options-gone 60 & } &&\
	until readlink /proc/\$!/exe | grep -q options-gone; do sleep 0.1; done &&\
	rm options-gone &&\
	[ptap_quote $::ptap_program] $::r -l \"process(\$!).plt\"; kill \$!"] \
	status out err
    ptap_verdict "options: listing: a process of a program that is gone" \
	[expr {[regexp {runs '[^']*options-gone \(deleted\)', which is not\
	    .*\[no-match\].*hint: it was replaced} $err] ? "" : "$out$err"}]
}
options_list_files
