#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# suite.sh FOLDER WHICH GROUP...: runs groups of the conformance suite, WHICH being
# "kernel" or "engine", and prints their result lines.  In the guest; FOLDER has the modules.
# Of groups that are no kernel module's own:
#   unload   the probed module and then the probing one are removed under fire; a second
#            module with an engine is there, too
#   all=N    every N-th function of the kernel and its modules, a thousand at a time, while
#            FOLDER/load runs
#   text     (last) the kernel's text and the target's are what they were
set -u
folder=$1
which=$2
shift 2
proc=/proc/ptap_suite_$which

# Processes that fork, exec, sleep and die, for what is probed of these.
activity()
{
	while :; do
		sleep 5 &
		sleep 0.05
		kill -9 $!
		wait $! 2>/dev/null
	done
}

# Two symbols' addresses, in hexadecimal.
addresses() # SYMBOL SYMBOL
{
	awk -v a="$1" -v b="$2" '$3 == a { s = $1 } $3 == b { e = $1 }
		END { print s, e }' /proc/kallsyms
}

module_text() # NAME
{
	awk -v module="[$1]" '$4 == module && $2 ~ /[tT]/ { print $1 }' \
		/proc/kallsyms | sort | sed -n '1p;$p' | tr '\n' ' '
}

# One test after the other, so that what passed is out before one that crashes.
run_group() # GROUP
{
	n=0
	while echo "$1 $n" 2>/dev/null >"$proc/run"; do
		cat "$proc/result"
		n=$((n + 1))
	done
	[ "$n" -gt 0 ] || echo "FAIL: $1: cannot be run"
}

run_unload()
{
	insmod "$folder/leaver/ptap_suite_leaver.ko" || exit 1
	run_group armed
	run_side
	run_masked
	rmmod ptap_suite_leaver || echo "FAIL: unload: rmmod of the probed module"
	run_group gone
	insmod "$folder/leaver/ptap_suite_leaver.ko" || exit 1
	run_group armed
	if rmmod "ptap_suite_$which"; then
		echo "PASS: unload: the probing module, under fire"
	else
		echo "FAIL: unload: the probing module, under fire"
	fi
	rmmod ptap_suite_leaver
	insmod "$folder/$which/ptap_suite_$which.ko" || exit 1
}

# What is armed there is refused to a second engine.
run_side()
{
	insmod "$folder/side/ptap_suite_side.ko" || return
	said=$(cat /proc/ptap_suite_side | tr '\n' ' ')
	rmmod ptap_suite_side
	case $said in
	"refused -16 ("*") hits 1 ") echo "PASS: side: a second engine" ;;
	*) echo "FAIL: side: a second engine: $said" ;;
	esac
}

# Nor is there an engine where /proc/kallsyms is another file.
run_masked()
{
	mount --bind /dev/null /proc/kallsyms || return
	if insmod "$folder/side/ptap_suite_side.ko" 2>/dev/null; then
		rmmod ptap_suite_side
		echo "FAIL: side: /proc/kallsyms is masked"
	else
		echo "PASS: side: /proc/kallsyms is masked"
	fi
	umount /proc/kallsyms
}

# The addresses of every N-th function, one a line; such that a thousand that follow one
# another are spread over the kernel.
functions() # N
{
	awk -v start="$text_start" -v end="$text_end" '
		$2 !~ /[tT]/ || $4 ~ /ptap_suite/ { next }
		$4 != "" || ($1 "" >= start "" && $1 "" < end "") { print $1 }
	' /proc/kallsyms | sort -u | awk -v n="$1" '
		NR % n == 0 { all[count++] = $1 }
		END {
			batches = int((count + 999) / 1000)
			for (b = 0; b < batches; b++)
				for (i = b; i < count; i += batches)
					print all[i]
		}'
}

run_all() # N
{
	# an emulated CPU with a breakpoint at every turn is slow, not stuck
	echo 60 >/proc/sys/kernel/watchdog_thresh
	echo clear >"$proc/all"
	total=$(functions "$1" | tee "$proc/functions" | wc -l)
	first=0
	while [ "$first" -lt "$total" ]; do
		echo "arm $first 1000" >"$proc/all" ||
			echo "FAIL: all: arming, from function $first on"
		"$folder/load" 1 || echo "FAIL: all: the load, from function $first on"
		echo disarm >"$proc/all"
		first=$((first + 1000))
	done
	cat "$proc/all"
	if [ "$first" -gt 0 ]; then
		echo "PASS: all: functions under load"
	else
		echo "FAIL: all: nothing could be armed"
	fi
}

compare_text()
{
	sleep 1
	if tail -n 1 /proc/ptap_suite_text | grep -q ', 0 different$'; then
		echo "PASS: text: the same as before"
	else
		echo "FAIL: text: $(tr '\n' ';' </proc/ptap_suite_text)"
	fi
	sed -n 's/compared \([0-9]*\),.*/FIGURE: text-bytes \1/p' \
		/proc/ptap_suite_text
}

# After the modules that use them.
remove_target()
{
	rmmod ptap_suite_forms && rmmod ptap_suite_target
}

insmod "$folder/target/ptap_suite_target.ko" || exit 1
insmod "$folder/target/ptap_suite_forms.ko" || exit 1
text=$(addresses _stext _etext)
text_start=${text% *}
text_end=${text#* }
echo "$text" >/proc/ptap_suite_text || exit 1
jumps=$(addresses __start___jump_table __stop___jump_table)
[ "$jumps" = " " ] || echo "jumps $jumps" >/proc/ptap_suite_text
module_text ptap_suite_target >/proc/ptap_suite_text || exit 1
module_text ptap_suite_forms >/proc/ptap_suite_text || exit 1
if ! insmod "$folder/$which/ptap_suite_$which.ko"; then
	# the engine says what it misses in this kernel
	dmesg | sed -n "s/.*ptap_suite_$which: \(probes need .*\)/SKIP: all: \1/p" |
		grep . || exit 1
	remove_target
	echo DONE
	exit 0
fi
activity &
background=$!
for group; do
	case $group in
	unload) run_unload ;;
	all=*) run_all "${group#all=}" ;;
	text) ;;
	*) run_group "$group" ;;
	esac
done
kill $background
rmmod "ptap_suite_$which" || echo "FAIL: rmmod"
case " $* " in
*" text "*) compare_text ;;
esac
remove_target || echo "FAIL: rmmod of the target"
echo DONE
