/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame.h"

#include <dwarf.h>

/* The kernel has .debug_frame, programs mostly .eh_frame. */
bool pt_frame_find(struct pt_window *window, uint64_t pc, Dwarf_Frame **ret)
{
	if (!window->cfi)
		window->cfi = dwarf_getcfi(window->dwarf);
	if (window->cfi && !dwarf_cfi_addrframe(window->cfi, pc, ret))
		return true;
	if (!window->eh_cfi)
		window->eh_cfi = dwarf_getcfi_elf(window->elf);
	return window->eh_cfi && !dwarf_cfi_addrframe(window->eh_cfi, pc, ret);
}

bool pt_frame_keeps(const struct pt_arch *arch, Dwarf_Die *function,
		    unsigned number)
{
	return 1u << number & arch->kept &&
	       !dwarf_hasattr_integrate(function, DW_AT_noreturn);
}
