// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes in kernel modules: where a module's sections are, and what to do when it
 * comes or goes.
 *
 * A section is found by one symbol of it in the module's own symbol table, which
 * holds run-time addresses from before the module's notifier is called.  Modules
 * that are there already are met on a walk of the kernel's list, from this
 * module's own place in it: there is no exported way to ask for one by name.
 *
 * A module that comes later gets kprobes, also at function entries: an ftrace_ops
 * whose functions have all gone must not be registered, as an empty filter would
 * mean all functions of the kernel.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/pgtable.h>
#include <linux/rculist.h>
#include <linux/string.h>

#include "probe.h"
#include "../core/context.h"
#include "../core/session.h"

static bool modules_noticed;

/* Under RCU: the run-time address of the only symbol NAME of MODULE, or 0. */
static unsigned long find_symbol(struct module *module, const char *name)
{
	const struct mod_kallsyms *kallsyms =
		rcu_dereference_sched(module->kallsyms);
	unsigned int i;

	for (i = 0; kallsyms && i < kallsyms->num_symtab; i++) {
		const Elf_Sym *symbol = &kallsyms->symtab[i];

		if (symbol->st_shndx != SHN_UNDEF &&
		    !strcmp(kallsyms->strtab + symbol->st_name, name))
			return symbol->st_value;
	}
	return 0;
}

/* Sets the slides of MODULE's sections; true if any is new. */
static bool find_sections(struct module *module)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < ptrt_script.n_sections; i++) {
		struct ptrt_section *section = &ptrt_script.sections[i];
		unsigned long address;

		if (section->slide || strcmp(section->module, module->name))
			continue;
		address = find_symbol(module, section->anchor);
		if (!address)
			continue;
		WRITE_ONCE(section->slide, address - section->anchor_address);
		any = true;
	}
	return any;
}

/* The head of the kernel's list is no module: it lies in the kernel's image. */
static bool is_list_head(const struct list_head *entry)
{
	unsigned long address = (unsigned long)entry;

	return address < MODULES_VADDR || address >= MODULES_END;
}

void ptrt_modules_find(void)
{
	struct list_head *entry;

	if (!ptrt_script.n_sections)
		return;
	rcu_read_lock_sched();
	for (entry = rcu_dereference_sched(THIS_MODULE->list.next);
	     entry != &THIS_MODULE->list;
	     entry = rcu_dereference_sched(entry->next)) {
		struct module *module;

		if (is_list_head(entry))
			continue;
		module = list_entry(entry, struct module, list);
		if (module->state == MODULE_STATE_LIVE ||
		    module->state == MODULE_STATE_COMING)
			find_sections(module);
	}
	rcu_read_unlock_sched();
}

/* ---- modules that come and go later ----------------------------------- */

static int arm_late(const struct ptrt_probe *probe,
		    const struct ptrt_site *site)
{
	switch (probe->kind) {
	case PTRT_KIND_ENTRY:
	case PTRT_KIND_ADDRESS: return ptrt_kprobe_arm_site(probe, site);
	case PTRT_KIND_RETURN: return ptrt_kretprobe_arm_site(probe, site);
	default: return 0;
	}
}

static void arm_module(const char *name)
{
	unsigned int i, j;

	for (i = 0; i < ptrt_script.n_probes; i++) {
		const struct ptrt_probe *probe = &ptrt_script.probes[i];

		for (j = 0; j < probe->n_sites; j++) {
			const struct ptrt_site *site = &probe->sites[j];
			const struct ptrt_section *section =
				ptrt_site_section(site);
			int error;

			if (!section || strcmp(section->module, name) ||
			    !ptrt_site_verify(probe, site))
				continue;
			error = arm_late(probe, site);
			if (error)
				ptrt_site_failed(probe, site, error);
		}
	}
}

static void module_comes(struct module *module)
{
	bool any;

	rcu_read_lock_sched();
	any = find_sections(module);
	rcu_read_unlock_sched();
	if (any)
		arm_module(module->name);
}

static void module_goes(struct module *module)
{
	unsigned int i;

	for (i = 0; i < ptrt_script.n_sections; i++) {
		struct ptrt_section *section = &ptrt_script.sections[i];

		if (strcmp(section->module, module->name))
			continue;
		ptrt_ftrace_forget(section);
		ptrt_kprobe_forget(section);
		ptrt_kretprobe_forget(section);
		WRITE_ONCE(section->slide, 0);
	}
}

static int notice(struct notifier_block *block, unsigned long event, void *data)
{
	if (event == MODULE_STATE_COMING)
		ptrt_session_module(data, module_comes);
	else if (event == MODULE_STATE_GOING)
		ptrt_session_module(data, module_goes);
	return NOTIFY_OK;
}

static struct notifier_block modules_block = { .notifier_call = notice };

int ptrt_modules_create(void)
{
	int error;

	if (!ptrt_script.n_sections)
		return 0;
	error = register_module_notifier(&modules_block);
	modules_noticed = !error;
	return error;
}

void ptrt_modules_destroy(void)
{
	if (modules_noticed)
		unregister_module_notifier(&modules_block);
	modules_noticed = false;
}
