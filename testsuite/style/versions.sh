#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Kernel versions are tested in runtime/compat only.
. "$PTAP_SRCDIR/testsuite/style/common.sh"

verdict "$(sources runtime translator | grep -v '^runtime/compat/' |
	xargs grep -nE 'LINUX_VERSION_CODE|KERNEL_VERSION[[:space:]]*\(')"
