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
 * Kernels without CONFIG_KALLSYMS_ALL keep only the symbols of a module's code, and
 * sections such as .rodata.str1.1 have none: where these are, sysfs says, once the
 * module is alive.  Until then a read of them is an error of the script.
 *
 * A module that comes later gets kprobes, also at function entries: an ftrace_ops
 * whose functions have all gone must not be registered, as an empty filter would
 * mean all functions of the kernel.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/pgtable.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "denied.h"
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

/* The address that its variables are counted from; each CPU has a distance. */
static unsigned long percpu_start(const struct module *module)
{
#ifdef CONFIG_SMP
	return (unsigned long)module->percpu;
#else
	return 0;
#endif
}

/* Under RCU. */
static void find_section(struct module *module, struct ptrt_section *section)
{
	unsigned long address, linked = section->anchor_address;

	if (!strcmp(section->name, ".data..percpu")) {
		address = percpu_start(module);
		linked = section->start;
	} else {
		address = *section->anchor
				  ? find_symbol(module, section->anchor)
				  : 0;
	}
	if (address)
		WRITE_ONCE(section->slide, (u64)address - linked);
}

/* Sets the slides of MODULE's sections; true if any is new. */
static bool find_sections(struct module *module)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < ptrt_script.n_sections; i++) {
		struct ptrt_section *section = &ptrt_script.sections[i];

		if (section->slide || strcmp(section->module, module->name))
			continue;
		find_section(module, section);
		any = any || section->slide;
	}
	return any;
}

/* Process context.  The number that the file at PATH holds, or 0. */
static unsigned long read_address(const char *path)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	unsigned long address = 0;
	char text[24];
	loff_t at = 0;
	ssize_t n;

	if (IS_ERR(file))
		return 0;
	n = kernel_read(file, text, sizeof(text) - 1, &at);
	filp_close(file, NULL);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	return kstrtoul(strim(text), 0, &address) ? 0 : address;
}

/* Process context.  Those sections that no symbol told of, of the module NAME or
 * (NULL) of any. */
static void ask_sysfs(const char *name)
{
	unsigned int i;

	for (i = 0; i < ptrt_script.n_sections; i++) {
		struct ptrt_section *section = &ptrt_script.sections[i];
		unsigned long address;
		char *path;

		if (section->slide || (name && strcmp(section->module, name)))
			continue;
		path = kasprintf(GFP_KERNEL, "/sys/module/%s/sections/%s",
				 section->module, section->name);
		address = path ? read_address(path) : 0;
		kfree(path);
		if (address)
			WRITE_ONCE(section->slide, address - section->start);
	}
}

/* The head of the kernel's list is no module: it lies in the kernel's image. */
static bool is_list_head(const struct list_head *entry)
{
	unsigned long address = (unsigned long)entry;

	return address < MODULES_VADDR || address >= MODULES_END;
}

uint64_t ptrt_section_slide(struct ptrt_context *c,
			    const struct ptrt_section *section)
{
	u64 slide = READ_ONCE(section->slide);

	if (!slide)
		ptrt_error(c,
			   "section '%s' of module '%s' cannot be found before "
			   "the module is initialized",
			   section->name, section->module);
	return slide;
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
	ask_sysfs(NULL);
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

	int denied = ptrt_denied_renew();

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
			error = denied ? denied : arm_late(probe, site);
			if (error)
				ptrt_site_failed(probe, site, NULL, error);
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

static void module_lives(struct module *module)
{
	ask_sysfs(module->name);
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
	else if (event == MODULE_STATE_LIVE)
		ptrt_session_module(data, module_lives);
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
