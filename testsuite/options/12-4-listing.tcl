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
    {listed.read size:long name:string $buf:char * $count:size_t $file:struct file * $pos:loff_t *}
}
options_list "listing: aliases by wildcard" "$i -l 'listed.*'" {
    listed.read listed.twice
}
options_list "listing: variables of each point" "$i -L listed.twice" {
    {listed.twice both:long}
    {listed.twice size:long name:string both:long $buf:char * $count:size_t $file:struct file * $pos:loff_t *}
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
options_bad "$i -l listed.gone" 1 no-match
options_bad "$i -l listed.raed" 1 unknown-probe {did you mean 'listed\.read'}
