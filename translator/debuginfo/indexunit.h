/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the units of an image describe, collected for its index (indexer.c).
 */
#ifndef PT_INDEXUNIT_H
#define PT_INDEXUNIT_H

#include "filetable.h"
#include "index.h"

/* The namespaces, classes and functions that something is declared in, outermost
 * first: "std::__cxx11::basic_string<char>".  Those without a name are left out. */
struct pt_raw_scope {
	const char *full;
	const char *brief; /* without inline namespaces */
};

/* Where something is declared. */
struct pt_raw_home {
	const struct pt_raw_scope *scope; /* NULL: in the unit itself */
	uint32_t declared; /* the DIE in another unit that may have a scope; 0:
			    * none */
};

struct pt_raw_function {
	uint64_t address;
	uint32_t size;
	uint32_t die;
	uint32_t line;
	uint32_t file; /* in struct pt_indexunit.files */
	uint16_t flags;
	const char *name;
	struct pt_raw_home home;
};

struct pt_raw_named {
	const char *name;
	uint32_t tag;
	uint32_t die;
	struct pt_raw_home home; /* of a variable, or a shared declaration */
};

/* What one thread collects.  Texts are the image's or live as long as this. */
struct pt_indexunit {
	const struct pt_image *image;
	GArray *functions; /* struct pt_raw_function */
	GArray *variables; /* struct pt_raw_named */
	GArray *types;	   /* struct pt_raw_named; in a scope with that before
			    * their names */
	GArray *shared;	   /* struct pt_raw_named: declarations that other units
			    * refer to */
	GArray *units;	   /* struct pt_raw_named, die: number of the unit */
	GPtrArray *files;  /* const char * */
	GStringChunk *chunk;
	/* Of the walk: */
	GHashTable *seen;     /* name pointer and tag, mixed */
	GHashTable *scopes;   /* struct scope_key to struct pt_raw_scope */
	GHashTable *known;    /* struct scope_key: types in scopes */
	GHashTable *declared; /* DIE of this unit to struct pt_raw_scope */
	GArray *waiting;      /* struct waiting */
	GHashTable *file_ids;
	struct pt_filetable *table;
	GString *path; /* scratch */
	bool nests;    /* the unit's language has classes or namespaces */
};

void pt_indexunit_init(struct pt_indexunit *u, const struct pt_image *image);
void pt_indexunit_deinit(struct pt_indexunit *u);

/* Adds what WINDOW, on unit NUMBER, shows.  False: it is damaged. */
bool pt_indexunit_read(struct pt_indexunit *u, struct pt_window *window,
		       uint32_t number);

#endif
