#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In the guest: hits of the test module's tracepoints while a script's condition is
# true, false and true again, and before and after the module is loaded anew.
testmod=$1

hit() # FUNCTION COUNT
{
	echo "$1 $2" >/proc/ptap_testmod/trigger
}

hit traced 2
hit error 1
hit two 1 # switches off
sleep 0.5
hit traced 4
hit error 1
hit three 1 # and on
sleep 0.5
hit traced 1
hit error 1
rmmod ptap_testmod
insmod "$testmod"
hit traced 3
hit error 1
rmmod ptap_testmod
insmod "$testmod"
