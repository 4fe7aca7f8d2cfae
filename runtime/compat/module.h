/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a module's text lies.  6.4 replaced core_layout and init_layout by an array
 * of kinds of memory (ac3b43283923, "module: replace module_layout with
 * module_memory"). */
#ifndef PTRT_COMPAT_MODULE_H
#define PTRT_COMPAT_MODULE_H

#include <linux/module.h>
#include <linux/version.h>

static inline bool ptrt_within(unsigned long address, const void *base,
			       unsigned int size)
{
	return address - (unsigned long)base < size;
}

static inline bool ptrt_module_has_text(const struct module *module,
					unsigned long address)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	return ptrt_within(address, module->mem[MOD_TEXT].base,
			   module->mem[MOD_TEXT].size);
#else
	return ptrt_within(address, module->core_layout.base,
			   module->core_layout.text_size);
#endif
}

/* Text that is freed once the module's init function has returned. */
static inline bool ptrt_module_has_init_text(const struct module *module,
					     unsigned long address)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	return ptrt_within(address, module->mem[MOD_INIT_TEXT].base,
			   module->mem[MOD_INIT_TEXT].size);
#else
	return ptrt_within(address, module->init_layout.base,
			   module->init_layout.text_size);
#endif
}

/* Where ftrace patches MODULE's functions: how many places there are, 0 for the
 * kernel's image (NULL). */
#ifdef CONFIG_DYNAMIC_FTRACE
static inline size_t ptrt_module_ftrace_places(const struct module *module,
					       const unsigned long **ret)
{
	*ret = module ? module->ftrace_callsites : NULL;
	return module ? module->num_ftrace_callsites : 0;
}
#endif

#endif
