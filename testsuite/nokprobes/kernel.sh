#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kernel.sh SOURCE FOLDER: builds a small kernel without kprobes in FOLDER/linux, from
# Debian's package of the kernel's source, for make check-nokprobes.  Not again if it is
# there.  SOURCE is ptap's.
set -eu
source=$1
folder=$2
config=$source/testsuite/nokprobes/config
linux=$folder/linux

die()
{
	echo "check-nokprobes: $*" >&2
	exit 1
}

for tool in apt-get dpkg-deb bc flex bison make; do
	command -v $tool >/dev/null ||
		die "$tool is missing (Debian: apt-get install $tool)"
done
if [ "$linux/arch/x86/boot/bzImage" -nt "$config" ]; then
	exit 0
fi
mkdir -p "$folder"
if [ ! -e "$linux/Makefile" ]; then
	echo "check-nokprobes: downloading linux-source-6.1 (140 MB)"
	(cd "$folder" && apt-get download linux-source-6.1) ||
		die "apt-get cannot download linux-source-6.1"
	rm -rf "$linux"
	mkdir "$linux"
	dpkg-deb --fsys-tarfile "$folder"/linux-source-6.1_*.deb |
		tar -xO ./usr/src/linux-source-6.1.tar.xz |
		tar -xJ -C "$linux" --strip-components=1
	rm -f "$folder"/linux-source-6.1_*.deb
fi
echo "check-nokprobes: building the kernel, some minutes"
make -s -C "$linux" KCONFIG_ALLCONFIG="$config" allnoconfig
grep -q '^CONFIG_KPROBES=y' "$linux/.config" &&
	die "the configuration has kprobes"
make -s -C "$linux" -j"$(nproc)" LOCALVERSION=-nokprobes bzImage modules
