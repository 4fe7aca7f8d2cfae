/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file names of a unit, from the header of its line table.  libdw gives them
 * only with all lines decoded, which took half of the time and the memory of the
 * index; the header alone is a few hundred bytes.
 */
#ifndef PT_FILETABLE_H
#define PT_FILETABLE_H

#include "image.h"

struct pt_filetable {
	const struct pt_image *image;
	unsigned version; /* of the line table; 0: empty */
	GPtrArray *dirs;  /* const char * in the image */
	GArray *files;	  /* struct pt_filetable_file */
};

struct pt_filetable_file {
	const char *name;
	uint64_t dir;
};

struct pt_filetable *pt_filetable_create(const struct pt_image *image);
void pt_filetable_destroy(struct pt_filetable *table);

/* Reads the header at OFFSET of .debug_line.  A table that is damaged or not
 * understood is empty. */
void pt_filetable_read(struct pt_filetable *table, uint64_t offset);

/* Sets PATH to that of file NUMBER as DW_AT_decl_file counts; "" if there is no
 * such file.  Relative to the folder of compilation where the table is. */
void pt_filetable_path(const struct pt_filetable *table, uint64_t number,
		       GString *path);

#endif
