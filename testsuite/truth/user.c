/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Around values.c and floats.c as a user program: calls all their functions once.
 */
#include "floats.h"

s32 truth_opaque(s32 value)
{
	static volatile s32 kept;

	kept = value;
	return kept;
}

int main(void)
{
	truth_values();
	truth_floats();
	return 0;
}
