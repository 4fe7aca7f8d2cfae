/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of a kernel that has BTF: each symbol of its text, with the
 * prototype that BTF has for that name and the places of the parameters at the
 * function's entry; and system calls with the names of their arguments.
 */
#ifndef PT_BTFCALLS_H
#define PT_BTFCALLS_H

#include "btfwriter.h"

struct btf_calls;
struct btf_calls *btf_calls_create(struct pt_arena *arena,
				   const struct pt_btf_source *source);

/* Writes the entries of all functions. */
void btf_calls_write(struct btf_calls *calls, struct btfw *w);

#endif
