/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel that the script is for: found on this machine, described by paths.
 */
#ifndef PT_TARGET_H
#define PT_TARGET_H

#include "error.h"

struct pt_target {
	const char *release;	   /* "6.1.0-56-amd64" */
	const char *version;	   /* "6.1.0": the release's first numbers */
	const char *arch;	   /* "x86_64" or "i386" */
	const char *build_dir;	   /* where kbuild works; NULL: no headers */
	const char *debug_vmlinux; /* NULL: no debuginfo */
	bool btf_only;		   /* debuginfo shall not be used */
	const char *image;	 /* /boot/vmlinuz-R, or the build folder's own;
				    * NULL: there is none */
	GHashTable *config;	 /* "CONFIG_X" -> value; filled on first use */
	const char *config_path; /* NULL: none is installed */
	const char *config_packed; /* that which the running kernel has of
				    * itself; NULL: another file is there, or
				    * none */
};

/* Finds RELEASE_OR_DIR (NULL: the running kernel; with NEWEST: the newest one
 * under /lib/modules that has headers and debuginfo).  Parts that are missing
 * stay NULL: the pass that needs one says so through pt_target_need_*().
 * PT_E_NO_KERNEL if there is no such kernel at all, naming those that are. */
struct pt_error *pt_target_find(struct pt_arena *arena,
				const char *release_or_dir, bool newest,
				struct pt_target *ret);

/* True if its kernel cannot run the programs of this machine: it is i386, and
 * they are x86_64. */
bool pt_target_is_foreign(const struct pt_target *target);

/* The path of the program that TARGET runs where this machine runs the one at
 * PATH: beside it in a folder "i386" if it is foreign. */
const char *pt_target_program(struct pt_arena *arena,
			      const struct pt_target *target, const char *path);

/* PT_E_VM if PATH, which guests with the foreign kernel TARGET need, is not there. */
struct pt_error *pt_target_need_program(struct pt_arena *arena,
					const struct pt_target *target,
					const char *path);

/* The folder of installed debug files: what PTAP_DEBUGINFO says if that is a path,
 * else /usr/lib/debug. */
const char *pt_target_debug_dir(void);

/* The file NAME ("btf/vmlinux") in which the running kernel tells of itself, in
 * /sys/kernel, or in "kernel" below PTAP_SYSFS. */
const char *pt_target_running(struct pt_arena *arena, const char *name);

/* NULL if it is there, else the error with the package to install. */
struct pt_error *pt_target_need_headers(struct pt_arena *arena,
					const struct pt_target *target);
struct pt_error *pt_target_need_debuginfo(struct pt_arena *arena,
					  const struct pt_target *target);

/* How to get the debug symbols: "apt install linux-image-6.1.0-56-amd64-dbg". */
const char *pt_target_debuginfo_hint(struct pt_arena *arena,
				     const struct pt_target *target);

/* Names of the releases under /lib/modules, newest first (const char *). */
GPtrArray *pt_target_installed(struct pt_arena *arena);

/* Is it known how the kernel was configured? */
bool pt_target_has_config(const struct pt_target *target);

/* Where vmlinux with debug symbols is looked for, a path each (const char *). */
GPtrArray *pt_target_vmlinux_places(struct pt_arena *arena,
				    const char *release);

/* The value of a kernel configuration option ("y", "m", "250", quotes kept), ""
 * if it is not set. */
const char *pt_target_config(struct pt_arena *arena, struct pt_target *target,
			     const char *option);

#endif
