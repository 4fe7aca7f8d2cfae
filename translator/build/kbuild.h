/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kbuild, run in a folder of ours on copies of the runtime's sources and on one
 * generated file.
 *
 * The folder holds include/ptap/ and runtime/ as the source tree does; runtime/
 * has the generated file, too, as generated.c, and is where kbuild works.
 */
#ifndef PT_KBUILD_H
#define PT_KBUILD_H

#include "../base/file.h"
#include "../base/proc.h"
#include "../base/session.h"

/* Adds the contents of everything that pt_kbuild_prepare() copies to HASH. */
struct pt_error *pt_kbuild_hash_sources(struct pt_session *session,
					struct pt_hash *hash);

/* The same, by the files' stamps alone. */
void pt_kbuild_stamp_sources(struct pt_session *session, struct pt_hash *hash);

/*
 * How the runtime gets into the module.  Each of its files would read the
 * kernel's headers anew, which is nearly all of gcc's time.
 */
enum pt_kbuild_runtime {
	PT_KBUILD_FILES, /* compiled one by one */
	PT_KBUILD_HEAPS, /* in two heaps, which keep two CPUs busy, and one of the
			   * bundled engine; works as long as no two files use
			   * the same static name */
	PT_KBUILD_OBJECT, /* linked, as it was compiled before */
};

/*
 * Fills DIR for a module with the placeholder name (modname.h).  TEXT: the
 * generated file; NULL: an empty script that imports what gcc may want in any
 * other, so that the module's symbol versions cover it.  OBJECT: path of the
 * runtime's object for PT_KBUILD_OBJECT.
 */
struct pt_error *pt_kbuild_prepare(struct pt_session *session, const char *dir,
				   const char *text,
				   enum pt_kbuild_runtime runtime,
				   const char *object);

/* Runs make in DIR.  PT_E_NO_COMPILER, PT_E_IO (full disk), PT_E_INTERRUPTED; a
 * compilation that failed is no error here: see ret->status. */
struct pt_error *pt_kbuild_run(struct pt_session *session, const char *dir,
			       struct pt_proc_result *ret);

/* The reason for a failure that lies outside our files, told from a tool's
 * messages: a full disk; NULL: none seen. */
struct pt_error *pt_kbuild_outside_reason(struct pt_session *session,
					  const char *dir,
					  const char *messages);

/* Whose kprobes the runtime is compiled for: "kernel" or "bundled". */
const char *pt_kbuild_engine(struct pt_session *session);

/* The name of the compiler that the kernel was built with ("gcc-12"). */
const char *pt_kbuild_compiler(struct pt_session *session);

/* Debian's package of it: "gcc-12" has x86_64-linux-gnu-gcc-12, too, and
 * "gcc-12-i686-linux-gnu" compiles for the other word size. */
const char *pt_kbuild_compiler_package(struct pt_session *session);

/* PT_E_NO_COMPILER for PROGRAM, which was not found. */
struct pt_error *pt_kbuild_no_compiler(struct pt_session *session,
				       const char *program);

#endif
