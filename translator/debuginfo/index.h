/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The index of a kernel image: what has a name, where it is.  Built once per
 * build id (indexer.c), kept as one file that is mapped, found by name or
 * address with binary search, so that few of its pages are touched.
 *
 * Strings are offsets into one pool; string 0 is "".  Equal strings have equal
 * offsets.  Tables hold native integers: a cache does not travel.
 */
#ifndef PT_INDEX_H
#define PT_INDEX_H

#include "image.h"

enum pt_index_table {
	PT_INDEX_UNITS,	       /* struct pt_index_unit, by offset */
	PT_INDEX_FUNCTIONS,    /* struct pt_index_function, by name, address */
	PT_INDEX_BY_ADDRESS,   /* uint32_t: functions that have code */
	PT_INDEX_SYMBOLS,      /* struct pt_index_symbol, by address */
	PT_INDEX_SYMBOL_NAMES, /* uint32_t: symbols by name */
	PT_INDEX_VARIABLES,    /* struct pt_index_variable, by name */
	PT_INDEX_TYPES,	       /* struct pt_index_type, by name, tag; also
				* declared variables, DW_TAG_variable, and
				* constants, DW_TAG_enumerator; the names of
				* those in a scope begin with it */
	PT_INDEX_SCOPES,       /* struct pt_index_scope, by DIE: of functions
				* and variables that have one */
	PT_INDEX_FILES,	       /* uint32_t: strings */
	PT_INDEX_STRINGS,      /* char */
	PT_INDEX_TABLES,
};

struct pt_index_unit {
	uint32_t offset;
	uint32_t length; /* with its header */
	uint32_t name;
};

enum pt_index_flag {
	PT_INDEX_ABSTRACT = 1, /* may have been inlined; no code of its own */
	PT_INDEX_EXTERNAL = 2,
	PT_INDEX_FTRACE = 4, /* calls __fentry__ at its start */
};

/* Why no probe may stand in a function. */
enum pt_index_refusal {
	PT_INDEX_ALLOWED,
	PT_INDEX_NOINSTR,
	PT_INDEX_ENTRY_TEXT,
	PT_INDEX_KPROBES_TEXT,
	PT_INDEX_BLACKLISTED,
	PT_INDEX_INIT_TEXT,
	PT_INDEX_EXIT_TEXT,
	PT_INDEX_NOT_TEXT,
	PT_INDEX_REFUSALS,
};

struct pt_index_function {
	uint64_t address; /* 0 for an abstract one */
	uint32_t size;	  /* of its (hot) code in bytes */
	uint32_t name;
	uint32_t die;  /* in .debug_info */
	uint32_t file; /* in PT_INDEX_FILES */
	uint32_t line;
	uint16_t flags;
	uint16_t refusal;
};

enum pt_index_symbol_kind {
	PT_INDEX_SYMBOL_OTHER,
	PT_INDEX_SYMBOL_FUNCTION,
	PT_INDEX_SYMBOL_OBJECT,
	PT_INDEX_SYMBOL_CHOSEN, /* the code there returns the function: IFUNC */
};

struct pt_index_symbol {
	uint64_t address;
	uint32_t size;
	uint32_t name;
	uint16_t kind;
	uint16_t global; /* 0 or 1 */
	uint32_t unused;
};

struct pt_index_variable {
	uint32_t name;
	uint32_t die;
};

struct pt_index_type {
	uint32_t name;
	uint32_t tag; /* DW_TAG_structure_type, ... */
	uint32_t die;
};

/* The namespaces, classes and functions that something is declared in, outermost
 * first: "std::__cxx11::basic_string<char>"; what has no name is left out. */
struct pt_index_scope {
	uint32_t die;
	uint32_t full;
	uint32_t brief; /* without inline namespaces: "std::..." */
};

#define PT_INDEX_MAGIC "PTAPIDX"
#define PT_INDEX_VERSION 11

struct pt_index_header {
	char magic[8];
	uint32_t version;
	uint32_t header_size;
	uint64_t checksum;  /* of all that follows this member */
	uint64_t size;	    /* of the file */
	uint64_t info_size; /* of .debug_info */
	uint32_t joined;    /* see struct pt_image */
	uint32_t build_id_length;
	unsigned char build_id[PT_IMAGE_MAX_ID];
	struct {
		uint64_t offset;
		uint64_t count;
	} tables[PT_INDEX_TABLES];
};

/* Bytes of one element of each table. */
extern const uint8_t pt_index_element_size[PT_INDEX_TABLES];

struct pt_index {
	const uint8_t *base; /* NULL: it was closed */
	size_t size;
	bool mapped; /* from a file */
	const struct pt_index_header *header;
	const struct pt_index_unit *units;
	const struct pt_index_function *functions;
	const uint32_t *by_address;
	const struct pt_index_symbol *symbols;
	const uint32_t *symbol_names;
	const struct pt_index_variable *variables;
	const struct pt_index_type *types;
	const struct pt_index_scope *scopes;
	const uint32_t *files;
	const char *strings;
	uint32_t n_units, n_functions, n_by_address, n_symbols, n_variables,
		n_types, n_scopes, n_files;
	size_t strings_size;
};

/* The index of IMAGE: PATH if it is whole and of this image, else built anew
 * and, if PATH is not NULL, written there.  *RET_NOTE: a warning if it could
 * not be written, else NULL.  *RET_BUILT: was it built?  PROGRESS, or NULL, is told
 * when that may take more than a moment. */
struct pt_error *pt_index_open(struct pt_arena *arena,
			       const struct pt_image *image, const char *path,
			       void (*progress)(const char *text),
			       struct pt_index **ret,
			       struct pt_error **ret_note, bool *ret_built);

/* The index at PATH alone, whose image need not be opened; false: it is not whole, or
 * not of a build with that ID.  The caller closes it. */
bool pt_index_peek(const char *path, const unsigned char *id, size_t length,
		   struct pt_index *ret);

/* INDEX is not needed soon: what is mapped leaves the memory, and comes back when it
 * is read. */
void pt_index_release(const struct pt_index *index);

/* Gives back the memory of INDEX before its time, which else is the arena's. */
void pt_index_close(struct pt_index *index);

/* The running checksum of an index file. */
uint64_t pt_index_sum(uint64_t sum, const void *data, size_t length);

const char *pt_index_string(const struct pt_index *index, uint32_t string);

/* The scope of the function or variable at DIE; NULL: it is in none. */
const struct pt_index_scope *pt_index_scope_of(const struct pt_index *index,
					       uint32_t die);

/* Number of the unit that holds the DIE at OFFSET; UINT32_MAX: none. */
uint32_t pt_index_unit_of(const struct pt_index *index, uint64_t offset);

/* The first entry whose name is not below PREFIX (compared over the prefix's
 * length; *ret_end gets the end of those that start with it). */
uint32_t pt_index_functions_from(const struct pt_index *index,
				 const char *prefix, uint32_t *ret_end);
uint32_t pt_index_symbols_from(const struct pt_index *index, const char *prefix,
			       uint32_t *ret_end);
uint32_t pt_index_variables_from(const struct pt_index *index,
				 const char *prefix, uint32_t *ret_end);
uint32_t pt_index_types_from(const struct pt_index *index, const char *prefix,
			     uint32_t *ret_end);

/* The function whose code holds ADDRESS; with EXACT only one that starts there.
 * NULL: none. */
const struct pt_index_function *
pt_index_function_at(const struct pt_index *index, uint64_t address,
		     bool exact);

/* The best name for the code at ADDRESS: the symbol LIKE if it is one of those
 * that start there, else a function symbol that starts at or before it.  NULL:
 * none. */
const struct pt_index_symbol *pt_index_symbol_at(const struct pt_index *index,
						 uint64_t address,
						 const char *like);

#endif
