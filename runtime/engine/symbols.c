// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names and addresses without kallsyms_lookup_name(), which is not exported.
 *
 * Address to name: sprint_symbol(), which is, and which prints "name+offset/size".
 *
 * Name to address: /proc/kallsyms lists every symbol, also those at one address.  It
 * is opened from here and its own sequence operations are called, so nothing depends
 * on what the loading process may see.  One pass at the start hashes the names of
 * the kernel's symbols; an entry is its number in the list, from which the kernel
 * prints one line again at no cost, so the index has no copy of the names and no
 * chance of a mix-up.  Modules have their symbol tables in memory.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/kallsyms.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pgtable.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/stringhash.h>

#include "../compat/module.h"
#include "engine.h"

#define PTE_NAME_BITS 15
#define PTE_LINE_MAX 1024

struct pte_name {
	u32 hash;
	u32 next; /* number + 1 in the list of names, 0: none */
};

static struct file *pte_kallsyms;
static struct pte_name *pte_names;
static u32 pte_names_n, pte_names_room;
static u32 *pte_name_heads;

static struct {
	unsigned long start, end;   /* _stext, _etext */
	unsigned long init, inited; /* __init_begin, __init_end */
} pte_kernel_text;

/* ---- /proc/kallsyms ------------------------------------------------------ */

/* In a container something else may be mounted there, often /dev/null. */
static bool pte_is_kallsyms(const struct file *file)
{
	const struct dentry *dentry = file->f_path.dentry;

	return dentry->d_sb->s_magic == PROC_SUPER_MAGIC &&
	       IS_ROOT(dentry->d_parent) &&
	       !strcmp(dentry->d_name.name, "kallsyms");
}

static int pte_kallsyms_open(void)
{
	struct cred *cred = prepare_kernel_cred(&init_task);
	const struct cred *old;
	struct seq_file *m;

	if (!cred)
		return -ENOMEM;
	old = override_creds(cred);
	pte_kallsyms = filp_open("/proc/kallsyms", O_RDONLY, 0);
	revert_creds(old);
	put_cred(cred);
	if (IS_ERR(pte_kallsyms)) {
		pr_err("%s: probes need /proc/kallsyms, which cannot be opened "
		       "(error %ld)\n",
		       KBUILD_MODNAME, -PTR_ERR(pte_kallsyms));
		pte_kallsyms = NULL;
		return -EOPNOTSUPP;
	}
	if (!pte_is_kallsyms(pte_kallsyms)) {
		pr_err("%s: probes need /proc/kallsyms, and another file is "
		       "there\n",
		       KBUILD_MODNAME);
		return -EOPNOTSUPP;
	}
	/* Freed when the file is closed. */
	m = pte_kallsyms->private_data;
	m->buf = kvmalloc(PTE_LINE_MAX, GFP_KERNEL);
	if (!m->buf)
		return -ENOMEM;
	m->size = PTE_LINE_MAX;
	return 0;
}

struct pte_line {
	unsigned long address;
	char *name;	/* in the file's buffer, until the next line */
	bool of_module; /* or of anything else that is not the kernel's image */
};

/* "ffffffff81000000 T _stext\n", "ffffffffc0000000 t name\t[module]\n" */
static bool pte_parse_line(struct seq_file *m, struct pte_line *ret)
{
	char *end;

	static char nameless[1];

	if (seq_has_overflowed(m))
		return false;
	if (!m->count) {
		*ret = (struct pte_line){ .name = nameless };
		return true;
	}
	m->buf[m->count] = '\0';
	ret->address = simple_strtoul(m->buf, &end, 16);
	if (end[0] != ' ' || !end[1] || end[2] != ' ')
		return false;
	ret->name = end + 3;
	end = ret->name + strcspn(ret->name, "\t\n");
	ret->of_module = *end == '\t';
	*end = '\0';
	return true;
}

static bool pte_show_line(struct seq_file *m, void *at, struct pte_line *ret)
{
	m->count = 0;
	return !m->op->show(m, at) && pte_parse_line(m, ret);
}

/* The symbol of NUMBER in the list. */
static bool pte_read_line(u32 number, struct pte_line *ret)
{
	struct seq_file *m = pte_kallsyms->private_data;
	loff_t position = number;
	void *at = m->op->start(m, &position);
	bool ok = !IS_ERR_OR_NULL(at) && pte_show_line(m, at, ret);

	m->op->stop(m, at);
	return ok;
}

static int pte_add_name(const char *name)
{
	if (pte_names_n == pte_names_room) {
		u32 room = pte_names_room ? 2 * pte_names_room : 1 << 16;
		struct pte_name *names =
			kvmalloc_array(room, sizeof(*names), GFP_KERNEL);

		if (!names)
			return -ENOMEM;
		if (pte_names)
			memcpy(names, pte_names, pte_names_n * sizeof(*names));
		kvfree(pte_names);
		pte_names = names;
		pte_names_room = room;
	}
	pte_names[pte_names_n++].hash =
		full_name_hash(NULL, name, strlen(name));
	return 0;
}

static u32 *pte_name_head(u32 hash)
{
	return &pte_name_heads[hash & ((1u << PTE_NAME_BITS) - 1)];
}

static int pte_read_names(void)
{
	struct seq_file *m = pte_kallsyms->private_data;
	bool any_address = false;
	loff_t position = 0;
	struct pte_line line;
	int error = 0;
	void *at;
	u32 i;

	for (at = m->op->start(m, &position); !IS_ERR_OR_NULL(at) && !error;
	     at = m->op->next(m, at, &position)) {
		if (!pte_show_line(m, at, &line)) {
			error = -EOPNOTSUPP;
			break;
		}
		if (line.of_module)
			break;
		any_address |= line.address;
		error = pte_add_name(line.name);
		cond_resched();
	}
	m->op->stop(m, at);
	if (!error && !any_address) {
		pr_err("%s: probes need the addresses in /proc/kallsyms; "
		       "kernel.kptr_restrict hides them\n",
		       KBUILD_MODNAME);
		error = -EOPNOTSUPP;
	}
	/* From the end: of equal names the first in the list is found. */
	for (i = pte_names_n; !error && i; i--) {
		u32 *head = pte_name_head(pte_names[i - 1].hash);

		pte_names[i - 1].next = *head;
		*head = i;
	}
	return error;
}

static unsigned long pte_kernel_symbol(const char *name)
{
	u32 hash = full_name_hash(NULL, name, strlen(name));
	struct pte_line line;
	u32 i;

	for (i = *pte_name_head(hash); i; i = pte_names[i - 1].next) {
		if (pte_names[i - 1].hash == hash &&
		    pte_read_line(i - 1, &line) && !strcmp(line.name, name))
			return line.address;
	}
	return 0;
}

/* The second is in every kernel's list. */
static unsigned long pte_either_symbol(const char *first, const char *second)
{
	unsigned long address = pte_kernel_symbol(first);

	return address ? address : pte_kernel_symbol(second);
}

int pte_symbols_init(void)
{
	int error;

	pte_name_heads = kvcalloc(1 << PTE_NAME_BITS, sizeof(*pte_name_heads),
				  GFP_KERNEL);
	if (!pte_name_heads)
		return -ENOMEM;
	error = pte_kallsyms_open();
	if (!error)
		error = pte_read_names();
	if (error) {
		pte_symbols_exit();
		return error;
	}
	pte_kernel_text.start = pte_kernel_symbol("_stext");
	pte_kernel_text.end = pte_kernel_symbol("_etext");
	pte_kernel_text.init = pte_either_symbol("__init_begin", "_sinittext");
	pte_kernel_text.inited = pte_either_symbol("__init_end", "_einittext");
	if (!pte_kernel_text.start || !pte_kernel_text.end) {
		pr_err("%s: probes need the kernel's symbols _stext and "
		       "_etext\n",
		       KBUILD_MODNAME);
		pte_symbols_exit();
		return -EOPNOTSUPP;
	}
	return 0;
}

void pte_symbols_exit(void)
{
	if (pte_kallsyms)
		filp_close(pte_kallsyms, NULL);
	pte_kallsyms = NULL;
	kvfree(pte_names);
	pte_names = NULL;
	pte_names_n = pte_names_room = 0;
	kvfree(pte_name_heads);
	pte_name_heads = NULL;
}

/* ---- modules ------------------------------------------------------------- */

/* The head of the kernel's list of modules is no module: it lies in its image. */
static bool pte_is_module(const struct list_head *entry)
{
	unsigned long address = (unsigned long)entry;

	return address >= MODULES_VADDR && address < MODULES_END;
}

/* The next module after MODULE on a walk that starts and ends with this one.
 * Preemption off: it is what the kernel's list is protected by (RCU). */
static struct module *pte_next_module(struct module *module)
{
	struct list_head *next = rcu_dereference_sched(module->list.next);

	if (!pte_is_module(next))
		next = rcu_dereference_sched(next->next);
	module = list_entry(next, struct module, list);
	return module == THIS_MODULE ? NULL : module;
}

static unsigned long pte_module_symbol(struct module *module, const char *name)
{
	const struct mod_kallsyms *kallsyms =
		rcu_dereference_sched(module->kallsyms);
	unsigned int i;

	for (i = 0; kallsyms && i < kallsyms->num_symtab; i++) {
		const Elf_Sym *symbol = &kallsyms->symtab[i];

		if (symbol->st_shndx != SHN_UNDEF &&
		    !strcmp(kallsyms->strtab + symbol->st_name, name))
			return kallsyms_symbol_value(symbol);
	}
	return 0;
}

/* OF: the module's name, N bytes; NULL: any. */
static unsigned long pte_symbol_in_modules(const char *of, size_t n,
					   const char *name)
{
	unsigned long address = 0;
	struct module *module;

	preempt_disable();
	for (module = THIS_MODULE; module && !address;
	     module = pte_next_module(module)) {
		if (module->state == MODULE_STATE_UNFORMED ||
		    module->state == MODULE_STATE_GOING)
			continue;
		if (of &&
		    (strlen(module->name) != n || strncmp(module->name, of, n)))
			continue;
		address = pte_module_symbol(module, name);
	}
	preempt_enable();
	return address;
}

unsigned long pte_symbol_address(const char *name)
{
	const char *colon = strchr(name, ':');
	unsigned long address;

	if (colon)
		return pte_symbol_in_modules(name, colon - name, colon + 1);
	address = pte_kernel_symbol(name);
	return address ? address : pte_symbol_in_modules(NULL, 0, name);
}

/* ---- addresses ----------------------------------------------------------- */

static enum pte_text_kind pte_module_text_kind(unsigned long address,
					       struct module **ret)
{
	enum pte_text_kind kind = PTE_TEXT_NONE;
	struct module *module;

	preempt_disable();
	for (module = THIS_MODULE; module; module = pte_next_module(module)) {
		if (module->state == MODULE_STATE_UNFORMED)
			continue;
		if (ptrt_module_has_text(module, address))
			kind = PTE_TEXT_MODULE;
		else if (ptrt_module_has_init_text(module, address))
			kind = PTE_TEXT_INIT;
		else
			continue;
		if (module->state == MODULE_STATE_GOING)
			kind = PTE_TEXT_GOING;
		*ret = module;
		break;
	}
	preempt_enable();
	return kind;
}

enum pte_text_kind pte_kernel_text_kind(unsigned long address)
{
	if (address >= pte_kernel_text.start && address < pte_kernel_text.end)
		return PTE_TEXT_KERNEL;
	if (address >= pte_kernel_text.init && address < pte_kernel_text.inited)
		return PTE_TEXT_INIT;
	return PTE_TEXT_NONE;
}

enum pte_text_kind pte_text_kind(unsigned long address, struct module **module)
{
	enum pte_text_kind kind = pte_kernel_text_kind(address);

	*module = NULL;
	return kind == PTE_TEXT_NONE ? pte_module_text_kind(address, module)
				     : kind;
}

/* Exit text, which no symbol tells of, is a little behind init text. */
bool pte_may_be_text(unsigned long address)
{
	return pte_kernel_text_kind(address) != PTE_TEXT_NONE ||
	       address - pte_kernel_text.inited < SZ_1M;
}

void pte_kernel_data(unsigned long *start, unsigned long *end)
{
	*start = pte_kernel_text.end;
	*end = pte_kernel_text.init;
}

bool pte_symbol_of(unsigned long address, struct pte_symbol *ret)
{
	char text[KSYM_SYMBOL_LEN];
	unsigned long offset;
	char *plus, *slash;

	switch (pte_text_kind(address, &ret->module)) {
	case PTE_TEXT_KERNEL:
	case PTE_TEXT_MODULE: break;
	default: return false;
	}
	sprint_symbol(text, address);
	plus = strrchr(text, '+');
	if (!plus || plus - text >= sizeof(ret->name))
		return false;
	offset = simple_strtoul(plus + 1, &slash, 16);
	if (*slash != '/')
		return false;
	ret->size = simple_strtoul(slash + 1, NULL, 16);
	ret->start = address - offset;
	memcpy(ret->name, text, plus - text);
	ret->name[plus - text] = '\0';
	return true;
}
