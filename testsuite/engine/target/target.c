// SPDX-License-Identifier: GPL-2.0-or-later
#include "target.h"

#include <linux/delay.h>
#include <linux/jump_label.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/static_call.h>

#include <asm/asm.h>

#include "forms.h"

/* What probes see must be what was passed: nothing is cloned or folded. */
#define PTT noinline __noclone __used

u8 ptt_buffer[FORM_BUFFER] __aligned(64);
struct ptt_form_state ptt_form_in, ptt_form_out;
unsigned long ptt_form_entry;

PTT long ptt_add(long a, long b)
{
	barrier();
	return a + b;
}

PTT long ptt_eight(int a, long b, int c, long d, int e, long f, int g, long h)
{
	barrier();
	return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
}

PTT long ptt_recurse(int depth)
{
	long deeper;

	if (depth <= 0)
		return 0;
	deeper = ptt_recurse(depth - 1);
	barrier(); /* or it becomes a loop */
	return deeper + 1;
}

PTT long ptt_inner(long a)
{
	barrier();
	return a;
}

PTT long ptt_middle(long a)
{
	return ptt_inner(a + 10) + 10;
}

PTT long ptt_outer(long a)
{
	return ptt_middle(a + 1) + 1;
}

PTT long ptt_sleep(long ms)
{
	return msleep_interruptible(ms);
}

PTT void ptt_die(void)
{
	kthread_complete_and_exit(NULL, 0);
}

extern const u8 ptt_fetch_insn[];

unsigned long ptt_fetch_site(void)
{
	return (unsigned long)ptt_fetch_insn;
}

static DEFINE_STATIC_KEY_FALSE(ptt_key);

unsigned long ptt_jump_label_site(void)
{
	/* there is one, as this is one */
	if (static_branch_unlikely(&ptt_key))
		return 1;
#ifdef CONFIG_JUMP_LABEL
	return jump_entry_code(&THIS_MODULE->jump_entries[0]);
#else
	return 0;
#endif
}

DEFINE_STATIC_CALL(ptt_call, ptt_inner);

unsigned long ptt_static_call_site(void)
{
#ifdef CONFIG_HAVE_STATIC_CALL_INLINE
	struct static_call_site *site = THIS_MODULE->static_call_sites;

	if (static_call(ptt_call)(1) != 1)
		return 0;
	return (unsigned long)&site->addr + site->addr;
#else
	return 0;
#endif
}

static noinstr __used long ptt_noinstr(long a)
{
	return a + 1;
}

unsigned long ptt_noinstr_site(void)
{
	return (unsigned long)ptt_noinstr;
}

static noinline __used notrace long ptt_blacklisted(long a)
{
	barrier();
	return a + 2;
}
NOKPROBE_SYMBOL(ptt_blacklisted);

unsigned long ptt_blacklisted_site(void)
{
	return IS_ENABLED(CONFIG_KPROBES) ? (unsigned long)ptt_blacklisted : 0;
}

EXPORT_SYMBOL_GPL(ptt_add);
EXPORT_SYMBOL_GPL(ptt_eight);
EXPORT_SYMBOL_GPL(ptt_recurse);
EXPORT_SYMBOL_GPL(ptt_outer);
EXPORT_SYMBOL_GPL(ptt_middle);
EXPORT_SYMBOL_GPL(ptt_inner);
EXPORT_SYMBOL_GPL(ptt_sleep);
EXPORT_SYMBOL_GPL(ptt_die);
EXPORT_SYMBOL_GPL(ptt_fetch_site);
EXPORT_SYMBOL_GPL(ptt_jump_label_site);
EXPORT_SYMBOL_GPL(ptt_static_call_site);
EXPORT_SYMBOL_GPL(ptt_noinstr_site);
EXPORT_SYMBOL_GPL(ptt_blacklisted_site);
EXPORT_SYMBOL_GPL(ptt_buffer);
EXPORT_SYMBOL_GPL(ptt_form_in);
EXPORT_SYMBOL_GPL(ptt_form_out);
EXPORT_SYMBOL_GPL(ptt_form_entry);

MODULE_DESCRIPTION("what the conformance suite of ptap's probe engine probes");
MODULE_LICENSE("GPL");
