/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of DWARF units: a walk over the values of all their entries, by the
 * forms that their abbreviations give (DWARF 5, section 7.5), for what has to
 * change values where they stand.  Only 32-bit DWARF, of versions 2 to 5.
 */
#ifndef PT_DWFORM_H
#define PT_DWFORM_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An attribute that units from split files get when they are joined: by how much
 * offsets into their .debug_info.dwo are too small.  Of the users' numbers. */
#define PT_DWFORM_AT_MOVED 0x3ffe

struct pt_dwform_unit {
	uint8_t *start, *entries, *end;
	unsigned version;
	unsigned type; /* DW_UT_compile for what is older than version 5 */
	unsigned address_size;
	uint8_t *abbrev_field; /* four bytes: where its abbreviations are */
	uint64_t id;	       /* of a skeleton's or a split unit's header */
	const uint8_t *abbrevs, *abbrevs_end;
};

/* One attribute of an entry. */
struct pt_dwform_value {
	uint8_t *at;
	size_t size;
	unsigned name, form;
	uint64_t number; /* of forms that are one, or an index or an offset */
	bool is_first;	 /* it belongs to the unit's own entry */
};

/* The unit at AT, before END, with its abbreviations among ABBREVS_SIZE bytes at
 * ABBREVS.  False: damaged, or of another kind. */
bool pt_dwform_open(uint8_t *at, const uint8_t *end, const uint8_t *abbrevs,
		    size_t abbrevs_size, struct pt_dwform_unit *ret);

/* Calls EACH (NULL: for none) for the values of the unit's own entry, if ONLY_FIRST,
 * else of all entries, and returns where it came to; NULL: damaged, or EACH
 * returned false. */
uint8_t *pt_dwform_walk(const struct pt_dwform_unit *unit, bool only_first,
			bool (*each)(const struct pt_dwform_value *value,
				     void *arg),
			void *arg);

/* Little-endian numbers where they stand, of up to eight bytes. */
uint64_t pt_dwform_get(const uint8_t *at, size_t size);
void pt_dwform_put(uint8_t *at, size_t size, uint64_t number);

/* LEB128; false: it does not end before END. */
bool pt_dwform_uleb(const uint8_t **at, const uint8_t *end, uint64_t *ret);

/* One declaration of an abbreviation (code, tag and flag, then pairs), from *AT on,
 * which is moved behind it.  EACH gets the place of each form; false: damaged. */
bool pt_dwform_abbrev(const uint8_t **at, const uint8_t *end,
		      uint64_t *ret_code,
		      bool (*each)(const uint8_t *form_at, uint64_t name,
				   uint64_t form, void *arg),
		      void *arg);

#endif
