/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens a program: its own DWARF or that of a file split from it, else its symbols.
 */
#include "userprogram.h"

#include <dwarf.h>
#include <string.h>

#include "locate.h"
#include "programfile.h"

static const char hint[] =
	"install its debug symbols (on Debian the package with -dbgsym behind "
	"its name), name a server in DEBUGINFOD_URLS, or build it with -g";

void pt_dbg_program_note(struct pt_session *session, const GPtrArray *programs)
{
	struct pt_dbg *last = NULL;
	struct pt_error *error;
	const char *whose;
	unsigned n = 0;

	for (guint i = 0; i < programs->len; i++) {
		struct pt_dbg *dbg = g_ptr_array_index(programs, i);

		if (!dbg->symbols_only || dbg->noted)
			continue;
		dbg->noted = true;
		last = dbg;
		n++;
	}
	if (!n)
		return;
	whose = n == 1 ? pt_arena_printf(session->arena,
					 "'%s' has no debuginfo: its symbol "
					 "table gives",
					 last->program->path)
		       : pt_arena_printf(session->arena,
					 "%u files have no debuginfo: their "
					 "symbol tables give",
					 n);
	error = pt_error_new(session->arena, PT_E_NO_DEBUGINFO,
			     "%s functions, but no variables, lines or inlined "
			     "copies",
			     whose);
	error->severity = PT_SEVERITY_WARNING;
	pt_diag_add(session->diag, pt_error_hint(error, "%s", hint));
}

struct pt_fetch_insn pt_dbg_register(const struct pt_dbg *dbg, unsigned number)
{
	struct pt_fetch_insn insn = { .op = PT_FETCH_REG, .a = number };

	if (dbg->halved) {
		insn.a = pt_arch_wide_register(number);
		insn.b = 32;
	}
	return insn;
}

/* A kernel of x86_64 runs programs for i386, too. */
static struct pt_error *check_machine(struct pt_dbg *dbg)
{
	if (dbg->image->arch == &pt_arch_i386 &&
	    !strcmp(dbg->session->target.arch, pt_arch_x86_64.name)) {
		dbg->halved = true;
		return NULL;
	}
	return pt_dbg_need_target(dbg);
}

struct pt_error *pt_dbg_open_program(struct pt_session *session,
				     const char *path, struct pt_dbg **ret)
{
	struct pt_dbg *dbg = pt_new(session->arena, struct pt_dbg);
	const char *debug_path = NULL;
	struct pt_error *error;

	dbg->session = session;
	dbg->arena = session->arena;
	PT_TRY(pt_programfile_open(session->arena, path, &dbg->program));
	error = pt_locate_debug(session, path, hint, &debug_path);
	if (error && error->code != PT_E_NO_DEBUGINFO)
		return error;
	PT_TRY(pt_dbg_open_image(dbg, path, debug_path));
	PT_TRY(check_machine(dbg));
	dbg->symbols_only = error != NULL;
	*ret = dbg;
	return NULL;
}

struct pt_error *pt_program_need_dwarf(struct pt_dbg *dbg, const char *what)
{
	return pt_error_hint(pt_error_new(dbg->arena, PT_E_NO_DEBUGINFO,
					  "'%s' has no debuginfo, and its "
					  "symbol table does not describe %s",
					  dbg->program->path, what),
			     "%s", hint);
}

bool pt_dbg_program_has_dwarf(const struct pt_dbg *dbg)
{
	return !dbg->symbols_only;
}

bool pt_dbg_stack_moves(const struct pt_dbg_function *f)
{
	struct pt_dbg *dbg = f->dbg;
	struct pt_dbg_code *code;
	GElf_Shdr header;
	Elf_Data *data;

	/* The linker's own note, also in stripped programs. */
	if (!pt_programfile_section(dbg->program, ".note.go.buildid", &header,
				    &data))
		return false;
	if (dbg->symbols_only || pt_dbg_code_open(dbg, f, &code))
		return true;
	return dwarf_srclang(&code->window->cu) == DW_LANG_Go;
}

bool pt_dbg_program_hashed(const struct pt_dbg *dbg)
{
	return dbg->image->hashed;
}
