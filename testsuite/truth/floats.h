/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FLOATS_H
#define FLOATS_H

#include "values.h"

struct fp_single {
	float x;
};

struct fp_singles {
	float x, y, z;
};

struct fp_doubles {
	double x, y;
};

struct fp_mixed {
	s64 whole;
	double part;
};

struct fp_reversed {
	double part;
	s32 whole;
	float rest;
};

struct fp_extended {
	long double x;
};

struct fp_nested {
	struct {
		float x[2];
	} in;
	s32 number;
};

union fp_either {
	double part;
	s64 bits;
};

struct fp_item {
	float single;
	double number;
	long double wide;
	float list[2];
};

/* floats.c: calls all its functions once */
void truth_floats(void);

#endif
