/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Code that the kernel rewrites when it boots or loads a module, by tables that it
 * frees afterwards: alternatives (arch/x86/kernel/alternative.c), the lock
 * prefixes that go when one CPU is left, and paravirtual calls.
 */
#include <string.h>

#include "awake.h"

struct table {
	const struct pt_image *image;
	const uint8_t *data;
	uint64_t address, size;
};

static bool find_table(const struct pt_image *image, const char *name,
		       struct table *ret)
{
	const struct pt_image_section *s = pt_image_section_named(image, name);

	if (!s)
		return false;
	*ret = (struct table){ image,
			       pt_image_memory(image, s->address, s->size),
			       s->address, s->size };
	return ret->data != NULL;
}

/* What the 32 bits at AT say, which count from their own address. */
static uint64_t relative_target(const struct table *table, uint64_t at)
{
	int32_t distance;

	memcpy(&distance, table->data + at, sizeof(distance));
	return table->address + at + (uint64_t)(int64_t)distance;
}

static void add_patch(GArray *list, uint64_t address, uint64_t length,
		      bool lock_prefix)
{
	struct pt_dbg_patch patch = { address, address + length, lock_prefix };

	g_array_append_val(list, patch);
}

/* struct alt_instr begins with the distance to the instruction; its sizes and the
 * place of the instruction's length differ from kernel to kernel. */
static const struct alternative_layout {
	unsigned size, length_at;
} alternative_layouts[] = {
	{ 12, 10 }, /* 5.16 and later */
	{ 13, 10 }, /* with padlen, before */
	{ 14, 12 }, /* with flags, 6.3 and later */
};

/* Do all entries name code, of a length that there can be, in that layout? */
static bool layout_fits(const struct table *table,
			const struct alternative_layout *layout)
{
	if (!table->size || table->size % layout->size)
		return false;
	for (uint64_t at = 0; at < table->size; at += layout->size) {
		const struct pt_image_section *section = pt_image_section_at(
			table->image, relative_target(table, at));

		if (!section || !section->exec ||
		    !table->data[at + layout->length_at])
			return false;
	}
	return true;
}

static void add_alternatives(const struct table *table, GArray *ret)
{
	for (size_t i = 0; i < G_N_ELEMENTS(alternative_layouts); i++) {
		const struct alternative_layout *layout =
			&alternative_layouts[i];

		if (!layout_fits(table, layout))
			continue;
		for (uint64_t at = 0; at < table->size; at += layout->size)
			add_patch(ret, relative_target(table, at),
				  table->data[at + layout->length_at], false);
		return;
	}
}

static void add_lock_prefixes(const struct table *table, GArray *ret)
{
	for (uint64_t at = 0; at + 4 <= table->size; at += 4)
		add_patch(ret, relative_target(table, at), 1, true);
}

/* struct paravirt_patch_site: an address, the kind, the length; as large as two
 * addresses. */
static void add_paravirtual(const struct table *table, unsigned word,
			    GArray *ret)
{
	for (uint64_t at = 0; at + 2 * word <= table->size; at += 2 * word) {
		uint64_t address = 0;

		memcpy(&address, table->data + at, word);
		add_patch(ret, address, table->data[at + word + 1], false);
	}
}

static gint by_start(gconstpointer a, gconstpointer b)
{
	const struct pt_dbg_patch *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

struct pt_error *pt_dbg_patched(struct pt_dbg *dbg, GArray *ret)
{
	const char *arch = dbg->session->target.arch;
	struct table table;

	PT_TRY(pt_awake(dbg));
	if (find_table(dbg->image, ".altinstructions", &table))
		add_alternatives(&table, ret);
	if (find_table(dbg->image, ".smp_locks", &table))
		add_lock_prefixes(&table, ret);
	if (find_table(dbg->image, ".parainstructions", &table))
		add_paravirtual(&table, !strcmp(arch, "i386") ? 4 : 8, ret);
	g_array_sort(ret, by_start);
	return NULL;
}
