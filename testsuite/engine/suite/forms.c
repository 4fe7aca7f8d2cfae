// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Instruction forms: each is run from several states without a probe and then, from the same
 * states, under one.  Registers, flags and memory must come out the same, and the
 * handlers must see what the form had and left.
 */
#include "suite.h"

#include <linux/cpumask.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <asm/cpufeature.h>
#include <asm/fpu/api.h>
#include <asm/processor-flags.h>

#include "forms.h"

#define STATES 4
#define ALL_CONDITIONS                                                   \
	(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | \
	 X86_EFLAGS_SF | X86_EFLAGS_OF)

/* What a form left behind. */
struct outcome {
	struct ptt_form_state state;
	u8 memory[FORM_BUFFER];
};

struct probed {
	struct ptap_kprobe kp;
	const struct ptt_form *form;
	int variant;
	int pre_hits, post_hits;
	struct ptt_form_state pre, post;
	unsigned long pre_ip, post_ip;
};

static const unsigned long state_flags[STATES] = {
	X86_EFLAGS_FIXED,
	X86_EFLAGS_FIXED | ALL_CONDITIONS,
	X86_EFLAGS_FIXED | X86_EFLAGS_CF | X86_EFLAGS_DF,
	X86_EFLAGS_FIXED | X86_EFLAGS_SF | X86_EFLAGS_IF,
};

static void make_state(int n, struct ptt_form_state *ret)
{
	static const unsigned long counts[STATES] = { 3, 0, 1, 2 };
	static const unsigned long ax[STATES] = { 0x11223344, 0, -1UL,
						  0x80000001 };
	unsigned long *reg = ret->reg;
	int i;

	for (i = 0; i < FORM_REGISTERS; i++)
		reg[i] = 0x01010101UL * (i + n);
	reg[0] = ax[n];
	reg[1] = counts[n];
	reg[2] = 0x0badcafe + n;
	reg[3] = (unsigned long)ptt_buffer + 640;
	reg[FORM_SP] = 0;
	reg[5] = (unsigned long)ptt_buffer + 900;
	reg[6] = (unsigned long)ptt_buffer + 256;
	reg[7] = (unsigned long)ptt_buffer + 512;
#ifdef CONFIG_X86_64
	reg[8] = 16;
#endif
	ret->flags = state_flags[n];
}

/* Runs a variant of FORM from state N; interrupts are off but where the state or the
 * form switches them on. */
static void run_form(const struct ptt_form *form, int variant, int n,
		     struct outcome *ret)
{
	unsigned long flags;
	int i;

	make_state(n, &ptt_form_in);
	for (i = 0; i < FORM_BUFFER; i++)
		ptt_buffer[i] = i * 7 + n;
	ptt_form_entry = form->variant[variant].entry;
	if (form->flags & FORM_FPU)
		kernel_fpu_begin();
	local_irq_save(flags);
	ptt_form_call();
	local_irq_restore(flags);
	if (form->flags & FORM_FPU)
		kernel_fpu_end();
	ret->state = ptt_form_out;
	memcpy(ret->memory, ptt_buffer, FORM_BUFFER);
}

static bool runs_here(const struct ptt_form *form)
{
	if (form->flags & FORM_ENGINE && !SUITE_ENGINE)
		return false;
	return form->needs < 0 || test_cpu_cap(&boot_cpu_data, form->needs);
}

static void keep_registers(const struct pt_regs *regs,
			   struct ptt_form_state *ret)
{
	unsigned long *reg = ret->reg;

	reg[0] = regs->ax;
	reg[1] = regs->cx;
	reg[2] = regs->dx;
	reg[3] = regs->bx;
	reg[FORM_SP] = kernel_stack_pointer((struct pt_regs *)regs);
	reg[5] = regs->bp;
	reg[6] = regs->si;
	reg[7] = regs->di;
#ifdef CONFIG_X86_64
	reg[8] = regs->r8;
	reg[9] = regs->r9;
	reg[10] = regs->r10;
	reg[11] = regs->r11;
	reg[12] = regs->r12;
	reg[13] = regs->r13;
	reg[14] = regs->r14;
	reg[15] = regs->r15;
#endif
	ret->flags = regs->flags;
}

static int form_pre(struct ptap_kprobe *kp, struct pt_regs *regs)
{
	struct probed *p = container_of(kp, struct probed, kp);

	p->pre_hits++;
	p->pre_ip = regs->ip;
	keep_registers(regs, &p->pre);
	return 0;
}

static void form_post(struct ptap_kprobe *kp, struct pt_regs *regs,
		      unsigned long flags)
{
	struct probed *p = container_of(kp, struct probed, kp);

	p->post_hits++;
	p->post_ip = regs->ip;
	keep_registers(regs, &p->post);
}

/* A register that differs, sp left out; -1: flags; FORM_REGISTERS: none. */
static int first_difference(const struct ptt_form_state *a,
			    const struct ptt_form_state *b)
{
	int i;

	/* RF is what the CPU makes of it when it saves flags at a trap; the fixed bit
	 * always is 1, whatever a handler sees */
	if ((a->flags ^ b->flags) & ~(X86_EFLAGS_RF | X86_EFLAGS_FIXED))
		return -1;
	for (i = 0; i < FORM_REGISTERS; i++)
		if (i != FORM_SP && a->reg[i] != b->reg[i])
			return i;
	return FORM_REGISTERS;
}

static void complain(const struct probed *p, int n, const char *what,
		     unsigned long got, unsigned long want)
{
	pr_info(SUITE_NAME ": %s: %s, variant %d, state %d: %s: %lx, not %lx\n",
		p->form->class, p->form->name, p->variant, n, what, got, want);
	suite_fail("%s: %s, variant %d, state %d: %s: %lx, not %lx",
		   p->form->class, p->form->name, p->variant, n, what, got,
		   want);
}

static bool compare_states(const struct probed *p, int n, const char *what,
			   const struct ptt_form_state *got,
			   const struct ptt_form_state *want)
{
	static const char *const names[] = { "ax",  "cx",  "dx",  "bx",
					     "sp",  "bp",  "si",  "di",
					     "r8",  "r9",  "r10", "r11",
					     "r12", "r13", "r14", "r15" };
	int i = first_difference(got, want);
	char text[40];

	if (i == FORM_REGISTERS)
		return true;
	scnprintf(text, sizeof(text), "%s %s", what,
		  i < 0 ? "flags" : names[i]);
	complain(p, n, text, i < 0 ? got->flags : got->reg[i],
		 i < 0 ? want->flags : want->reg[i]);
	return false;
}

static bool check_memory(const struct probed *p, int n,
			 const struct outcome *got, const struct outcome *want)
{
	char text[20];
	int i;

	for (i = 0; i < FORM_BUFFER; i++)
		if (got->memory[i] != want->memory[i]) {
			scnprintf(text, sizeof(text), "byte %d", i);
			complain(p, n, text, got->memory[i], want->memory[i]);
			return false;
		}
	return true;
}

/* Where the post-handler must have been told that the form goes on; 0: anywhere. */
static unsigned long post_target(const struct probed *p,
				 const struct outcome *want)
{
	const struct ptt_form *form = p->form;
	unsigned long target = form->variant[p->variant].target;

	if (!(form->flags & FORM_FLOW))
		return form->variant[p->variant].next;
	if (!target)
		return 0;
	if ((u32)want->state.reg[0] == FORM_WENT ||
	    (u32)want->state.reg[2] == FORM_WENT + 1)
		return target;
	return form->variant[p->variant].next;
}

static bool check_handlers(const struct probed *p, int n,
			   const struct outcome *want)
{
	struct ptt_form_state in;
	unsigned long ip;

	if (p->pre_hits != 1 || p->post_hits != (p->kp.post_handler ? 1 : 0)) {
		complain(p, n, "hits", p->pre_hits, p->post_hits);
		return false;
	}
	/* "regs pointing to the struct containing the registers saved when the
	 * breakpoint was hit": behind it */
	if (p->pre_ip != (unsigned long)p->kp.addr + 1) {
		complain(p, n, "ip before", p->pre_ip,
			 (unsigned long)p->kp.addr + 1);
		return false;
	}
	make_state(n, &in);
	if (!(p->form->flags & FORM_SETUP) &&
	    !compare_states(p, n, "before", &p->pre, &in))
		return false;
	if (!p->kp.post_handler)
		return true;
	ip = post_target(p, want);
	if (ip && p->post_ip != ip) {
		complain(p, n, "ip after", p->post_ip, ip);
		return false;
	}
	return p->form->flags & (FORM_TAIL | FORM_FLOW) ||
	       compare_states(p, n, "after", &p->post, &want->state);
}

/* Of all forms and states, unprobed.  NULL: no memory. */
static struct outcome *run_unprobed(int variant)
{
	size_t count = ptt_forms_end - ptt_forms, i;
	struct outcome *all = vzalloc(array3_size(count, STATES, sizeof(*all)));
	int n;

	for (i = 0; all && i < count; i++)
		for (n = 0; n < STATES && runs_here(&ptt_forms[i]); n++)
			run_form(&ptt_forms[i], variant, n,
				 &all[i * STATES + n]);
	return all;
}

/* Runs one form under its probe.  Whether all was the same. */
static bool run_probed(struct probed *p, const struct outcome *want)
{
	static struct outcome got;
	int n;

	for (n = 0; n < STATES; n++) {
		p->pre_hits = p->post_hits = 0;
		run_form(p->form, p->variant, n, &got);
		if (!compare_states(p, n, "result", &got.state,
				    &want[n].state) ||
		    !check_memory(p, n, &got, &want[n]) ||
		    !check_handlers(p, n, &want[n]))
			return false;
	}
	return true;
}

/* Fills PROBES with the forms that this CPU has; how many. */
static int make_probes(struct probed *probes, struct ptap_kprobe **list,
		       int variant, bool post)
{
	const struct ptt_form *form;
	int n = 0;

	for (form = ptt_forms; form < ptt_forms_end; form++) {
		struct probed *p = &probes[n];

		if (!runs_here(form))
			continue;
		p->form = form;
		p->variant = variant;
		p->kp.addr = (void *)form->variant[variant].probe;
		p->kp.pre_handler = form_pre;
		if (post)
			p->kp.post_handler = form_post;
		list[n++] = &p->kp;
	}
	return n;
}

/* Registers all; how many of LIST are registered then.  The kernel refuses some; the engine
 * takes them all at once. */
static int register_forms(struct ptap_kprobe **list, int n)
{
	int i, kept = 0, error;

	if (SUITE_ENGINE) {
		error = ptap_register_kprobes(list, n);
		if (!error)
			return n;
	}
	for (i = 0; i < n; i++) {
		struct probed *p = container_of(list[i], struct probed, kp);

		error = ptap_register_kprobe(list[i]);
		if (!error) {
			list[kept++] = list[i];
			continue;
		}
		pr_info(SUITE_NAME ": %s, variant %d: %d (%s)\n", p->form->name,
			p->variant, error,
			ptap_kprobe_refusal(list[i]) ?: "no reason");
		if (SUITE_ENGINE)
			suite_fail("%s, variant %d: %d (%s)", p->form->name,
				   p->variant, error,
				   ptap_kprobe_refusal(list[i]));
	}
	return kept;
}

static void run_all(struct ptap_kprobe **list, int n,
		    const struct outcome *want, const char *what)
{
	unsigned long same = 0, jumps = 0;
	char name[40];
	int i;

	n = register_forms(list, n);
	suite_settle();
	for (i = 0; i < n; i++) {
		struct probed *p = container_of(list[i], struct probed, kp);
		u8 armed = suite_armed((unsigned long)p->kp.addr);

		if (!armed)
			complain(p, 0, "not armed", armed, 0xcc);
		jumps += armed == 0xe9;
		same += run_probed(p, &want[(p->form - ptt_forms) * STATES]);
	}
	ptap_unregister_kprobes(list, n);
	scnprintf(name, sizeof(name), "forms-%s", what);
	suite_figure(name, same);
	scnprintf(name, sizeof(name), "forms-%s-as-jump", what);
	suite_figure(name, jumps);
	if (n < 400)
		suite_fail("only %d forms", n);
}

static void test_variant(int variant, bool post, const char *what)
{
	size_t count = ptt_forms_end - ptt_forms;
	struct probed *probes = vzalloc(array_size(count, sizeof(*probes)));
	struct ptap_kprobe **list = vzalloc(array_size(count, sizeof(*list)));
	struct outcome *want;

	/* what is compared must be of one CPU */
	set_cpus_allowed_ptr(current, cpumask_of(0));
	want = run_unprobed(variant);
	if (probes && list && want)
		run_all(list, make_probes(probes, list, variant, post), want,
			what);
	else
		suite_fail("no memory");
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	vfree(want);
	vfree(list);
	vfree(probes);
}

static void test_breakpoint(void)
{
	test_variant(FORM_BREAK, false, "breakpoint");
}

static void test_post(void)
{
	test_variant(FORM_BREAK, true, "post");
}

static void test_jump(void)
{
	test_variant(FORM_JUMP, false, "jump");
}

static void test_before(void)
{
	test_variant(FORM_BEFORE, false, "behind");
}

static const struct suite_test tests[] = {
	{ "the same under a breakpoint", test_breakpoint },
	{ "the same with a post-handler", test_post },
	{ "the same where a jump fits", test_jump },
	{ "the same behind an instruction with a probe", test_before },
};

const struct suite_group suite_forms = { "forms", tests, ARRAY_SIZE(tests) };
