// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text that others patch while the kernel runs, or that is expected to fault: jump
 * labels, static calls, exception tables.  The kernel keeps these tables for its own
 * use, and so does each module; they are found by name and read where they are.
 * (Tables of what is patched once at boot are freed; what they patched is plain
 * code by now.)
 */
#include <linux/extable.h>
#include <linux/jump_label.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/sort.h>
#include <linux/static_call_types.h>
#include <linux/uaccess.h>

#include "../compat/extable.h"
#include "engine.h"
#include "scan.h"

/* Bytes of the kernel's image, from pte_reserved_base. */
struct pte_reserved {
	u32 offset;
	u16 size;
	u16 refusal; /* enum ptap_refusal */
};

static struct pte_reserved *pte_reserved_list; /* sorted */
static size_t pte_reserved_n;
static unsigned long pte_reserved_base;

/* Where jump labels go when they are on, and where a fault ends: sorted. */
static u32 *pte_landings;
static size_t pte_landings_n;

#define PTE_PATCHED 5 /* bytes of a jump or call rel32 */

/* A jump label is as long as the jump or nop that the compiler put there. */
static size_t pte_jump_label_size(unsigned long address)
{
	static const u8 short_nop[] = { 0x66, 0x90 };
	u8 live[2];

	if (copy_from_kernel_nofault(live, (void *)address, sizeof(live)))
		return PTE_PATCHED;
	return live[0] == 0xeb || !memcmp(live, short_nop, sizeof(short_nop))
		       ? 2
		       : PTE_PATCHED;
}

static int pte_reserved_compare(const void *a, const void *b)
{
	const struct pte_reserved *left = a, *right = b;

	return left->offset < right->offset ? -1 : left->offset > right->offset;
}

static int pte_landing_compare(const void *a, const void *b)
{
	u32 left = *(const u32 *)a, right = *(const u32 *)b;

	return left < right ? -1 : left > right;
}

/* One of the kernel's tables, between the symbols START and STOP. */
struct pte_table {
	const char *start, *stop;
	size_t entry_size;
	enum ptap_refusal refusal;
	/* The address that an entry is about. */
	unsigned long (*address)(const void *entry);
	/* Where it may lead to; may be NULL. */
	unsigned long (*landing)(const void *entry);
	/* See scan.h; NULL: it is found by name only. */
	bool (*plausible)(const void *entry, unsigned long *key);
};

static unsigned long pte_jump_label_address(const void *entry)
{
	return jump_entry_code(entry);
}

static unsigned long pte_jump_label_target(const void *entry)
{
	return jump_entry_target(entry);
}

/* A label's two ends are in the text, and its key is in the kernel's data. */
static bool pte_jump_label_plausible(const void *entry, unsigned long *key)
{
	unsigned long code = jump_entry_code(entry);
	unsigned long start, end;

	pte_kernel_data(&start, &end);
	*key = (unsigned long)jump_entry_key(entry);
	return pte_may_be_text(code) &&
	       pte_may_be_text(jump_entry_target(entry)) && *key >= start &&
	       *key - start < SZ_256M;
}

static unsigned long pte_exception_address(const void *entry)
{
	const struct exception_table_entry *e = entry;

	return (unsigned long)&e->insn + e->insn;
}

static unsigned long pte_exception_end(const void *entry)
{
	const struct exception_table_entry *e = entry;

	return (unsigned long)&e->fixup + e->fixup;
}

static bool pte_exception_plausible(const void *entry, unsigned long *key)
{
	*key = pte_exception_address(entry);
	return pte_may_be_text(*key) &&
	       pte_may_be_text(pte_exception_end(entry)) &&
	       ptrt_extable_is_plausible(entry);
}

#ifdef CONFIG_HAVE_STATIC_CALL_INLINE
static unsigned long pte_static_call_address(const void *entry)
{
	const struct static_call_site *site = entry;

	return (unsigned long)&site->addr + site->addr;
}
#endif

static const struct pte_table pte_tables[] = {
#ifdef CONFIG_JUMP_LABEL
	{ "__start___jump_table", "__stop___jump_table",
	  sizeof(struct jump_entry), PTAP_REFUSED_JUMP_LABEL,
	  pte_jump_label_address, pte_jump_label_target,
	  pte_jump_label_plausible },
#endif
#ifdef CONFIG_HAVE_STATIC_CALL_INLINE
	{ "__start_static_call_sites", "__stop_static_call_sites",
	  sizeof(struct static_call_site), PTAP_REFUSED_STATIC_CALL,
	  pte_static_call_address, NULL, NULL },
#endif
	{ "__start___ex_table", "__stop___ex_table",
	  sizeof(struct exception_table_entry), PTAP_REFUSED_EXTABLE,
	  pte_exception_address, pte_exception_end, pte_exception_plausible },
};

static size_t pte_entry_size(enum ptap_refusal refusal, unsigned long address)
{
	switch (refusal) {
	case PTAP_REFUSED_JUMP_LABEL: return pte_jump_label_size(address);
	case PTAP_REFUSED_STATIC_CALL: return PTE_PATCHED;
	default: return 1;
	}
}

static void pte_reserve_table(const struct pte_table *table,
			      unsigned long start, size_t n)
{
	struct module *module;
	size_t i;

	for (i = 0; i < n; i++) {
		const void *entry = (void *)(start + i * table->entry_size);
		unsigned long address = table->address(entry);

		if (table->landing)
			pte_landings[pte_landings_n++] =
				table->landing(entry) - pte_reserved_base;
		if (pte_text_kind(address, &module) != PTE_TEXT_KERNEL)
			continue; /* init text, freed long ago */
		pte_reserved_list[pte_reserved_n++] = (struct pte_reserved){
			.offset = address - pte_reserved_base,
			.size = pte_entry_size(table->refusal, address),
			.refusal = table->refusal,
		};
	}
}

void pte_reserved_exit(void)
{
	kvfree(pte_reserved_list);
	pte_reserved_list = NULL;
	pte_reserved_n = 0;
	kvfree(pte_landings);
	pte_landings = NULL;
	pte_landings_n = 0;
}

static struct pte_found pte_find_table(const struct pte_table *table)
{
	const struct pte_scan scan = { .entry_size = table->entry_size,
				       .plausible = table->plausible };
	unsigned long start = pte_symbol_address(table->start);
	unsigned long end = pte_symbol_address(table->stop);

	if (start && end > start)
		return (struct pte_found){
			.start = start, .n = (end - start) / table->entry_size
		};
	/* The tables of the ORC unwinder look the same. */
	if (IS_ENABLED(CONFIG_UNWINDER_ORC) || !table->plausible)
		return (struct pte_found){};
	pte_kernel_data(&start, &end);
	return pte_scan(&scan, start, end);
}

int pte_reserved_init(void)
{
	struct pte_found found[ARRAY_SIZE(pte_tables)];
	size_t all = 0, i;

	for (i = 0; i < ARRAY_SIZE(pte_tables); i++) {
		found[i] = pte_find_table(&pte_tables[i]);
		if (!found[i].n) {
			pr_err("%s: probes need the kernel's table %s, which "
			       "cannot be found (CONFIG_KALLSYMS_ALL)\n",
			       KBUILD_MODNAME, pte_tables[i].start);
			return -EOPNOTSUPP;
		}
		all += found[i].n;
	}
	pte_reserved_list =
		kvmalloc_array(all, sizeof(*pte_reserved_list), GFP_KERNEL);
	pte_landings = kvmalloc_array(all, sizeof(*pte_landings), GFP_KERNEL);
	if (!pte_reserved_list || !pte_landings) {
		pte_reserved_exit();
		return -ENOMEM;
	}
	pte_reserved_base = pte_symbol_address("_stext");
	for (i = 0; i < ARRAY_SIZE(pte_tables); i++)
		pte_reserve_table(&pte_tables[i], found[i].start, found[i].n);
	sort(pte_reserved_list, pte_reserved_n, sizeof(*pte_reserved_list),
	     pte_reserved_compare, NULL);
	sort(pte_landings, pte_landings_n, sizeof(*pte_landings),
	     pte_landing_compare, NULL);
	return 0;
}

static enum ptap_refusal pte_kernel_reserved(unsigned long address, size_t n)
{
	unsigned long offset = address - pte_reserved_base;
	size_t low = 0, high = pte_reserved_n;

	/* The first that ends behind OFFSET; they do not overlap. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct pte_reserved *r = &pte_reserved_list[middle];

		if (r->offset + r->size <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < pte_reserved_n && pte_reserved_list[low].offset < offset + n)
		return pte_reserved_list[low].refusal;
	return PTAP_REFUSED_NONE;
}

static bool pte_overlaps(unsigned long a, size_t a_n, unsigned long b,
			 size_t b_n)
{
	return a < b + b_n && b < a + a_n;
}

static enum ptap_refusal pte_module_reserved(unsigned long address, size_t n,
					     const struct module *module)
{
	unsigned int i;

#ifdef CONFIG_JUMP_LABEL
	for (i = 0; i < module->num_jump_entries; i++) {
		unsigned long code = jump_entry_code(&module->jump_entries[i]);

		if (pte_overlaps(address, n, code, PTE_PATCHED) &&
		    pte_overlaps(address, n, code, pte_jump_label_size(code)))
			return PTAP_REFUSED_JUMP_LABEL;
	}
#endif
#ifdef CONFIG_HAVE_STATIC_CALL_INLINE
	for (i = 0; i < module->num_static_call_sites; i++) {
		unsigned long call =
			pte_static_call_address(&module->static_call_sites[i]);

		if (pte_overlaps(address, n, call, PTE_PATCHED))
			return PTAP_REFUSED_STATIC_CALL;
	}
#endif
	for (i = 0; i < module->num_exentries; i++) {
		unsigned long insn = pte_exception_address(&module->extable[i]);

		if (pte_overlaps(address, n, insn, 1))
			return PTAP_REFUSED_EXTABLE;
	}
	return PTAP_REFUSED_NONE;
}

enum ptap_refusal pte_reserved(unsigned long address, size_t n,
			       struct module *module)
{
	return module ? pte_module_reserved(address, n, module)
		      : pte_kernel_reserved(address, n);
}

static bool pte_kernel_leads(unsigned long address, size_t n)
{
	u32 offset = address - pte_reserved_base;
	size_t low = 0, high = pte_landings_n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (pte_landings[middle] < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < pte_landings_n && pte_landings[low] - offset < n;
}

bool pte_reserved_leads(unsigned long address, size_t n,
			const struct module *module)
{
	unsigned int i;

	if (!module)
		return pte_kernel_leads(address, n);
#ifdef CONFIG_JUMP_LABEL
	for (i = 0; i < module->num_jump_entries; i++) {
		if (jump_entry_target(&module->jump_entries[i]) - address < n)
			return true;
	}
#endif
	for (i = 0; i < module->num_exentries; i++) {
		if (pte_exception_end(&module->extable[i]) - address < n)
			return true;
	}
	return false;
}
