/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the bundled engine cannot see in a running kernel: the code around the
 * script's probes that the kernel rewrites by tables which it frees.
 */
#include "emit_state.h"

/* How far behind a probe the engine's jump may reach, with room to spare. */
#define NEAR 64

struct window {
	struct pt_dbg *dbg;
	uint64_t start, end;
	unsigned section;
};

static gint by_place(gconstpointer a, gconstpointer b)
{
	const struct window *x = a, *y = b;

	if (x->dbg != y->dbg)
		return x->dbg < y->dbg ? -1 : 1;
	return (x->start > y->start) - (x->start < y->start);
}

/* The code near each site, in order, each piece once. */
static GArray *list_windows(struct pt_emit *e)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct window));
	GArray *joined = g_array_new(FALSE, FALSE, sizeof(struct window));

	for (unsigned i = 0; i < e->program->probes->len; i++) {
		const struct pt_bound *bound =
			g_ptr_array_index(e->program->probes, i);

		for (unsigned j = 0; bound->sites && j < bound->sites->len;
		     j++) {
			const struct pt_dbg_function *f =
				g_ptr_array_index(bound->sites, j);
			struct window window = { f->dbg, f->address,
						 f->address + NEAR,
						 f->section };

			if (f->dbg && f->section != PT_DBG_ABSOLUTE &&
			    f->section != PT_DBG_HERE)
				g_array_append_val(all, window);
		}
	}
	g_array_sort(all, by_place);
	for (unsigned i = 0; i < all->len; i++) {
		const struct window *next =
			&g_array_index(all, struct window, i);
		struct window *last =
			joined->len ? &g_array_index(joined, struct window,
						     joined->len - 1)
				    : NULL;

		if (last && last->dbg == next->dbg &&
		    last->section == next->section && next->start <= last->end)
			last->end = MAX(last->end, next->end);
		else
			g_array_append_val(joined, *next);
	}
	g_array_unref(all);
	return joined;
}

/* Both lists are in order: one walk through them. */
static unsigned emit_windows(struct pt_emit *e, const struct window *windows,
			     unsigned n_windows, const GArray *patched)
{
	unsigned at = 0, n = 0;

	for (unsigned i = 0; i < patched->len; i++) {
		const struct pt_dbg_patch *patch =
			&g_array_index(patched, struct pt_dbg_patch, i);

		while (at < n_windows && windows[at].end <= patch->start)
			at++;
		if (at == n_windows)
			break;
		if (patch->end <= windows[at].start)
			continue;
		pt_out_line(e->out,
			    "{ { 0x%" G_GINT64_MODIFIER
			    "xULL, 0x%" G_GINT64_MODIFIER "xULL, %u }, %s },",
			    patch->start, patch->end, windows[at].section,
			    patch->lock_prefix ? "true" : "false");
		n++;
	}
	return n;
}

unsigned pt_emit_patched(struct pt_emit *e)
{
	gsize start = e->out->text->len;
	unsigned n = 0;
	GArray *windows;

	if (!pt_session_bundled(e->program->session))
		return 0;
	windows = list_windows(e);
	pt_out_open(e->out, "static const struct ptrt_patched pg_patched[] =");
	for (unsigned i = 0, end; i < windows->len; i = end) {
		const struct window *first =
			&g_array_index(windows, struct window, i);
		GArray *patched =
			g_array_new(FALSE, FALSE, sizeof(struct pt_dbg_patch));

		for (end = i + 1; end < windows->len; end++)
			if (g_array_index(windows, struct window, end).dbg !=
			    first->dbg)
				break;
		if (!e->error)
			e->error = pt_dbg_patched(first->dbg, patched);
		n += emit_windows(e, first, end - i, patched);
		g_array_unref(patched);
	}
	pt_out_close(e->out, ";");
	pt_out_line(e->out, "%s", "");
	if (!n)
		g_string_truncate(e->out->text, start);
	g_array_unref(windows);
	return n;
}
