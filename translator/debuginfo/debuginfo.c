/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "../base/file.h"
#include "awake.h"
#include "btf.h"
#include "locate.h"
#include "userprogram.h"

struct pt_error *pt_dbg_index_path(struct pt_arena *arena,
				   const unsigned char *id, size_t length,
				   const char **ret)
{
	const char *cache;

	PT_TRY(pt_file_cache_dir(arena, &cache));
	*ret = pt_arena_printf(arena, "%s/index-%s", cache,
			       pt_dbg_id_text(arena, id, length));
	return NULL;
}

/* The cache file of the index: by build id, so that kernels do not meet. */
static struct pt_error *dbg_index_path(struct pt_dbg *dbg, const char **ret)
{
	GString *name = pt_arena_string(dbg->arena);
	const char *path;

	PT_TRY(pt_dbg_index_path(dbg->arena, dbg->image->build_id,
				 dbg->image->build_id_length, &path));
	g_string_append(name, path);
	if (dbg->is_btf)
		g_string_append(name, dbg->no_types ? "-symbols" : "-btf");
	if (dbg->image->layout)
		g_string_append_printf(name, "-%s", dbg->image->layout);
	/* A build may be met with all of its symbols and with few. */
	if (dbg->program && !dbg->image->info.size)
		g_string_append_printf(name, "-symbols-%" PRIx64,
				       dbg->image->symbols.size);
	*ret = name->str;
	return NULL;
}

static struct pt_error *dbg_open_index(struct pt_dbg *dbg)
{
	struct pt_error *note = NULL;
	const char *path = NULL;
	bool built;

	if (!dbg->session->options.no_cache) {
		/* Without a cache folder the index is built for this run only. */
		note = dbg_index_path(dbg, &path);
		if (note)
			path = NULL;
	}
	if (note) {
		note->severity = PT_SEVERITY_WARNING;
		pt_diag_add(dbg->session->diag, note);
	}
	PT_TRY(pt_index_open(dbg->arena, dbg->image, path,
			     dbg->session->progress, &dbg->index, &note,
			     &built));
	if (note) {
		note->severity = PT_SEVERITY_WARNING;
		pt_diag_add(dbg->session->diag, note);
	}
	return NULL;
}

static bool is_running(struct pt_session *session)
{
	struct utsname names;

	return !session->options.vm && !uname(&names) &&
	       !strcmp(names.release, session->target.release);
}

/* The build id of the kernel that runs here; false: it does not tell. */
static bool running_build_id(struct pt_arena *arena, const unsigned char **ret,
			     size_t *ret_length)
{
	char *notes;
	size_t size;

	return !pt_file_read(arena, pt_target_running(arena, "notes"), &notes,
			     &size) &&
	       pt_locate_note(notes, size, ret, ret_length);
}

static struct pt_error *
dbg_check_running(struct pt_dbg *dbg, const unsigned char *id, size_t length)
{
	const struct pt_image *image = dbg->image;

	if (length == image->build_id_length &&
	    !memcmp(id, image->build_id, length))
		return NULL;
	return pt_error_hint(
		pt_error_new(dbg->arena, PT_E_BUILD_ID,
			     "the running kernel has the build id %s, but '%s' "
			     "is of %s",
			     pt_dbg_id_text(dbg->arena, id, length),
			     image->path,
			     pt_dbg_id_text(dbg->arena, image->build_id,
					    image->build_id_length)),
		"boot the kernel that is installed, or install the debug "
		"package of the one that runs");
}

static struct pt_error *dbg_open_path(struct pt_session *session,
				      const char *path,
				      const char *package_hint, bool is_btf,
				      bool has_types, struct pt_dbg **ret)
{
	struct pt_dbg *dbg = pt_new(session->arena, struct pt_dbg);
	const char *debug_path;

	dbg->session = session;
	dbg->arena = session->arena;
	dbg->is_btf = is_btf;
	dbg->no_types = is_btf && !has_types;
	PT_TRY(pt_locate_debug(session, path, package_hint, &debug_path));
	PT_TRY(pt_dbg_open_image(dbg, path, debug_path));
	*ret = dbg;
	return NULL;
}

struct pt_error *pt_dbg_open_image(struct pt_dbg *dbg, const char *path,
				   const char *debug_path)
{
	PT_TRY(pt_image_open(dbg->session, path, debug_path, dbg->program,
			     &dbg->image));
	PT_TRY(dbg_open_index(dbg));
	dbg->image->joined = dbg->index->header->joined;
	dbg->windows = g_hash_table_new(g_direct_hash, g_direct_equal);
	pt_arena_defer(dbg->arena, (void (*)(void *))g_hash_table_unref,
		       dbg->windows);
	if (!pt_dbg_symbol(dbg, "__per_cpu_start", &dbg->percpu_start) ||
	    !pt_dbg_symbol(dbg, "__per_cpu_end", &dbg->percpu_end))
		dbg->percpu_start = dbg->percpu_end = 0;
	return NULL;
}

struct pt_error *pt_dbg_open_file(struct pt_session *session, const char *path,
				  const char *package_hint, struct pt_dbg **ret)
{
	return dbg_open_path(session, path, package_hint, false, true, ret);
}

/* One line that says what is used instead of debug symbols.  The doctor has one
 * of his own for it. */
static void dbg_warn(struct pt_session *session, struct pt_error *warning,
		     const char *hint)
{
	warning->severity = PT_SEVERITY_WARNING;
	if (!session->options.doctor)
		pt_diag_add(session->diag, pt_error_hint(warning, "%s", hint));
}

/* What is known of WHOSE ("kernel 6.1") from symbols alone. */
static void dbg_warn_symbols(struct pt_session *session, const char *whose,
			     const char *hint)
{
	dbg_warn(session,
		 pt_error_new(session->arena, PT_E_SYMBOLS,
			      "the debug symbols of %s are not installed, and "
			      "it has no BTF: its symbols give functions that "
			      "can be traced, but no parameters, results or "
			      "variables",
			      whose),
		 hint);
}

/* What is known from BTF alone, of WHOSE ("kernel 6.1"). */
static void dbg_warn_btf(struct pt_session *session, const char *whose,
			 const char *hint)
{
	struct pt_error *warning =
		pt_error_new(session->arena, PT_E_BTF,
			     "the debug symbols of %s are not "
			     "installed: its BTF gives functions, their "
			     "parameters and results, and types, but no local "
			     "variables, lines or inlined copies",
			     whose);

	dbg_warn(session, warning, hint);
}

struct pt_error *pt_dbg_open_btf_module(struct pt_session *session,
					const char *file, const char *name,
					const char *hint, struct pt_dbg **ret)
{
	const struct pt_target *target = &session->target;
	struct pt_error *error;
	const char *path;
	bool has_types;

	error = pt_btf_open_module(session, file, name,
				   target->image ? target->image
						 : target->debug_vmlinux,
				   is_running(session), &path, &has_types);
	if (error)
		return error->hint ? error : pt_error_hint(error, "%s", hint);
	return dbg_open_path(session, path, hint, true, has_types, ret);
}

void pt_dbg_module_note(struct pt_dbg *dbg)
{
	if (dbg->noted || !dbg->is_btf)
		return;
	dbg->noted = true;
	(dbg->no_types ? dbg_warn_symbols : dbg_warn_btf)(
		dbg->session,
		pt_arena_printf(dbg->arena, "module '%s'", dbg->module),
		dbg->package_hint);
}

static struct pt_error *dbg_open_btf(struct pt_session *session,
				     const char *image, struct pt_dbg **ret)
{
	const char *hint =
		pt_target_debuginfo_hint(session->arena, &session->target);
	struct pt_error *error;
	const char *path;
	bool has_types;

	error = pt_btf_open(session, image, is_running(session), &path,
			    &has_types);
	if (error)
		return error->hint ? error : pt_error_hint(error, "%s", hint);
	return dbg_open_path(session, path, hint, true, has_types, ret);
}

static void dbg_warn_kernel(struct pt_dbg *dbg)
{
	struct pt_session *session = dbg->session;

	if (dbg->is_btf)
		(dbg->no_types ? dbg_warn_symbols : dbg_warn_btf)(
			session,
			pt_arena_printf(session->arena, "kernel %s",
					session->target.release),
			pt_target_debuginfo_hint(session->arena,
						 &session->target));
}

/* A kernel of one's own may be built without debug symbols, but with BTF. */
static struct pt_error *dbg_open_vmlinux(struct pt_session *session,
					 struct pt_dbg **ret)
{
	const struct pt_target *target = &session->target;
	struct pt_error *error = pt_dbg_open_file(
		session, target->debug_vmlinux,
		pt_target_debuginfo_hint(session->arena, target), ret);
	struct pt_error *other;

	if (!error || error->code != PT_E_NO_DEBUGINFO)
		return error;
	other = dbg_open_btf(session, target->debug_vmlinux, ret);
	return other && other->code != PT_E_BAD_DEBUGINFO ? error : other;
}

/* The image tells its build id, by which there may be debug symbols. */
static struct pt_error *dbg_open_image_kernel(struct pt_session *session,
					      struct pt_dbg **ret)
{
	struct pt_target *target = &session->target;
	const unsigned char *id;
	size_t length;

	PT_TRY(dbg_open_btf(session, target->image, ret));
	if (target->btf_only || is_running(session))
		return NULL;
	pt_dbg_build_id(*ret, &id, &length);
	PT_TRY(pt_locate_build_id(session, id, length, &target->debug_vmlinux));
	return target->debug_vmlinux ? dbg_open_vmlinux(session, ret) : NULL;
}

struct pt_error *pt_dbg_open(struct pt_session *session, struct pt_dbg **ret)
{
	struct pt_target *target = &session->target;
	const unsigned char *id = NULL;
	size_t length = 0;

	/* Debian's headers have a vmlinux for the BTF of modules, and nothing
	 * else is in it: debug symbols may still be found by the build id. */
	if (target->debug_vmlinux && (target->image || is_running(session)) &&
	    !pt_locate_leads(session, target->debug_vmlinux))
		target->debug_vmlinux = NULL;
	if (is_running(session) &&
	    running_build_id(session->arena, &id, &length) &&
	    !target->debug_vmlinux && !target->btf_only)
		PT_TRY(pt_locate_build_id(session, id, length,
					  &target->debug_vmlinux));
	PT_TRY(target->debug_vmlinux ? dbg_open_vmlinux(session, ret)
				     : dbg_open_image_kernel(session, ret));
	PT_TRY(pt_dbg_need_target(*ret));
	dbg_warn_kernel(*ret);
	(*ret)->is_kernel = true;
	return id ? dbg_check_running(*ret, id, length) : NULL;
}

struct pt_error *pt_dbg_need_target(struct pt_dbg *dbg)
{
	const struct pt_target *target = &dbg->session->target;
	const struct pt_arch *arch = dbg->image->arch;

	if (!strcmp(arch->name, target->arch))
		return NULL;
	return pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
			    "'%s' is for %s, but the kernel %s is for %s",
			    dbg->image->path, arch->name, target->release,
			    target->arch);
}

bool pt_dbg_is_btf(const struct pt_dbg *dbg)
{
	return dbg->is_btf;
}

bool pt_dbg_has_types(const struct pt_dbg *dbg)
{
	return !dbg->no_types;
}

struct pt_error *pt_dbg_need_dwarf(struct pt_dbg *dbg, const char *what)
{
	if (dbg->symbols_only)
		return pt_program_need_dwarf(dbg, what);
	if (!dbg->is_btf)
		return NULL;
	return pt_error_hint(
		pt_error_new(dbg->arena, PT_E_NO_DEBUGINFO,
			     "the debug symbols of %s %s are not installed, "
			     "and its %s not describe %s",
			     dbg->module ? "module" : "kernel",
			     dbg->module ? dbg->module
					 : dbg->session->target.release,
			     dbg->no_types ? "symbols alone do" : "BTF does",
			     what),
		"%s",
		pt_target_debuginfo_hint(dbg->arena, &dbg->session->target));
}

void pt_dbg_build_id(struct pt_dbg *dbg, const unsigned char **ret,
		     size_t *ret_length)
{
	*ret = dbg->image->build_id;
	*ret_length = dbg->image->build_id_length;
}

const char *pt_dbg_id_text(struct pt_arena *arena, const unsigned char *id,
			   size_t length)
{
	GString *text = pt_arena_string(arena);

	for (size_t i = 0; i < length; i++)
		g_string_append_printf(text, "%02x", id[i]);
	return text->str;
}

bool pt_dbg_symbol(struct pt_dbg *dbg, const char *name, uint64_t *ret)
{
	const struct pt_index *index = dbg->index;
	uint32_t end, i = pt_index_symbols_from(index, name, &end);
	const struct pt_index_symbol *found = NULL;

	for (; i < end; i++) {
		uint32_t number = index->symbol_names[i];
		const struct pt_index_symbol *s;

		if (number >= index->n_symbols)
			return false;
		s = &index->symbols[number];
		/* The name itself sorts before those it is a prefix of. */
		if (strcmp(pt_index_string(index, s->name), name))
			break;
		if (s->kind == PT_INDEX_SYMBOL_CHOSEN)
			continue;
		if (!found || s->global > found->global)
			found = s;
	}
	if (found)
		*ret = found->address;
	return found;
}

const char *pt_dbg_subject(const struct pt_dbg *dbg)
{
	if (dbg->program)
		return pt_arena_printf(dbg->arena, "'%s'", pt_dbg_program(dbg));
	return dbg->module
		       ? pt_arena_printf(dbg->arena, "module '%s'", dbg->module)
		       : "the kernel";
}

static void dbg_close_window(void *arg)
{
	pt_image_window_close(arg);
}

struct pt_error *pt_dbg_damaged(struct pt_dbg *dbg, const char *what,
				const struct pt_window *window, Dwarf_Die *die)
{
	int number = dwarf_errno();

	if (window && die)
		what = pt_arena_printf(dbg->arena, "%s of DIE 0x%" PRIx64, what,
				       pt_image_die_offset(window, die));
	return pt_error_hint(
		pt_error_new(dbg->arena, PT_E_BAD_DEBUGINFO,
			     "the debuginfo of %s is damaged: %s%s%s",
			     pt_dbg_subject(dbg), what, number ? ": " : "",
			     number ? dwarf_errmsg(number) : ""),
		dbg->program ? "install its debug symbols again"
			     : "install the kernel's debug package again");
}

/* The first of an image whose units refer to one another lends the others its
 * handle. */
static bool dbg_open_window(struct pt_dbg *dbg,
			    const struct pt_index_unit *unit,
			    struct pt_window *window)
{
	if (dbg->whole)
		return pt_image_window_share(dbg->image, dbg->whole,
					     unit->offset, window);
	if (!pt_image_window_open(dbg->image, g_hash_table_size(dbg->windows),
				  unit->offset, unit->length, window))
		return false;
	if (dbg->image->joined)
		dbg->whole = window;
	return true;
}

struct pt_error *pt_dbg_window(struct pt_dbg *dbg, uint64_t offset,
			       struct pt_window **ret)
{
	uint32_t number = pt_index_unit_of(dbg->index, offset);
	struct pt_window *window;

	if (number == UINT32_MAX)
		return pt_dbg_damaged(
			dbg,
			pt_arena_printf(dbg->arena, "no unit is at 0x%" PRIx64,
					offset),
			NULL, NULL);
	window = g_hash_table_lookup(dbg->windows, GUINT_TO_POINTER(number));
	if (!window) {
		const struct pt_index_unit *unit = &dbg->index->units[number];

		PT_TRY(pt_awake(dbg));
		window = pt_new(dbg->arena, struct pt_window);
		if (!dbg_open_window(dbg, unit, window))
			return pt_dbg_damaged(
				dbg,
				pt_arena_printf(dbg->arena,
						"the unit at 0x%" PRIx32,
						unit->offset),
				NULL, NULL);
		pt_arena_defer(dbg->arena, dbg_close_window, window);
		g_hash_table_insert(dbg->windows, GUINT_TO_POINTER(number),
				    window);
	}
	*ret = window;
	return NULL;
}

struct pt_error *pt_dbg_die(struct pt_dbg *dbg, uint64_t offset,
			    struct pt_window **ret_window, Dwarf_Die *ret)
{
	struct pt_window *window;

	PT_TRY(pt_dbg_window(dbg, offset, &window));
	if (!pt_image_die(window, offset, ret))
		return pt_dbg_damaged(dbg,
				      pt_arena_printf(dbg->arena,
						      "no DIE is at 0x%" PRIx64,
						      offset),
				      NULL, NULL);
	*ret_window = window;
	return NULL;
}

struct pt_error *pt_dbg_code_open(struct pt_dbg *dbg,
				  const struct pt_dbg_function *function,
				  struct pt_dbg_code **ret)
{
	struct pt_dbg_code *code = function->die;

	if (code->offset == PT_DBG_NO_DIE && !dbg->program)
		return pt_error_new(dbg->arena, PT_E_NO_DEBUGINFO,
				    "'%s' is a symbol alone: no debuginfo "
				    "describes what is inside",
				    function->name);
	if (code->offset == PT_DBG_NO_DIE)
		return pt_program_need_dwarf(
			dbg, pt_arena_printf(dbg->arena, "what is inside '%s'",
					     function->name));
	if (!code->window) {
		struct pt_window *window;

		PT_TRY(pt_dbg_die(dbg, code->offset, &window, &code->die));
		code->around = code->die;
		if (code->around_offset)
			PT_TRY(pt_dbg_die(dbg, code->around_offset, &window,
					  &code->around));
		code->window = window;
	}
	*ret = code;
	return NULL;
}
