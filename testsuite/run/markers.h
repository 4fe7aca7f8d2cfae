/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Markers as <sys/sdt.h> makes them, written here so that the tests need no package:
 * a nop, and a note in .note.stapsdt that describes it.
 */
#ifndef MARKERS_H
#define MARKERS_H

/* An address, and the size of a long as an operand. */
#ifdef __x86_64__
#define MARK_WORD ".8byte"
#define MARK_LONG "8"
#else
#define MARK_WORD ".4byte"
#define MARK_LONG "4"
#endif

/* OPERANDS: text with %0, %1... for what follows. */
#define MARK(provider, name, semaphore, operands, ...)                 \
	__asm__ volatile("990:	nop\n"                                  \
			 "	.pushsection .note.stapsdt,\"\",\"note\"\n" \
			 "	.balign 4\n"                                \
			 "	.4byte 992f-991f, 994f-993f, 3\n"           \
			 "991:	.asciz \"stapsdt\"\n"                   \
			 "992:	.balign 4\n"                            \
			 "993:	" MARK_WORD " 990b\n"                  \
			 "	" MARK_WORD " _.stapsdt.base\n"        \
			 "	" MARK_WORD " " semaphore "\n"         \
			 "	.asciz \"" provider "\"\n"             \
			 "	.asciz \"" name "\"\n"                 \
			 "	.asciz \"" operands "\"\n"             \
			 "994:	.balign 4\n"                            \
			 "	.popsection\n"                              \
			 "	.ifndef _.stapsdt.base\n"                   \
			 "	.pushsection .stapsdt.base,\"aG\","         \
			 "\"progbits\",.stapsdt.base,comdat\n"         \
			 "	.weak _.stapsdt.base\n"                     \
			 "	.hidden _.stapsdt.base\n"                   \
			 "_.stapsdt.base:	.space 1\n"                  \
			 "	.popsection\n"                              \
			 "	.endif\n" ::__VA_ARGS__)

#endif
