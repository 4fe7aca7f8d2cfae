// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sites: from link-time to run-time addresses, and back from an address to the
 * site.
 */
#include <linux/errno.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/relay.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "probe.h"
#include "../core/context.h"
#include "../data/alloc.h"
#include "../transport/record.h"

/* More places than these are counted, not named. */
#define WARNINGS_MAX 20

u64 ptrt_slide;

static unsigned int unarmed;

unsigned int ptrt_probes_unarmed(void)
{
	return READ_ONCE(unarmed);
}

/* ---- from an address to the site -------------------------------------- */

/* For each probe its sites in ascending order of address. */
static const struct ptrt_site ***sorted;

static int by_address(const void *a, const void *b)
{
	const struct ptrt_site *const *x = a, *const *y = b;

	if ((*x)->section != (*y)->section)
		return (*x)->section < (*y)->section ? -1 : 1;
	if ((*x)->address == (*y)->address)
		return 0;
	return (*x)->address < (*y)->address ? -1 : 1;
}

static size_t table_size(const struct ptrt_probe *probe)
{
	return probe->n_sites * sizeof(**sorted);
}

static size_t sorted_size(void)
{
	return max(ptrt_script.n_probes, 1u) * sizeof(*sorted);
}

int ptrt_sites_create(void)
{
	unsigned int i, j;

	if (ptrt_script.anchor)
		ptrt_slide = (unsigned long)&relay_open - ptrt_script.anchor;
	sorted = ptrt_alloc(sorted_size(), -1);
	if (!sorted)
		return -ENOMEM;
	for (i = 0; i < ptrt_script.n_probes; i++) {
		const struct ptrt_probe *probe = &ptrt_script.probes[i];

		if (!probe->n_sites)
			continue;
		sorted[i] = ptrt_alloc(table_size(probe), -1);
		if (!sorted[i]) {
			ptrt_sites_destroy();
			return -ENOMEM;
		}
		for (j = 0; j < probe->n_sites; j++)
			sorted[i][j] = &probe->sites[j];
		sort(sorted[i], probe->n_sites, sizeof(**sorted), by_address,
		     NULL);
	}
	return 0;
}

void ptrt_sites_destroy(void)
{
	unsigned int i;

	for (i = 0; sorted && i < ptrt_script.n_probes; i++)
		ptrt_free(sorted[i], table_size(&ptrt_script.probes[i]));
	ptrt_free(sorted, sorted_size());
	sorted = NULL;
}

/* What IP is in the numbers that sites have: the section, and the address as
 * linked. */
static unsigned int section_of(unsigned long ip, u64 *ret_address)
{
	unsigned int i;

	for (i = 0; i < ptrt_script.n_sections; i++) {
		const struct ptrt_section *s = &ptrt_script.sections[i];
		u64 slide = READ_ONCE(s->slide);

		*ret_address = ip - slide;
		if (slide && *ret_address - s->start < s->size)
			return i + 1;
	}
	*ret_address = ip - ptrt_slide;
	return 0;
}

/* The last site at or before IP: an entry's address is that of its first
 * instruction, and ftrace may report one that is a few bytes in. */
const struct ptrt_site *ptrt_site_at(const struct ptrt_probe *probe,
				     unsigned long ip)
{
	const struct ptrt_site **table = sorted[probe - ptrt_script.probes];
	unsigned int low = 0, high = probe->n_sites, section;
	u64 address;

	section = section_of(ip, &address);
	while (low < high) {
		unsigned int middle = low + (high - low) / 2;
		const struct ptrt_site *site = table[middle];

		if (site->section < section ||
		    (site->section == section && site->address <= address))
			low = middle + 1;
		else
			high = middle;
	}
	return low && table[low - 1]->section == section ? table[low - 1]
							 : NULL;
}

const struct ptrt_site *ptrt_site(struct ptrt_context *c)
{
	struct ptrt_cpu *cpu = container_of(c, struct ptrt_cpu, c);

	if (!c->site && c->probe && c->probe->n_sites)
		c->site = ptrt_site_at(c->probe, cpu->ip);
	return c->site;
}

/* Any context that a handler runs in. */
const char *ptrt_point_text(struct ptrt_context *c)
{
	const struct ptrt_probe *probe = c->probe;
	const struct ptrt_site *site;

	if (!probe->site_points)
		return probe->point;
	if (probe->kind == PTRT_KIND_TRACEPOINT)
		return probe->site_points[ptrt_tracepoint_number(c)];
	site = ptrt_site(c);
	return site ? probe->site_points[site - probe->sites] : probe->point;
}

unsigned int ptrt_sites_of_kind(enum ptrt_kind kind)
{
	unsigned int i, n = 0;

	for (i = 0; i < ptrt_script.n_probes; i++)
		if (ptrt_script.probes[i].kind == kind)
			n += ptrt_script.probes[i].n_sites;
	return n;
}

/* ---- sites that cannot be armed --------------------------------------- */

/* PLACE is a symbol and OFFSET counts from it, or a name as it is. */
static void warn_place(const struct ptrt_probe *probe, const char *place,
		       const char *offset, const char *what, int error)
{
	struct ptrt_cpu *cpu;
	int n;

	if (probe->flags & PTRT_OPTIONAL)
		return;
	if (++unarmed > WARNINGS_MAX)
		return;
	cpu = ptrt_enter_process(probe);
	n = scnprintf(cpu->scratch, sizeof(cpu->scratch),
		      "probe %s at %s%s cannot be armed: %s (%pe)%s",
		      probe->point, place, offset, what, ERR_PTR(error),
		      unarmed == WARNINGS_MAX ? "; more are not named" : "");
	ptrt_record_text(cpu, PTAP_FORMAT_WARNING, cpu->scratch, n);
	ptrt_leave_process(cpu);
}

static void warn(const struct ptrt_probe *probe, const struct ptrt_site *site,
		 const char *what, int error)
{
	char offset[16];

	scnprintf(offset, sizeof(offset), "+0x%x", site->offset);
	warn_place(probe, site->symbol, offset, what, error);
}

void ptrt_place_failed(const struct ptrt_probe *probe, const char *place,
		       const char *what, int error)
{
	warn_place(probe, place, "", what, error);
}

void ptrt_site_failed(const struct ptrt_probe *probe,
		      const struct ptrt_site *site, const char *reason,
		      int error)
{
	warn(probe, site, reason ? reason : "the kernel refuses a probe there",
	     error);
}

void ptrt_site_switched(const struct ptrt_probe *probe,
			const struct ptrt_site *site, int error)
{
	if (error)
		warn(probe, site, "it follows its condition no more", error);
}

/*
 * Some function of the kernel must stand there, as far before the address as the
 * script believes.  Its name is not compared: a function may have several, of
 * which the kernel tells one.  That it is the same kernel, ptaprun has checked by
 * the build id.
 */
bool ptrt_site_verify(const struct ptrt_probe *probe,
		      const struct ptrt_site *site)
{
	const struct ptrt_section *section = ptrt_site_section(site);
	char text[KSYM_SYMBOL_LEN];
	unsigned int offset;
	char *plus, *module;

	if (site->section == PTRT_ABSOLUTE)
		return true;
	if (section && !section->slide)
		return false;
	sprint_symbol(text, ptrt_site_address(site));
	plus = strchr(text, '+');
	/* "name+0x12/0x34", and " [module]" if it is not the kernel's own. */
	module = plus ? strchr(plus, '[') : NULL;
	if (module)
		module[strcspn(module, "]")] = '\0';
	if (plus && sscanf(plus, "+%x/", &offset) == 1 &&
	    offset == site->offset &&
	    (section ? module && !strcmp(module + 1, section->module)
		     : !module))
		return true;
	warn(probe, site, "another symbol is at its address", -ESTALE);
	return false;
}

int ptrt_sites_arm(const struct ptrt_probe *probe,
		   int (*arm)(const struct ptrt_probe *probe,
			      const struct ptrt_site *site))
{
	unsigned int i;
	int error;

	for (i = 0; i < probe->n_sites; i++) {
		if (!ptrt_site_verify(probe, &probe->sites[i]))
			continue;
		error = arm(probe, &probe->sites[i]);
		if (error)
			return error;
	}
	return 0;
}
