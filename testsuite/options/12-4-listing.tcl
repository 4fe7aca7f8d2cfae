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
options_list "listing: types" "$r -L 'kernel.{function(\"do_sys_open\"),function(\"task_work_add\").return,function(\"vfs_readv\")}'" {
    {kernel.function("do_sys_open@fs/open.c:N") $filename:char const* $flags:int $how:struct open_how}
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
options_list "listing: callees" "$r -l 'kernel.function(\"vfs_read\").callee(\"*@fs/*\").return'" {
    {kernel.function("vfs_read@fs/read_write.c:N").callee("__fsnotify_parent@fs/notify/fsnotify.c:N").return}
    {kernel.function("vfs_read@fs/read_write.c:N").callee("fsnotify@fs/notify/fsnotify.c:N").return}
    {kernel.function("vfs_read@fs/read_write.c:N").callee("rw_verify_area@fs/read_write.c:N").return}
}
options_list "listing: tracepoints" "$r -L 'kernel.trace(\"sched:sched_sw*\")'" {
    {kernel.trace("sched:sched_swap_numa") $src_tsk:struct task_struct* $src_cpu:int $dst_tsk:struct task_struct* $dst_cpu:int}
    {kernel.trace("sched:sched_switch") $preempt:bool $prev:struct task_struct* $next:struct task_struct* $prev_state:unsigned int}
}
options_list "listing: tracepoints of any system" "$r -l 'kernel.t*(\"*:sched_process_f*\")'" {
    {kernel.trace("sched:sched_process_fork")}
    {kernel.trace("sched:sched_process_free")}
    {kernel.tracepoint("sched:sched_process_fork")}
    {kernel.tracepoint("sched:sched_process_free")}
}
options_bad "$i -l listed.gone" 1 no-match
options_bad "$i -l listed.raed" 1 unknown-probe {did you mean 'listed\.read'}
