/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types of C headers: a file that does nothing but include one is compiled with
 * all types described, and linked, so that its debuginfo needs no relocation.
 */
#include <string.h>
#include <unistd.h>

#include "../base/file.h"
#include "../base/proc.h"
#include "dbg.h"

/* Types that nothing uses count, too. */
#define ALL_TYPES "-fno-eliminate-unused-debug-types"

struct job {
	struct pt_session *session;
	struct pt_arena *arena;
	bool kernel, narrow; /* made for the kernel; of 32 bits */
	const char *header;
	const char *source; /* the file's text */
	const char *dir;    /* where it is compiled */
};

/* The first line in which the compiler complains. */
static const char *first_complaint(struct pt_arena *arena, const char *text)
{
	const char *at = strstr(text, "error: ");
	size_t n;

	if (!at)
		return "the compiler fails";
	at += strlen("error: ");
	n = strcspn(at, "\n");
	return pt_arena_strndup(arena, at, n);
}

static struct pt_error *run(const struct job *job, const char *const *argv,
			    struct pt_proc_result *ret)
{
	struct pt_proc_spec spec = { .argv = argv, .cwd = job->dir };

	PT_TRY(pt_proc_run(job->arena, &spec, ret));
	if (!ret->status)
		return NULL;
	return pt_error_hint(
		pt_error_new(job->arena, PT_E_FILE,
			     "the header <%s> cannot be compiled%s: %s",
			     job->header, job->kernel ? " for the kernel" : "",
			     first_complaint(job->arena, ret->err)),
		job->kernel ? "it is looked for where kernel modules look"
			    : "it is looked for where programs look");
}

static struct pt_error *write_in(const struct job *job, const char *name,
				 const char *text)
{
	return pt_file_write(
		job->arena,
		pt_arena_printf(job->arena, "%s/%s", job->dir, name), text,
		strlen(text));
}

static struct pt_error *compile_for_kernel(const struct job *job)
{
	const char *argv[] = {
		"make",	   "-s", "-C", job->session->target.build_dir,
		"types.o", NULL, NULL, NULL,
	};
	struct pt_proc_result result;

	argv[5] = pt_arena_printf(job->arena, "M=%s", job->dir);
	if (job->narrow)
		argv[6] = "ARCH=i386";
	PT_TRY(write_in(job, "Kbuild",
			"obj-m := types.o\n"
			"ccflags-y := -g -gz=none " ALL_TYPES "\n"));
	return run(job, argv, &result);
}

static const char *word_option(const struct job *job)
{
	return job->narrow ? "-m32" : "-m64";
}

static struct pt_error *compile_for_programs(const struct job *job)
{
	const char *const argv[] = {
		"gcc", word_option(job), "-g",	    "-gz=none", ALL_TYPES, "-c",
		"-o",  "types.o",	 "types.c", NULL,
	};
	struct pt_proc_result result;

	return run(job, argv, &result);
}

static struct pt_error *compile(const struct job *job, const char *to)
{
	const char *const argv[] = {
		"ld",
		"-m",
		job->narrow ? "elf_i386" : "elf_x86_64",
		"-e",
		"0",
		"--unresolved-symbols=ignore-all",
		"-o",
		"linked",
		"-z",
		"noexecstack",
		"--build-id=sha1",
		"types.o",
		NULL,
	};
	struct pt_proc_result result;
	char *data;
	size_t length;

	PT_TRY(job->kernel ? compile_for_kernel(job)
			   : compile_for_programs(job));
	PT_TRY(run(job, argv, &result));
	PT_TRY(pt_file_read(job->arena,
			    pt_arena_printf(job->arena, "%s/linked", job->dir),
			    &data, &length));
	return pt_file_write(job->arena, to, data, length);
}

/* What the types depend on: the preprocessed text, or the kernel's
 * configuration and the header itself. */
static struct pt_error *key(const struct job *job, const char **ret)
{
	const char *const argv[] = {
		"gcc", word_option(job), "-E", "-P", "types.c", NULL,
	};
	struct pt_hash *hash = pt_hash_create(job->arena);
	const char *build_dir = job->session->target.build_dir;
	struct pt_proc_result result;

	pt_hash_text(hash, job->source);
	pt_hash_text(hash, job->kernel ? build_dir : word_option(job));
	if (job->kernel) {
		pt_hash_stamp(hash,
			      pt_arena_printf(job->arena,
					      "%s/include/generated/autoconf.h",
					      build_dir));
		pt_hash_stamp(hash, pt_arena_printf(job->arena, "%s/include/%s",
						    build_dir, job->header));
	} else {
		PT_TRY(run(job, argv, &result));
		pt_hash_bytes(hash, result.out, result.out_length);
	}
	*ret = pt_hash_hex(hash, job->arena);
	return NULL;
}

struct pt_error *pt_dbg_open_header(struct pt_session *session,
				    enum pt_dbg_user user, const char *header,
				    struct pt_dbg **ret)
{
	struct job job = {
		.session = session,
		.arena = session->arena,
		.kernel = user == PT_DBG_KERNEL,
		.narrow = user == PT_DBG_KERNEL
				  ? !strcmp(session->target.arch, "i386")
				  : user == PT_DBG_PROGRAM_32,
		.header = header,
	};
	const char *cache, *name, *path;

	if (strpbrk(header, "<>\"\n\\"))
		return pt_error_new(job.arena, PT_E_FILE,
				    "'%s' is no name of a header", header);
	if (job.kernel)
		PT_TRY(pt_target_need_headers(job.arena, &session->target));
	job.source = pt_arena_printf(job.arena, "#include <%s>\n", header);
	PT_TRY(pt_proc_tmpdir(job.arena, &job.dir));
	PT_TRY(write_in(&job, "types.c", job.source));
	PT_TRY(key(&job, &name));
	cache = job.dir;
	if (!session->options.no_cache)
		PT_TRY(pt_file_cache_dir(job.arena, &cache));
	path = pt_arena_printf(job.arena, "%s/types-%s", cache, name);
	if (access(path, R_OK))
		PT_TRY(compile(&job, path));
	return pt_dbg_open_file(session, path, "the compiler left no types",
				ret);
}
