#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# build.sh SOURCE FOLDER KERNEL [MAKE-ARGUMENT...]: builds the modules of the conformance
# suite in FOLDER for the kernel whose build folder is KERNEL.  SOURCE is ptap's.
# FOLDER gets target/, leaver/, kernel/ (if that kernel has kprobes), engine/ and side/.
set -eu
source=$1
folder=$2
kernel=$3
shift 3
here=$source/testsuite/engine

copy() # FROM TO
{
	mkdir -p "$2"
	cp -R -u "$1"/. "$2"
}

parts="engine side"
grep -q '^CONFIG_KPROBES=y' "$kernel/.config" && parts="kernel $parts"
copy "$here/target" "$folder/target"
copy "$here/leaver" "$folder/leaver"
for part in $parts; do
	case $part in
	side) copy "$here/side" "$folder/side" ;;
	*) copy "$here/suite" "$folder/$part" ;;
	esac
	copy "$source/runtime/engine" "$folder/$part/runtime/engine"
	copy "$source/runtime/compat" "$folder/$part/runtime/compat"
done
rm -f "$folder/kernel/runtime/engine/Kbuild"
printf 'obj-m := target/ leaver/' >"$folder/Kbuild"
for part in $parts; do
	printf ' %s/' "$part" >>"$folder/Kbuild"
done
echo >>"$folder/Kbuild"
make -s -C "$kernel" M="$folder" "$@" modules
