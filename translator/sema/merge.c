/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Places of one point whose handlers came out the same, target variables
 * included, share one handler.
 */
#include "context.h"

static void take_sites(struct pt_sema *sema, struct pt_bound *into,
		       const struct pt_bound *from)
{
	for (guint i = 0; i < from->sites->len; i++)
		g_ptr_array_add(into->sites, from->sites->pdata[i]);
	into->text = pt_point_text(sema->arena, into->point);
}

static void merge(struct pt_sema *sema, struct pt_derived *derived,
		  GHashTable *live, GHashTable *gone)
{
	GHashTable *seen = g_hash_table_new(g_direct_hash, g_direct_equal);
	GHashTable *hashes = g_hash_table_new(g_direct_hash, g_direct_equal);

	for (guint i = 0; i < derived->bounds->len; i++) {
		struct pt_bound *bound = derived->bounds->pdata[i];
		GPtrArray *kept;
		bool merged = false;

		if (!bound->sites || !bound->sites->len ||
		    !g_hash_table_contains(live, bound))
			continue;
		kept = pt_alike_list(sema, seen,
				     pt_alike_body(hashes, bound->body));
		for (guint j = 0; j < kept->len && !merged; j++) {
			merged = pt_compare_bound(sema, kept->pdata[j], bound);
			if (merged)
				take_sites(sema, kept->pdata[j], bound);
		}
		if (merged)
			g_hash_table_add(gone, bound);
		else
			g_ptr_array_add(kept, bound);
	}
	g_hash_table_destroy(hashes);
	g_hash_table_destroy(seen);
}

void pt_merge_pass(struct pt_sema *sema)
{
	GHashTable *gone = g_hash_table_new(g_direct_hash, g_direct_equal);
	GHashTable *live = g_hash_table_new(g_direct_hash, g_direct_equal);

	for (guint i = 0; i < sema->program->probes->len; i++)
		g_hash_table_add(live, sema->program->probes->pdata[i]);
	for (guint i = 0; i < sema->derived->len; i++)
		merge(sema, sema->derived->pdata[i], live, gone);
	pt_make_without(sema, gone);
	g_hash_table_destroy(live);
	g_hash_table_destroy(gone);
}
