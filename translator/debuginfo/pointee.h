/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pointers that were optimised out, of which the debuginfo says what they lead to
 * (DWARF 5, section 2.6.1.1.4, "Implicit Location Descriptions").
 */
#ifndef PT_POINTEE_H
#define PT_POINTEE_H

#include "dbg.h"

struct pt_dbg_pointee {
	uint64_t die;	  /* of what it points to */
	int64_t offset;	  /* bytes into that */
	const char *name; /* of the pointer; NULL: it is part of something, or
			   * pointed to */
	/* Where the pointer is looked at: the other is, too. */
	struct pt_location_context context;
};

/*
 * What stands BYTES bytes behind where VALUE, a pointer with a pointee, leads to, as
 * VALUE's type says.  It may be such a pointer itself.  Errors as of
 * pt_dbg_variable() about the other variable.
 */
struct pt_error *pt_pointee_at(struct pt_dbg *dbg,
			       const struct pt_dbg_value *value, int64_t bytes,
			       struct pt_dbg_value *ret);

/* PT_E_OPTIMISED_OUT: VALUE, such a pointer, has itself no value. */
struct pt_error *pt_pointee_alone(struct pt_dbg *dbg,
				  const struct pt_dbg_value *value);

#endif
