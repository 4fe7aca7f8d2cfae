// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What must not be probed, and why: asked before anything is written.
 *
 * Three sources: the caller's list (ptap_kprobes_deny()), what a running kernel shows
 * of itself (sections, tables, live bytes), and names: functions that run between a
 * breakpoint and the moment when the engine knows that one is being handled.  A
 * breakpoint there would never come to an end.  Kernels with CONFIG_KPROBES mark
 * most of them, but free their list of marks after boot; others mark none.
 */
#include <linux/bsearch.h>
#include <linux/module.h>
#include <linux/string.h>
#include <asm/nops.h>

#include "../compat/module.h"
#include "engine.h"

static const struct ptap_denied *pte_denied;
static size_t pte_denied_n;

/* ---- texts --------------------------------------------------------------- */

const char *ptap_refusal_text(enum ptap_refusal refusal)
{
	static const char *const texts[] = {
#define X(name, error, text) [PTAP_REFUSED_##name] = text,
		PTAP_REFUSALS(X)
#undef X
	};

	return refusal < ARRAY_SIZE(texts) ? texts[refusal] : NULL;
}

int pte_refusal_errno(enum ptap_refusal refusal)
{
	static const int errors[] = {
#define X(name, error, text) [PTAP_REFUSED_##name] = error,
		PTAP_REFUSALS(X)
#undef X
	};

	return -errors[refusal];
}

/* ---- lists --------------------------------------------------------------- */

int ptap_kprobes_deny(const struct ptap_denied *denied, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (denied[i].end < denied[i].start ||
		    (i && denied[i].start < denied[i - 1].end))
			return -EINVAL;
	}
	mutex_lock(&pte_lock);
	pte_denied = denied;
	pte_denied_n = n;
	mutex_unlock(&pte_lock);
	return 0;
}

static enum ptap_refusal pte_is_denied(unsigned long address, size_t n)
{
	size_t low = 0, high = pte_denied_n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (pte_denied[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < pte_denied_n && pte_denied[low].start < address + n)
		return pte_denied[low].refusal;
	return PTAP_REFUSED_NONE;
}

/* Sections of the kernel's image, by the symbols at their ends. */
static const struct pte_section {
	const char *start, *end;
	enum ptap_refusal refusal;
} pte_section_names[] = {
	{ "__noinstr_text_start", "__noinstr_text_end",
	  PTAP_REFUSED_BLACKLIST },
	{ "__kprobes_text_start", "__kprobes_text_end",
	  PTAP_REFUSED_BLACKLIST },
	{ "__entry_text_start", "__entry_text_end", PTAP_REFUSED_BLACKLIST },
	/* Runs where the kernel takes no notice of this CPU (RCU). */
	{ "__cpuidle_text_start", "__cpuidle_text_end",
	  PTAP_REFUSED_BLACKLIST },
	/* Every indirect call and return goes through these. */
	{ "__indirect_thunk_start", "__indirect_thunk_end",
	  PTAP_REFUSED_BLACKLIST },
	{ "__static_call_text_start", "__static_call_text_end",
	  PTAP_REFUSED_STATIC_CALL },
};

static struct {
	unsigned long start, end;
} pte_sections[ARRAY_SIZE(pte_section_names)];

void pte_refuse_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pte_sections); i++) {
		pte_sections[i].start =
			pte_symbol_address(pte_section_names[i].start);
		pte_sections[i].end =
			pte_symbol_address(pte_section_names[i].end);
	}
	pte_denied = NULL;
	pte_denied_n = 0;
}

static enum ptap_refusal pte_in_section(unsigned long address)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pte_sections); i++) {
		if (address >= pte_sections[i].start &&
		    address < pte_sections[i].end)
			return pte_section_names[i].refusal;
	}
	return PTAP_REFUSED_NONE;
}

/* Functions of the kernel's image; a name that ends in * stands for all that begin
 * so. */
static const char *const pte_untouchable[] = {
	/* From the breakpoint's entry to the engine, and back. */
	"do_int3",
	"do_int3_user",
	"notify_die",
	"atomic_notifier_call_chain",
	"__atomic_notifier_call_chain",
	"notifier_call_chain",
	"__rcu_read_lock",
	"__rcu_read_unlock",
	"rcu_read_unlock_*",
	"rcu_is_watching",
	"debug_lockdep_rcu_enabled",
	"lock_acquire",
	"lock_release",
	/* Notifiers that are asked before the engine, or as early. */
	"hw_breakpoint_exceptions_notify",
	"kmmio_die_notifier",
	"kgdb_ll_trap",
	"kprobe_int3_handler",
	"get_kprobe",
#if defined(CONFIG_HWLAT_TRACER) || defined(CONFIG_OSNOISE_TRACER)
	/* What ftrace_nmi_enter() and ftrace_nmi_exit() call while one of these
	 * tracers is on. */
	"trace_hwlat_callback",
	"trace_osnoise_callback",
	"trace_clock_local",
	"sched_clock",
	"native_sched_clock",
	"kvm_sched_clock_read",
	"pvclock_clocksource_read*",
#endif
	"rcu_nmi_*",
	"ct_nmi_*",
	"__rcu_irq_enter_check_tick",
	"__ct_irq_enter_check_tick",
	"trace_hardirqs_*",
	"lockdep_hardirqs_*",
	"mcount",
	"__fentry__",
	/* Other exceptions, from their entry to what repairs them. */
	"do_trap*",
	"do_error_trap",
	"do_user_addr_fault",
	"do_kern_addr_fault",
	"spurious_kernel_fault",
	"kernelmode_fixup_or_oops",
	"bad_area_nosemaphore",
	"__bad_area_nosemaphore",
	"fixup_exception",
	"search_exception_tables",
	"search_kernel_exception_table",
	"search_module_extables",
	"search_extable",
	"cmp_ex_search",
	"bsearch",
	"__die*",
	"oops_begin",
	"oops_end",
	"nmi_handle",
	"nmi_cpu_backtrace*",
	"unknown_nmi_error",
	"io_check_error",
	"pci_serr_error",
	"perf_event_nmi_handler",
	"perf_ibs_nmi_handler",
	/* The kernel's own probes and tracers. */
	"kprobe_*",
	"kprobes_inc_nmissed_count",
	"kretprobe_*",
	"__kretprobe_*",
	"aggr_*_handler",
	"opt_pre_handler",
	"pre_handler_kretprobe",
	"optimized_callback",
	"optprobe_template_*",
	"setup_detour_execution",
	"setup_singlestep",
	"resume_singlestep",
	"reenter_kprobe",
	"synthesize_rel*",
	"dump_kprobe",
	"rethook_*",
	"__rethook_*",
	"arch_rethook_*",
	"ftrace_ops_*",
	"arch_ftrace_ops_*",
	"process_fetch_insn",
	"perf_trace_buf_*",
	/* Copied as they are, breakpoints included, or run on a CPU that has no
	 * way to handle a breakpoint yet. */
	"ftrace_caller*",
	"ftrace_regs_caller*",
	"ftrace_epilogue*",
	"ftrace_graph_caller",
	"ftrace_stub*",
	"return_to_handler",
	"relocate_kernel*",
	"identity_mapped",
	"virtual_mapped",
	"swap_pages",
	"core_restore_code",
	"restore_image",
	"restore_registers",
	"wakeup_long64",
	"do_suspend_lowlevel",
	"startup_32*",
	"startup_64*",
	"secondary_startup_*",
	"start_cpu0",
	"early_idt_handler_*",
	"native_load_idt",
	"load_current_idt",
	"cpu_init*",
	"load_ucode_ap",
	/* Between tasks, and between the kernel and user space. */
	"preempt_schedule",
	"preempt_schedule_thunk",
	"preempt_schedule_notrace*",
	"__thunk_restore",
	"user_enter_callable",
	"user_exit_callable",
	"ct_user_enter",
	"ct_user_exit",
	"context_tracking_*",
	"entry_untrain_ret",
	"retbleed_*",
	"__x86_*",
	"srso_*",
	"zen_untrain_ret",
	"asm_exc_*",
	"asm_sysvec_*",
	"xen_asm_*",
};

static bool pte_name_matches(const char *pattern, const char *name)
{
	size_t n = strlen(pattern);

	if (n && pattern[n - 1] == '*')
		return !strncmp(pattern, name, n - 1);
	return !strcmp(pattern, name);
}

/* Another module's copy of the engine counts, too: its handler comes before or
 * after ours at every breakpoint.  (Modules without one have such names, too:
 * kvm's pte_list_add().) */
static bool pte_is_engine(const struct pte_symbol *symbol)
{
	char slots[MODULE_NAME_LEN + sizeof(":pte_slot_pool")];

	if (!symbol->module)
		return false;
	if (symbol->module == THIS_MODULE)
		return !strncmp(symbol->name, "pte_", 4) ||
		       !strncmp(symbol->name, "ptap_", 5);
	if (strncmp(symbol->name, "pte_", 4))
		return false;
	snprintf(slots, sizeof(slots), "%s:pte_slot_pool",
		 symbol->module->name);
	return pte_symbol_address(slots);
}

static bool pte_within(unsigned long address, const void *start, size_t size)
{
	return address - (unsigned long)start < size;
}

static bool pte_is_marked(unsigned long address,
			  const struct pte_symbol *symbol)
{
	const struct module *module = symbol->module;
	size_t i;

	if (!module) {
		for (i = 0; i < ARRAY_SIZE(pte_untouchable); i++) {
			if (pte_name_matches(pte_untouchable[i], symbol->name))
				return true;
		}
		return false;
	}
	if (pte_within(address, module->noinstr_text_start,
		       module->noinstr_text_size))
		return true;
#ifdef CONFIG_KPROBES
	if (pte_within(address, module->kprobes_text_start,
		       module->kprobes_text_size))
		return true;
	for (i = 0; i < module->num_kprobe_blacklist; i++) {
		if (module->kprobe_blacklist[i] == symbol->start)
			return true;
	}
#endif
	return false;
}

/* ---- a function's first bytes -------------------------------------------- */

#ifdef CONFIG_DYNAMIC_FTRACE
/* Not inlined: its symbol would add to the frame of pte_refuse(). */
static noinline bool pte_is_ftrace_call(const struct pte_walk *walk)
{
	unsigned long target = pte_target(walk->at, &walk->insn);
	struct pte_symbol symbol;

	if (walk->insn.class != PTE_CLASS_CALL || walk->insn.length != 5)
		return false;
	/* Trampolines are in memory of their own, direct users in modules. */
	if (!pte_symbol_of(target, &symbol))
		return true;
	if (symbol.module)
		return symbol.module != walk->module;
	return !strncmp(symbol.name, "ftrace_", 7) ||
	       !strcmp(symbol.name, "__fentry__");
}

/* By its looks: a no-operation of five bytes, or a call of a tracer. */
static bool pte_looks_like_ftrace(const struct pte_walk *walk)
{
	static const u8 wide_nop[] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };
	static const u8 narrow_nop[] = { 0x3e, 0x8d, 0x74, 0x26, 0x00 };
	const u8 *bytes = pte_walk_bytes(walk);

	if (walk->insn.length != 5)
		return false;
	return !memcmp(bytes, wide_nop, 5) || !memcmp(bytes, narrow_nop, 5) ||
	       pte_is_ftrace_call(walk);
}

/* A module has the list of its places; the kernel's own is not to be seen. */
static bool pte_is_ftrace(const struct pte_walk *walk)
{
	const unsigned long *places;
	size_t i, n = ptrt_module_ftrace_places(walk->module, &places);

	if (!walk->module)
		return pte_looks_like_ftrace(walk);
	for (i = 0; i < n; i++) {
		if (places[i] == walk->at)
			return true;
	}
	return false;
}
#else
static bool pte_is_ftrace(const struct pte_walk *walk)
{
	return false;
}
#endif

/* endbr, or what the kernel puts over one that nobody needs (asm/ibt.h). */
static bool pte_is_endbr(const struct pte_walk *walk)
{
	static const u8 sealed[] = { 0x66, 0x0f, 0x1f, 0x00 };

	if (walk->insn.flags & PTE_ENDBR)
		return true;
	return IS_ENABLED(CONFIG_X86_KERNEL_IBT) && walk->insn.length == 4 &&
	       !memcmp(pte_walk_bytes(walk), sealed, sizeof(sealed));
}

/* What the bytes at a function's start are for. */
struct pte_head {
	unsigned long endbr;  /* the address of endbr, 0: there is none */
	unsigned long ftrace; /* of ftrace's 5 bytes */
	unsigned long body;   /* the first that is the function's own */
};

static enum pte_walk_step pte_read_head(const struct pte_symbol *symbol,
					struct pte_head *ret)
{
	enum pte_walk_step step;
	struct pte_walk walk;

	*ret = (struct pte_head){ .body = symbol->start };
	pte_walk_start(&walk, symbol->start, symbol->start + symbol->size,
		       symbol->module);
	step = pte_walk_next(&walk);
	if (step == PTE_WALK_INSN && pte_is_endbr(&walk)) {
		ret->endbr = walk.at;
		ret->body = walk.next;
		step = pte_walk_next(&walk);
	}
	if (step == PTE_WALK_INSN && pte_is_ftrace(&walk)) {
		ret->ftrace = walk.at;
		ret->body = walk.next;
	}
	return step;
}

/* ---- the whole question -------------------------------------------------- */

static enum ptap_refusal pte_refuse_walk(enum pte_walk_step step)
{
	switch (step) {
	case PTE_WALK_FOREIGN: return PTAP_REFUSED_FOREIGN;
	case PTE_WALK_INSN: return PTAP_REFUSED_NONE;
	default: return PTAP_REFUSED_BOUNDARY;
	}
}

/* An instruction of the function begins at ADDRESS. */
static enum ptap_refusal pte_refuse_boundary(unsigned long address,
					     const struct pte_symbol *symbol)
{
	enum pte_walk_step step;
	struct pte_walk walk;

	pte_walk_start(&walk, symbol->start, symbol->start + symbol->size,
		       symbol->module);
	do
		step = pte_walk_next(&walk);
	while (step == PTE_WALK_INSN && walk.at < address);
	if (step == PTE_WALK_INSN && walk.at != address)
		return PTAP_REFUSED_BOUNDARY;
	return pte_refuse_walk(step);
}

/*
 * An entry probe is hit once a call.  That is not so behind ftrace's bytes if the
 * function jumps back to there.
 */
static enum ptap_refusal pte_refuse_loop(unsigned long body,
					 const struct pte_symbol *symbol)
{
	enum pte_walk_step step;
	struct pte_walk walk;

	pte_walk_start(&walk, symbol->start, symbol->start + symbol->size,
		       symbol->module);
	while ((step = pte_walk_next(&walk)) == PTE_WALK_INSN) {
		if (pte_has_target(&walk.insn) &&
		    pte_target(walk.at, &walk.insn) == body)
			return PTAP_REFUSED_FTRACE;
	}
	return step == PTE_WALK_END ? PTAP_REFUSED_NONE : pte_refuse_walk(step);
}

static enum ptap_refusal pte_refuse_text(unsigned long address,
					 struct module **module)
{
	switch (pte_text_kind(address, module)) {
	case PTE_TEXT_KERNEL:
	case PTE_TEXT_MODULE: return PTAP_REFUSED_NONE;
	case PTE_TEXT_INIT: return PTAP_REFUSED_INIT_TEXT;
	case PTE_TEXT_GOING: return PTAP_REFUSED_GONE;
	default: return PTAP_REFUSED_NOT_TEXT;
	}
}

/* Whatever the instruction there is. */
static enum ptap_refusal pte_refuse_place(unsigned long address,
					  const struct pte_symbol *symbol)
{
	enum ptap_refusal refusal;

	if (pte_is_engine(symbol))
		return PTAP_REFUSED_ENGINE;
	refusal = pte_in_section(address);
	if (refusal == PTAP_REFUSED_NONE && pte_is_marked(address, symbol))
		refusal = PTAP_REFUSED_BLACKLIST;
	return refusal;
}

static enum ptap_refusal pte_refuse_head(unsigned long *address, bool entry,
					 const struct pte_symbol *symbol)
{
	struct pte_head head;
	enum pte_walk_step step = pte_read_head(symbol, &head);

	if (entry) {
		if (*address != symbol->start)
			return PTAP_REFUSED_ARGUMENT;
		if (step != PTE_WALK_INSN)
			return pte_refuse_walk(step);
		*address = head.body;
		return head.ftrace ? pte_refuse_loop(head.body, symbol)
				   : PTAP_REFUSED_NONE;
	}
	if (head.endbr && *address == head.endbr)
		return PTAP_REFUSED_ENDBR;
	if (head.ftrace && *address == head.ftrace)
		return PTAP_REFUSED_FTRACE;
	return PTAP_REFUSED_NONE;
}

enum ptap_refusal pte_refuse(unsigned long *address, bool entry,
			     struct module **module)
{
	enum ptap_refusal refusal = pte_refuse_text(*address, module);
	struct pte_symbol symbol;

	if (refusal != PTAP_REFUSED_NONE)
		return refusal;
	if (!pte_symbol_of(*address, &symbol))
		return PTAP_REFUSED_NOT_TEXT;
	refusal = pte_refuse_place(*address, &symbol);
	if (refusal == PTAP_REFUSED_NONE)
		refusal = pte_refuse_head(address, entry, &symbol);
	if (refusal == PTAP_REFUSED_NONE)
		refusal = pte_is_denied(*address, 1);
	if (refusal == PTAP_REFUSED_NONE)
		refusal = pte_reserved(*address, 1, symbol.module);
	if (refusal == PTAP_REFUSED_NONE)
		refusal = pte_refuse_boundary(*address, &symbol);
	return refusal;
}

enum ptap_refusal pte_refuse_range(unsigned long address, size_t n)
{
	enum ptap_refusal refusal;
	struct module *module;

	refusal = pte_refuse_text(address, &module);
	if (refusal == PTAP_REFUSED_NONE)
		refusal = pte_is_denied(address, n);
	if (refusal == PTAP_REFUSED_NONE)
		refusal = pte_reserved(address, n, module);
	return refusal;
}
