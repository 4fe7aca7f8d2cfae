/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "build.h"

#include <stdio.h>
#include <string.h>

#include "../base/file.h"
#include "../base/proc.h"
#include "build_cache.h"
#include "gcc_errors.h"
#include "kbuild.h"
#include "modname.h"
#include "rtcache.h"
#include "thin.h"

/* -m, or a name made from what went into the module. */
static const char *module_name(struct pt_session *session, const char *text)
{
	struct pt_hash *hash;
	const char *key = session->build_key;

	if (session->options.module_name)
		return session->options.module_name;
	if (!key) {
		hash = pt_hash_create(session->arena);
		pt_hash_text(hash, text);
		key = pt_hash_hex(hash, session->arena);
	}
	return pt_arena_printf(session->arena, "ptap_%.24s", key);
}

/* ---- the two ways ----------------------------------------------------- */

/* By kbuild; RUNTIME: its object, NULL: it is compiled as well. */
static struct pt_error *build_full(struct pt_session *session, const char *dir,
				   const char *text,
				   const struct pt_rtcache *runtime,
				   char **ret_data, size_t *ret_length)
{
	struct pt_arena *arena = session->arena;
	struct pt_proc_result result;
	struct pt_error *error;

	PT_TRY(pt_kbuild_prepare(session, dir, text,
				 runtime ? PT_KBUILD_OBJECT : PT_KBUILD_FILES,
				 runtime ? runtime->object : NULL));
	PT_TRY(pt_kbuild_run(session, dir, &result));
	if (result.status) {
		error = pt_gcc_errors_embedded(session, result.err);
		if (error)
			return error;
		return pt_gcc_errors_internal(session,
					      "kbuild could not build the "
					      "module",
					      dir, result.err);
	}
	return pt_file_read(
		arena,
		pt_arena_printf(
			arena, "%s/runtime/" PT_MODNAME_PLACEHOLDER ".ko", dir),
		ret_data, ret_length);
}

static struct pt_error *build_any(struct pt_session *session, const char *dir,
				  const char *text, bool kernel_headers,
				  char **ret_data, size_t *ret_length)
{
	struct pt_rtcache *runtime = NULL;
	const char *reason = NULL;
	char *data = NULL;

	if (!session->options.kbuild_full)
		PT_TRY(pt_rtcache_get(session, &runtime, &reason));
	if (runtime && kernel_headers)
		reason = "the script has C that may use the kernel's headers";
	else if (runtime)
		PT_TRY(pt_thin_build(session, runtime, dir, text, &data,
				     ret_length, &reason));
	if (data) {
		*ret_data = data;
		return NULL;
	}
	if (reason && session->options.verbose)
		fprintf(stderr, "Building with kbuild: %s.\n", reason);
	return build_full(session, dir, text, runtime, ret_data, ret_length);
}

/* ---- where the module goes -------------------------------------------- */

static struct pt_error *write_here(struct pt_session *session, const char *name,
				   const char *data, size_t length,
				   const char **ret)
{
	const char *path = pt_arena_printf(session->arena, "%s.ko", name);

	PT_TRY(pt_file_write(session->arena, path, data, length));
	*ret = path;
	return NULL;
}

struct pt_error *pt_build_leave_here(struct pt_session *session,
				     const char *path, const char **ret)
{
	size_t length;
	char *data;

	PT_TRY(pt_file_read(session->arena, path, &data, &length));
	return write_here(session, session->options.module_name, data, length,
			  ret);
}

/* An error of the cache costs the next run its speed, not this one its module. */
static void keep_in_cache(struct pt_session *session, const char *data,
			  size_t length, const char **ret)
{
	struct pt_error *error, *warning;

	if (!session->build_key)
		return;
	error = pt_build_cache_store(session, data, length, ret);
	if (!error)
		return;
	warning = pt_diag_warning(session->diag, (struct pt_span){ 0 }, PT_E_IO,
				  "the module is not kept for the next run: %s",
				  error->message);
	if (error->hint)
		pt_error_hint(warning, "%s", error->hint);
}

static struct pt_error *deliver(struct pt_session *session, const char *dir,
				const char *name, const char *data,
				size_t length, const char **ret)
{
	const struct pt_options *o = &session->options;
	const char *kept = NULL, *path;

	keep_in_cache(session, data, length, &kept);
	if (o->last_pass == 4 && (o->module_name || !kept))
		return write_here(session, name, data, length, ret);
	if (kept) {
		*ret = kept;
		return NULL;
	}
	path = pt_arena_printf(session->arena, "%s/%s.ko", dir, name);
	PT_TRY(pt_file_write(session->arena, path, data, length));
	*ret = path;
	return NULL;
}

struct pt_error *pt_build_module(struct pt_session *session, const char *c_text,
				 bool kernel_headers, const char **ret)
{
	struct pt_arena *arena = session->arena;
	const char *name = module_name(session, c_text);
	const char *dir;
	size_t length;
	char *data;

	PT_TRY(pt_modname_check(arena, name));
	PT_TRY(pt_target_need_headers(arena, &session->target));
	PT_TRY(pt_proc_tmpdir(arena, &dir));
	if (session->options.keep)
		fprintf(stderr, "Keeping the temporary folder %s\n", dir);
	PT_TRY(build_any(session, dir, c_text, kernel_headers, &data, &length));
	PT_TRY(pt_modname_patch(arena, data, length, name));
	return deliver(session, dir, name, data, length, ret);
}
