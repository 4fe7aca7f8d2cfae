/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every pass is handed: memory, diagnostics, the options as they were
 * given, the target kernel.
 */
#ifndef PT_SESSION_H
#define PT_SESSION_H

#include "diag.h"
#include "target.h"

struct pt_define { /* -D NAME=VALUE and -G NAME=VALUE; value NULL: none given */
	const char *name;
	const char *value;
};

struct pt_options {
	const char *script_file; /* NULL with -e; "-" is stdin */
	const char *script_text; /* -e */
	GPtrArray *args;	 /* const char *: script arguments */
	unsigned last_pass;	 /* -p, default 5 */
	unsigned verbose;	 /* -v */
	bool keep;		 /* -k */
	const char *module_name; /* -m */
	const char *output;	 /* -o */
	bool bulk;		 /* -b */
	const char *command;	 /* -c */
	long target_pid;	 /* -x, 0: none */
	GPtrArray *defines;	 /* -D: struct pt_define * */
	bool guru;		 /* -g */
	GPtrArray *globals;	 /* -G: struct pt_define * */
	GPtrArray *include_dirs; /* -I: const char * */
	const char *release;	 /* -r RELEASE|BUILDDIR */
	long timeout;		 /* -T seconds, 0: none */
	bool no_warnings;	 /* -w */
	bool werror;		 /* --Werror */
	bool list;		 /* -l */
	bool list_variables;	 /* -L */
	bool json;		 /* --json */
	bool doctor;		 /* --doctor */
	bool vm;		 /* --vm */
	bool unoptimized;	 /* -u */
	bool skip_badvars;	 /* --skip-badvars */
	bool kbuild_full;	 /* --kbuild=full */
	bool no_cache;		 /* --disable-cache */
	bool no_global_display;	 /* --no-global-var-display */
	long buffer_mb;		 /* -s, 0: default */
	const char *compatible;	 /* --compatible, NULL: the newest */
	const char *mechanism;	 /* --mechanism=ftrace|kprobe, NULL: best */
	const char *engine;	 /* --engine=kernel|bundled, NULL: kernel */
};

struct pt_session {
	struct pt_arena *arena;
	struct pt_diag *diag;
	struct pt_options options;
	struct pt_target target; /* filled before pass 1 */
	const char *tapset_dir;	 /* installed, or in the tree */
	const char *runtime_dir;
	GPtrArray *inputs; /* const char *: paths of files that the module was
			    * made from, beside the kernel's; NULL: none */
	const char
		*build_key; /* set by pt_build_cache_lookup() for pass 4; NULL:
				  * the module is not kept */
	const char *cache_dir; /* filled on first use by build/build_cache.c */
	bool cache_is_temporary; /* it goes at the end of the run */
	bool server_failed;	 /* debuginfod is not asked any more */
	const char *tmpdir;	 /* by pt_session_tmpdir(); NULL: none yet */
	/* The target kernel's BTF: by debuginfo/btfsource.c; NULL: not read */
	const void *kernel_btf;
	size_t kernel_btf_size;
	/* Tells a person who waits what takes long; NULL: nobody does.  The text
	 * is a line without its newline. */
	void (*progress)(const char *text);
	struct pt_dbg_awake
		*awake; /* debuginfo/awake.c; NULL: nothing may rest */
	struct pt_rtcache_job
		*rtcache_job; /* build/rtcache.c; NULL: none runs */
};

/* The module is made from the file at PATH (which lives as long as the session), as it
 * is now: one that was kept is not taken again when the file has changed. */
void pt_session_input(struct pt_session *session, const char *path);

/* A folder for files that go with the run, the same at each call. */
struct pt_error *pt_session_tmpdir(struct pt_session *session,
				   const char **ret);

/* Are functions probed by the bundled engine: as asked, or because the target
 * kernel has no kprobes? */
bool pt_session_bundled(struct pt_session *session);

/* PT_E_OPTION if the kernel's own were asked for and it has none. */
struct pt_error *pt_session_check_engine(struct pt_session *session);

#endif
