/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Around values.c as a user program: calls all its functions once.
 */
#include "values.h"

s32 truth_opaque(s32 value)
{
	static volatile s32 kept;

	kept = value;
	return kept;
}

int main(void)
{
	truth_values();
	return 0;
}
