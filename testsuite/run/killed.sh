#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In the guest: the staging tool is killed while hundreds of functions are probed
# and called.  Each time the module must stop by itself and can be unloaded.
#
# usage: killed.sh PTAPRUN MODULE.ko NAME ROUNDS
load()
{
	while :; do
		ls -lR /etc >/dev/null 2>&1
	done
}

load & loads=$!
load & loads="$loads $!"
status=0
for round in $(seq "$4"); do
	"$1" "$2" >/tmp/killed.out 2>&1 & tool=$!
	for i in $(seq 300); do
		grep -q tick /tmp/killed.out && break
		sleep 0.1
	done
	grep -q tick /tmp/killed.out || {
		echo "round $round never started: $(cat /tmp/killed.out)"
		status=1
	}
	kill -KILL "$tool"
	wait "$tool" 2>/dev/null
	unloaded=
	for i in $(seq 300); do
		rmmod "$3" 2>/tmp/killed.err && unloaded=yes && break
		sleep 0.1
	done
	[ "$unloaded" ] || {
		echo "round $round: $(cat /tmp/killed.err)"
		status=1
		break
	}
done
# shellcheck disable=SC2086
kill $loads
exit "$status"
