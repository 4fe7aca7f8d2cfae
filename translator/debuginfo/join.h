/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes one image of one whose DWARF lies in further files, so that all that reads
 * it finds units that refer to one another, as after link-time optimisation:
 *
 * - a file that several share, made by dwz -m (.gnu_debugaltlink) or as DWARF 5
 *   has it (.debug_sup): its sections go behind those of the image, and references
 *   to it become references in the image;
 * - units of -gsplit-dwarf, in .dwo files or a .dwp package (DWARF 5, section 7.3,
 *   and GNU's form of it for version 4): each becomes an ordinary unit behind the
 *   others, with the bases of its skeleton;
 * - type units (-fdebug-types-section), in a section of their own in version 4 and in
 *   .dwo files: each becomes one of version 5 among the others, where libdw finds it
 *   by its signature.
 */
#ifndef PT_JOIN_H
#define PT_JOIN_H

#include "dwform.h"
#include "image.h"

/*
 * Does that to IMAGE, whose sections are read; nothing if it is whole.  Further
 * files are looked for beside the file at BESIDE, which names them; a shared one also
 * in .dwz of the folder of debug files and, as other debug files, by its build id.
 * PT_E_NO_DEBUGINFO that names a file which is not there, PT_E_BUILD_ID for one of
 * another build, PT_E_BAD_DEBUGINFO.
 */
struct pt_error *pt_join(struct pt_session *session, struct pt_image *image,
			 const char *beside);

/* ---- what the two files behind this share ------------------------------ */

enum join_section {
	JOIN_INFO,
	JOIN_ABBREV,
	JOIN_STR,
	JOIN_LINE_STR,
	JOIN_LINE,
	JOIN_LOC,
	JOIN_LOCLISTS,
	JOIN_RNGLISTS,
	JOIN_STR_OFFSETS,
	JOIN_ADDR,
	JOIN_TYPES,
	JOIN_SECTIONS,
};

struct join {
	struct pt_session *session;
	struct pt_image *image;
	const char *beside;
	GByteArray *out[JOIN_SECTIONS];
	GHashTable *signatures; /* uint64_t *: of type units that are there */
};

/* A further file, with the sections that are of use, unpacked. */
struct join_file {
	const char *path;
	struct join_part {
		const uint8_t *data;
		size_t size;
		uint32_t base;	   /* where it was put */
		GByteArray *whole; /* of several of the name; NULL: one */
	} parts[JOIN_SECTIONS];
	struct join_index {
		const uint8_t *data;
		size_t size;
	} units, types;	     /* of a .dwp */
	uint64_t lists_made; /* bytes of .debug_loc from its lists */
	const unsigned char *build_id;
	size_t build_id_length;
};

/* Reads the file at PATH, its sections' names ending in SUFFIX ("", ".dwo");
 * NULL: there is no such file, or it is no ELF file. */
struct join_file *pt_join_read(struct join *j, const char *path,
			       const char *suffix);

/* Puts a section of FILE behind that of the image, and notes where. */
void pt_join_append(struct join *j, struct join_file *file,
		    enum join_section section);

struct pt_error *pt_join_damaged(struct join *j, const char *path,
				 const char *what);

/* The second kind. */
struct pt_error *pt_join_split(struct join *j);

/* The third: of the image, and of FILE, whose sections were put behind those of the
 * image. */
struct pt_error *pt_join_own_types(struct join *j);
struct pt_error *pt_join_types(struct join *j, struct join_file *file);

/* Where the parts of row ROW, from 1, of a package's index start in its sections; those
 * that it does not name stay.  False: there is no such row, or no whole index. */
bool pt_join_index_row(const struct join_index *index, uint64_t row,
		       uint64_t ret[JOIN_SECTIONS]);

/* Puts UNIT's abbreviations behind the others, MORE (names and forms) added to that of
 * its own entry; false: damaged. */
bool pt_join_abbrevs(struct join *j, const struct pt_dwform_unit *unit,
		     const GByteArray *more);

/* Adds the attribute NAME, a constant that takes no bytes, to such names and forms. */
void pt_join_constant(GByteArray *to, unsigned name, uint64_t number);

/* The pair that takes the place of version 4's DW_AT_GNU_dwo_id. */
void pt_join_pair(GByteArray *to);

#endif
