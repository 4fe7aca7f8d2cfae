/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function with a patchable entry, which is not ftrace's: N no-operations that the
 * compiler puts there for whoever wants to patch them, BEFORE of them before the
 * function's address (what -fpatchable-function-entry=N,BEFORE does for all).
 */
#ifndef PATCHABLE_H
#define PATCHABLE_H

#define PTT_PATCHABLE(n, before)          \
	noinline __noclone __used notrace \
		__attribute__((patchable_function_entry(n, before)))

/* Exports a function that is compiled without a landing place of indirect calls; objtool
 * is told that this is meant (ANNOTATE_NOENDBR). */
#ifdef CONFIG_X86_KERNEL_IBT
#define PTT_EXPORT_BARE(function)               \
	EXPORT_SYMBOL_GPL(function);            \
	asm(".pushsection .discard.noendbr\n\t" \
	    ".quad " #function "\n\t.popsection")
#else
#define PTT_EXPORT_BARE(function) EXPORT_SYMBOL_GPL(function)
#endif

#endif
