/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame.h"

#include <dwarf.h>
#include <string.h>

/* No machine here has more (psABI, figure 3.36), and no compiler puts frames by more
 * than a few. */
#define MOST_REGISTERS 128
#define MOST_REMEMBERED 16

/* ---- instructions ----------------------------------------------------- */

/* The operands of an instruction (DWARF 5, 6.4.2), a letter each: 'r' the number of
 * a register whose rule is set, 'u' a number in LEB128, 'b' a block, 'a' an address of
 * the encoding of the CIE, a digit so many bytes. */
static const char *const operands[] = {
	[DW_CFA_nop] = "",
	[DW_CFA_set_loc] = "a",
	[DW_CFA_advance_loc1] = "1",
	[DW_CFA_advance_loc2] = "2",
	[DW_CFA_advance_loc4] = "4",
	[DW_CFA_offset_extended] = "ru",
	[DW_CFA_restore_extended] = "r",
	[DW_CFA_undefined] = "r",
	[DW_CFA_same_value] = "r",
	[DW_CFA_register] = "ru",
	[DW_CFA_remember_state] = "",
	[DW_CFA_restore_state] = "",
	[DW_CFA_def_cfa] = "uu",
	[DW_CFA_def_cfa_register] = "u",
	[DW_CFA_def_cfa_offset] = "u",
	[DW_CFA_def_cfa_expression] = "b",
	[DW_CFA_expression] = "rb",
	[DW_CFA_offset_extended_sf] = "ru",
	[DW_CFA_def_cfa_sf] = "uu",
	[DW_CFA_def_cfa_offset_sf] = "u",
	[DW_CFA_val_offset] = "ru",
	[DW_CFA_val_offset_sf] = "ru",
	[DW_CFA_val_expression] = "rb",
	[DW_CFA_MIPS_advance_loc8] = "8",
	[DW_CFA_GNU_window_save] = "",
	[DW_CFA_GNU_args_size] = "u",
	[DW_CFA_GNU_negative_offset_extended] = "ru",
};

/* Bytes that are read; AT NULL: behind the end. */
struct bytes {
	const uint8_t *at, *end;
};

static void skip(struct bytes *b, uint64_t size)
{
	if (b->at)
		b->at = size <= (uint64_t)(b->end - b->at) ? b->at + size
							   : NULL;
}

/* What does not fit is large. */
static uint64_t take_number(struct bytes *b)
{
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		if (!b->at || b->at == b->end) {
			b->at = NULL;
			return 0;
		}
		byte = *b->at++;
		if (shift < 63)
			value |= (uint64_t)(byte & 0x7f) << shift;
		else if (byte & 0x7f)
			value = UINT64_MAX;
		shift += 7;
	} while (byte & 0x80);
	return value;
}

/* How many bytes an address of the ENCODING has (LSB, 10.6); 0: that is not known. */
static unsigned encoded_size(uint8_t encoding, unsigned word)
{
	switch (encoding & 0x0f) {
	case DW_EH_PE_absptr: return word;
	case DW_EH_PE_udata2:
	case DW_EH_PE_sdata2: return 2;
	case DW_EH_PE_udata4:
	case DW_EH_PE_sdata4: return 4;
	case DW_EH_PE_udata8:
	case DW_EH_PE_sdata8: return 8;
	default: return 0;
	}
}

static bool operand_is_sound(char kind, unsigned address, struct bytes *b)
{
	switch (kind) {
	case 'r': return take_number(b) < MOST_REGISTERS;
	case 'u': take_number(b); return true;
	case 'b': skip(b, take_number(b)); return true;
	case 'a': skip(b, address); return address > 0;
	default: skip(b, (uint64_t)(kind - '0')); return true;
	}
}

/* Will libdw, which keeps a rule for each register up to the highest and a copy of
 * them for each state that is remembered, stay within bounds?  At what it does not
 * know it stops. */
static bool program_is_sound(struct bytes b, unsigned address)
{
	unsigned remembered = 0;

	while (b.at && b.at < b.end) {
		uint8_t code = *b.at++;

		if (code & 0xc0) {
			if ((code & 0xc0) == DW_CFA_offset)
				take_number(&b);
			continue;
		}
		if (code >= G_N_ELEMENTS(operands) || !operands[code])
			return true;
		for (const char *kind = operands[code]; *kind && b.at; kind++)
			if (!operand_is_sound(*kind, address, &b))
				return false;
		if (code == DW_CFA_remember_state &&
		    ++remembered > MOST_REMEMBERED)
			return false;
		if (code == DW_CFA_restore_state && remembered)
			remembered--;
	}
	return true;
}

/* ---- sections --------------------------------------------------------- */

struct check {
	const struct pt_image *image;
	Elf_Data data;
	bool eh;
	/* The CIE that was met last, which those that follow share. */
	Dwarf_Off cie;
	Dwarf_CIE entry;
	uint8_t encoding; /* of its addresses */
};

/* The encoding of addresses, which 'R' of the augmentation tells. */
static uint8_t find_encoding(const struct check *c)
{
	struct bytes b = { c->entry.augmentation_data,
			   c->entry.augmentation_data +
				   c->entry.augmentation_data_size };
	const char *kind = c->entry.augmentation;

	if (!b.at || *kind != 'z')
		return DW_EH_PE_absptr;
	while (*++kind && b.at && b.at < b.end) {
		uint8_t encoding;

		if (*kind == 'S')
			continue;
		encoding = *b.at++;
		if (*kind == 'R')
			return encoding;
		if (*kind == 'P')
			skip(&b, encoded_size(encoding, c->image->arch->word));
		else if (*kind != 'L')
			break;
	}
	return DW_EH_PE_absptr;
}

static bool next_entry(struct check *c, Dwarf_Off offset, Dwarf_Off *ret_next,
		       Dwarf_CFI_Entry *ret)
{
	const unsigned char ident[EI_NIDENT] = { ELFMAG0,
						 ELFMAG1,
						 ELFMAG2,
						 ELFMAG3,
						 c->image->arch->elf_class,
						 ELFDATA2LSB };

	return !dwarf_next_cfi(ident, &c->data, c->eh, offset, ret_next, ret);
}

/* The CIE at OFFSET becomes the one that was met last.  What is none libdw does not
 * take either. */
static bool cie_is_sound(struct check *c, Dwarf_Off offset)
{
	Dwarf_CFI_Entry entry;
	Dwarf_Off next;

	if (c->cie == offset)
		return true;
	if (!next_entry(c, offset, &next, &entry) ||
	    entry.CIE_id != DW_CIE_ID_64)
		return true;
	c->cie = offset;
	c->entry = entry.cie;
	c->encoding = find_encoding(c);
	return program_is_sound(
		(struct bytes){ entry.cie.initial_instructions,
				entry.cie.initial_instructions_end },
		encoded_size(c->encoding, c->image->arch->word));
}

static bool fde_is_sound(struct check *c, const Dwarf_FDE *fde)
{
	unsigned word = c->image->arch->word, address;
	struct bytes b = { fde->start, fde->end };

	if (!cie_is_sound(c, fde->CIE_pointer))
		return false;
	if (c->cie != fde->CIE_pointer)
		return true;
	address = encoded_size(c->encoding, word);
	if (!address)
		return false;
	skip(&b, 2 * (uint64_t)address);
	if (*c->entry.augmentation == 'z')
		skip(&b, take_number(&b));
	else
		skip(&b, c->entry.fde_augmentation_data_size);
	return program_is_sound(b, address);
}

static bool section_is_sound(const struct pt_image *image, const char *name)
{
	const struct pt_image_section *s = pt_image_section_named(image, name);
	struct check c = { .image = image,
			   .eh = !strcmp(name, ".eh_frame"),
			   .cie = UINT64_MAX };
	Dwarf_Off offset = 0, next = 0;
	bool sound = true;

	if (!s)
		return true;
	c.data = (Elf_Data){ .d_buf = (void *)(image->region + s->offset),
			     .d_type = ELF_T_BYTE,
			     .d_version = EV_CURRENT,
			     .d_size = s->size };
	/* What it does not take libdw passes over, too, if it knows how far. */
	for (; sound && offset < s->size && next != UINT64_MAX; offset = next) {
		Dwarf_CFI_Entry entry;
		bool there = next_entry(&c, offset, &next, &entry);

		if (!there && next <= offset)
			break;
		if (there)
			sound = entry.CIE_id == DW_CIE_ID_64
					? cie_is_sound(&c, offset)
					: fde_is_sound(&c, &entry.fde);
	}
	return sound;
}

bool pt_frames_are_sound(struct pt_dbg *dbg)
{
	if (dbg->frames == PT_FRAMES_UNKNOWN)
		dbg->frames = section_is_sound(dbg->image, ".debug_frame") &&
					      section_is_sound(dbg->image,
							       ".eh_frame")
				      ? PT_FRAMES_SOUND
				      : PT_FRAMES_DAMAGED;
	return dbg->frames == PT_FRAMES_SOUND;
}

/* ---- one frame -------------------------------------------------------- */

/* The kernel has .debug_frame, programs mostly .eh_frame.  Every window sees the whole
 * of both, which libdw reads up to the place: it does so for one of them. */
bool pt_frame_find(struct pt_dbg *dbg, struct pt_window *window, uint64_t pc,
		   Dwarf_Frame **ret)
{
	if (!pt_frames_are_sound(dbg))
		return false;
	if (!dbg->frames_by)
		dbg->frames_by = window;
	window = dbg->frames_by;
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
