// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * call.S and what forms.awk makes, as a module of a single object: where objtool looks at
 * whole modules (CONFIG_X86_KERNEL_IBT), it is only such a one that can be kept from it, and
 * it ends at the first jump into an instruction.
 */
#include <linux/module.h>

#include "target.h"

#include "forms.h"

asm(".include \"call.s\"");
asm(".include \"forms_cases.s\"");
asm(".text");

EXPORT_SYMBOL_GPL(ptt_lowered);
EXPORT_SYMBOL_GPL(ptt_tail_first);
EXPORT_SYMBOL_GPL(ptt_tail_second);
EXPORT_SYMBOL_GPL(ptt_tail_third);
EXPORT_SYMBOL_GPL(ptt_tail_sleep);
EXPORT_SYMBOL_GPL(ptt_long_nop);
EXPORT_SYMBOL_GPL(ptt_entered);
EXPORT_SYMBOL_GPL(ptt_long);
EXPORT_SYMBOL_GPL(ptt_long_site);
EXPORT_SYMBOL_GPL(ptt_offsets);
EXPORT_SYMBOL_GPL(ptt_offsets_starts);
EXPORT_SYMBOL_GPL(ptt_functions);
EXPORT_SYMBOL_GPL(ptt_refused);
EXPORT_SYMBOL_GPL(ptt_refused_end);
EXPORT_SYMBOL_GPL(ptt_forms);
EXPORT_SYMBOL_GPL(ptt_forms_end);
EXPORT_SYMBOL_GPL(ptt_form_call);

MODULE_DESCRIPTION("instructions that ptap's conformance suite probes");
MODULE_LICENSE("GPL");
