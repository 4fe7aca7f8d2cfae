/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flags: -O1 */
/*
 * Names that no compiler makes: what stands in a program's file is not to be believed.
 */
#include "markers.h"

#define NAME "\"evil\\\"}; */ %s\""

__asm__("	.text\n"
	"	.globl " NAME "\n"
	"	.type " NAME ", @function\n" NAME ":	nop\n"
	"	ret\n"
	"	.size " NAME ", 2\n");

int main(void)
{
	MARK("a\\\"b*/", "evil\\\"}; */ %%s", "0", "");
	return 0;
}
