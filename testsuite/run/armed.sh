#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In the guest: what the kernel has armed at user_statfs while a script that toggles
# at each sync() follows its conditions; some calls of it in each of three states.

mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null

# usage: show TITLE CALLBACKS KPROBES; waits for a while until these are there
show()
{
	for i in $(seq 30); do
		callbacks=$(sed -n 's/^user_statfs (\([0-9]*\)).*/\1/p' \
			/sys/kernel/tracing/enabled_functions)
		grep user_statfs /sys/kernel/debug/kprobes/list >/tmp/kprobes
		n=$(grep -vc DISABLED /tmp/kprobes)
		kprobes=some
		[ "$n" = 0 ] && kprobes=none
		[ "$n" = "$(wc -l </tmp/kprobes)" ] && kprobes=all
		[ "$callbacks $kprobes" = "$2 $3" ] && break
		sleep 0.1
	done
	echo "$1: callbacks $callbacks, kprobes $kprobes"
}

show "off" 1 none
stat -f / >/dev/null
sync
show "on" 4 all
stat -f / >/dev/null
sync
show "off again" 1 none
stat -f / >/dev/null
sleep 0.1
