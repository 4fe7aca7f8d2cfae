/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which file has the DWARF of an ELF file: itself, or a second one that was split
 * from it.
 */
#ifndef PT_LOCATE_H
#define PT_LOCATE_H

#include "../base/session.h"

/*
 * The file with the DWARF of the file at PATH; NULL in *RET: that file itself.
 * Looked for where GDB looks (its manual, "Separate Debug Files"): by build id
 * in .build-id of the folder of debug files (pt_target_debug_dir()), by the name in
 * .gnu_debuglink beside the file, in .debug there, and under that folder; there also
 * by the file's own name;
 * at last asks the servers of DEBUGINFOD_URLS.  Every file found must have the
 * build id of PATH, or, if that has none, the sum in its .gnu_debuglink.
 * PT_E_BUILD_ID if the only ones found have another, naming both;
 * PT_E_NO_DEBUGINFO if there is none, with PACKAGE_HINT as the way forward.
 */
struct pt_error *pt_locate_debug(struct pt_session *session, const char *path,
				 const char *package_hint, const char **ret);

/* Has the file at PATH DWARF, or what tells where it is: a build id, or the name of a
 * second file?  Also true of what cannot be read, which is named by whoever does it. */
bool pt_locate_leads(struct pt_session *session, const char *path);

/* Is there DWARF of the file at PATH on this machine?  *RET: its build id, of
 * *RET_LENGTH bytes, 0 without one. */
bool pt_locate_installed(struct pt_session *session, const char *path,
			 const unsigned char **ret, size_t *ret_length);

/* The DWARF file for a build id alone, by the same ways; *RET NULL: none. */
struct pt_error *pt_locate_build_id(struct pt_session *session,
				    const unsigned char *id, size_t length,
				    const char **ret);

/* Where a debug file of the build id is, if it is installed; NULL: the id is too short. */
const char *pt_locate_by_id(struct pt_arena *arena, const unsigned char *id,
			    size_t length);

/* The file of the build id from the servers of DEBUGINFOD_URLS; NULL: none. */
const char *pt_locate_on_server(struct pt_session *session,
				const unsigned char *id, size_t length);

/* The build id among the notes of SIZE bytes at NOTES; false: none. */
bool pt_locate_note(const void *notes, size_t size, const unsigned char **ret,
		    size_t *ret_length);

#endif
