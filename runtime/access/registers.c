// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registers: script.h's offsets against the kernel's, and where a hit was.
 */
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <asm/desc.h>
#include <asm/msr.h>
#include <asm/segment.h>

#include "registers.h"

#define CHECK(n, field) \
	static_assert(PTRT_REG_OFFSET(n) == offsetof(struct pt_regs, field))

#ifdef CONFIG_X86_64
CHECK(0, ax);
CHECK(1, dx);
CHECK(2, cx);
CHECK(3, bx);
CHECK(4, si);
CHECK(5, di);
CHECK(6, bp);
CHECK(7, sp);
CHECK(8, r8);
CHECK(9, r9);
CHECK(10, r10);
CHECK(11, r11);
CHECK(12, r12);
CHECK(13, r13);
CHECK(14, r14);
CHECK(15, r15);
CHECK(16, ip);
#else
CHECK(0, ax);
CHECK(1, cx);
CHECK(2, dx);
CHECK(3, bx);
CHECK(4, sp);
CHECK(5, bp);
CHECK(6, si);
CHECK(7, di);
CHECK(8, ip);
#endif

/* Only an interrupt can come from user space; an entry's pt_regs has no cs. */
static const struct pt_regs *interrupted(const struct ptrt_context *c)
{
	return c->probe && c->probe->kind == PTRT_KIND_TIMER ? c->regs : NULL;
}

bool ptrt_user_mode(struct ptrt_context *c)
{
	const struct pt_regs *regs = interrupted(c);

	if (ptrt_hit_user_code(c))
		return true;

	return regs && user_mode((struct pt_regs *)regs);
}

uint64_t ptrt_address(struct ptrt_context *c)
{
	const struct pt_regs *regs = interrupted(c);
	const struct ptrt_site *site = c->site;

	if (regs)
		return ptrt_user_mode(c) ? 0 : regs->ip;
	/* ftrace's own address is behind the mark of a target of indirect
	 * branches, if the function begins with one. */
	if (c->probe && c->probe->kind == PTRT_KIND_ENTRY)
		site = ptrt_site(c);
	if (site && !ptrt_hit_user_code(c))
		return ptrt_site_address(site);
	return container_of(c, struct ptrt_cpu, c)->ip;
}

uint64_t ptrt_user_reg(struct ptrt_context *c, unsigned int n)
{
	if (!current->mm) {
		ptrt_error(c, "a kernel thread has no user registers");
		return 0;
	}
	return *(const unsigned long *)((const char *)task_pt_regs(current) +
					PTRT_REG_OFFSET(n));
}

uint64_t ptrt_user_address(struct ptrt_context *c)
{
	if (ptrt_hit_user_code(c))
		return container_of(c, struct ptrt_cpu, c)->ip;
	if (ptrt_user_mode(c))
		return interrupted(c)->ip;
	return current->mm ? task_pt_regs(current)->ip : 0;
}

uint64_t ptrt_user_slide(struct ptrt_context *c)
{
	return container_of(c, struct ptrt_cpu, c)->ip - c->site->address;
}

/*
 * Behind the thread pointer's first word is the address of a table of pairs of words
 * (glibc: dtv_t in sysdeps/generic/dl-dtv.h), whose number is in the pair before it; the
 * first word of each is the block's address, or 0 (the thread has not heard of the
 * library) or all ones (it has not used it).  What was unloaded before may have left
 * an address there; the C library tells by numbers that are private to it.
 */
uint64_t ptrt_thread_block(struct ptrt_context *c, uint64_t module,
			   unsigned int word)
{
	u64 pair = 2 * word, none = word == 4 ? U32_MAX : U64_MAX;
	u64 table, count, block = 0;

	table = ptrt_load_user(c, ptrt_thread_pointer(word) + word, word);
	if (!c->error)
		count = ptrt_load_user(c, table - pair, word);
	if (!c->error && module && module <= count)
		block = ptrt_load_user(c, table + module * pair, word);
	if (!c->error && (!block || block == none))
		ptrt_error(c, "this thread has not used the library's "
			      "thread-local variables yet");
	return block;
}

/* From the register itself: where user code may set it, the task's copy is old.  While
 * the kernel runs, the user's gs base is the one that swapgs would bring; i386 leaves
 * gs alone, and its base is in the task's part of the descriptor table
 * (set_thread_area(2)), or 0. */
uint64_t ptrt_thread_pointer(unsigned int word)
{
#ifdef CONFIG_X86_64
	u64 base;

	rdmsrl(word == 4 ? MSR_KERNEL_GS_BASE : MSR_FS_BASE, base);
	return base;
#else
	unsigned int selector, entry;

	savesegment(gs, selector);
	entry = (selector >> 3) - GDT_ENTRY_TLS_MIN;
	if (selector & SEGMENT_TI_MASK || entry >= GDT_ENTRY_TLS_ENTRIES)
		return 0;
	return get_desc_base(&current->thread.tls_array[entry]);
#endif
}
