/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries of exception tables.  Their fields are relative to themselves; the third
 * says what else happens on a fault: 5.16 made a number of it (46d28947d987,
 * "x86/extable: Rework the exception table mechanics"), before it was a function.
 */
#ifndef PTRT_COMPAT_EXTABLE_H
#define PTRT_COMPAT_EXTABLE_H

#include <linux/uaccess.h> /* asm/extable.h */
#include <linux/types.h>

/* An entry, wherever it is. */
struct ptrt_extable {
	unsigned long insn;
	unsigned long fixup;
	unsigned long what; /* PTRT_EXTABLE_FAULT and its like */
};

#ifdef EX_TYPE_FAULT

/* The trap's number is in ax then. */
#define PTRT_EXTABLE_FAULT EX_TYPE_FAULT

static inline unsigned long
ptrt_extable_what(const struct exception_table_entry *entry)
{
	return entry->data;
}

static inline void ptrt_extable_set_what(struct exception_table_entry *entry,
					 unsigned long what)
{
	entry->data = what;
}

/* Types are small numbers, with at most 16 bits of flags between them and a value. */
static inline bool
ptrt_extable_is_plausible(const struct exception_table_entry *entry)
{
	return (entry->data & EX_DATA_TYPE_MASK) <= 0x40;
}

#else

extern bool ex_handler_fault(const struct exception_table_entry *,
			     struct pt_regs *, int, unsigned long,
			     unsigned long);

#define PTRT_EXTABLE_FAULT ((unsigned long)ex_handler_fault)

static inline unsigned long
ptrt_extable_what(const struct exception_table_entry *entry)
{
	return (unsigned long)&entry->handler + entry->handler;
}

static inline void ptrt_extable_set_what(struct exception_table_entry *entry,
					 unsigned long what)
{
	entry->handler = what - (unsigned long)&entry->handler;
}

static inline bool
ptrt_extable_is_plausible(const struct exception_table_entry *entry)
{
	return true;
}

#endif

static inline unsigned long
ptrt_extable_insn(const struct exception_table_entry *entry)
{
	return (unsigned long)&entry->insn + entry->insn;
}

static inline struct ptrt_extable
ptrt_extable_get(const struct exception_table_entry *entry)
{
	return (struct ptrt_extable){
		.insn = ptrt_extable_insn(entry),
		.fixup = (unsigned long)&entry->fixup + entry->fixup,
		.what = ptrt_extable_what(entry),
	};
}

static inline void ptrt_extable_set(struct exception_table_entry *entry,
				    struct ptrt_extable value)
{
	entry->insn = value.insn - (unsigned long)&entry->insn;
	entry->fixup = value.fixup - (unsigned long)&entry->fixup;
	ptrt_extable_set_what(entry, value.what);
}

#endif
