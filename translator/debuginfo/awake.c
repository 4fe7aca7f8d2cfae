/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "awake.h"

/* Bytes of images from which on some rest. */
#define MOST (UINT64_C(64) << 20)

struct pt_dbg_awake {
	GPtrArray
		*list; /* struct pt_dbg *: the one that was read last is last */
	uint64_t size; /* bytes of their images */
};

static void put_to_rest(struct pt_dbg_awake *awake, guint number)
{
	struct pt_dbg *dbg = g_ptr_array_remove_index(awake->list, number);

	awake->size -= dbg->image->region_size;
	if (g_hash_table_size(dbg->windows))
		pt_image_put_out(dbg->image);
	else
		pt_image_rest(dbg->image);
	pt_index_release(dbg->index);
}

void pt_awake_add(struct pt_dbg *dbg)
{
	struct pt_session *session = dbg->session;

	if (!session->awake) {
		session->awake = pt_new(session->arena, struct pt_dbg_awake);
		session->awake->list = pt_arena_ptr_array(session->arena);
	}
	g_ptr_array_add(session->awake->list, dbg);
	session->awake->size += dbg->image->region_size;
	while (session->awake->size > MOST && session->awake->list->len > 1)
		put_to_rest(session->awake, 0);
}

struct pt_error *pt_awake(struct pt_dbg *dbg)
{
	if (dbg->image->region)
		return NULL;
	PT_TRY(pt_image_wake(dbg->session, dbg->image));
	pt_awake_add(dbg);
	return NULL;
}

void pt_awake_drop(struct pt_dbg *dbg)
{
	guint number;

	if (g_ptr_array_find(dbg->session->awake->list, dbg, &number))
		put_to_rest(dbg->session->awake, number);
}
