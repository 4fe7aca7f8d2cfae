/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's ELF file: its sections, its memory as linked, its symbol table,
 * and windows on its DWARF.
 *
 * A window is a libdw handle that sees one compile unit of .debug_info and the
 * whole of the other sections.  Given a DIE of the last of 2,352 units, a
 * handle on the file reads the header of each unit before it, which brings the
 * greater part of 174 MB into memory; a window costs 20 microseconds and the
 * pages that are read.  Where units refer to one another (after link-time
 * optimisation or dwz), a window sees them all and takes that time; there many share
 * a handle.  Offsets are those of the whole .debug_info everywhere outside this file.
 */
#ifndef PT_IMAGE_H
#define PT_IMAGE_H

#include <elfutils/libdw.h>

#include <gelf.h>

#include "../base/session.h"
#include "arch.h"

struct pt_image_section {
	const char *name;
	uint64_t address; /* 0 for sections that are not loaded */
	uint64_t offset;  /* from struct pt_image.region */
	uint64_t size;	  /* in the file: 0 for .bss */
	uint64_t memory_size;
	uint32_t type;
	bool alloc;
	bool exec;
};

/* A symbol table and the texts that it refers to. */
struct pt_image_symbols {
	const uint8_t *at;
	uint64_t size; /* 0: none */
	const char *names;
	uint64_t names_size;
};

struct pt_image {
	struct pt_arena *arena;
	const char *path;
	const char *debug_path; /* of a second file; NULL: none */
	const struct pt_arch *arch;
	const uint8_t *region; /* the file, mapped, or a flat image; NULL while
				* the image rests */
	size_t region_size;
	bool mapped;	/* the region is a file: the image's own, or one that
			 * it was put out to */
	uint8_t *slots; /* room for window headers, below the region */
	size_t slots_size;
	GArray *sections; /* struct pt_image_section */
	struct pt_image_section info, abbrev, str, line, line_str;
	struct pt_image_symbols symbols;
	size_t symbol_size; /* of one symbol */
	bool program;	    /* a user program or a shared library */
	bool joined;	    /* units refer to one another: the index knows */
	bool hashed;	    /* the build id is the hash of the file */
	const char *layout; /* of units that are from further files: tells one
			     * from another where the build id does not; NULL:
			     * all are of this file */
	const unsigned char *build_id;
	size_t build_id_length;
};

/* Bytes of what stands in for a build id. */
#define PT_IMAGE_HASH_SIZE 20

/* What has more, which a linker's option can give it, is none. */
#define PT_IMAGE_MAX_ID 40

/* One compile unit, as libdw sees it. */
struct pt_window {
	Dwarf *dwarf;
	Elf *elf;
	uint64_t start; /* of what the window shows, in .debug_info */
	Dwarf_Die cu;
	Dwarf_CFI *cfi;	   /* .debug_frame; NULL until asked for, or none */
	Dwarf_CFI *eh_cfi; /* .eh_frame, the same */
	bool shared;	   /* the handle is another window's */
};

/* Opens PATH: maps it where that will do, else makes a flat image of it (see
 * flatten.h).  DEBUG_PATH: a second file, with the DWARF; NULL: it is in the
 * first.  PT_E_BAD_DEBUGINFO for what is no ELF file or a damaged one,
 * PT_E_UNSUPPORTED for another architecture, PT_E_NO_DEBUGINFO without DWARF.
 * PROGRAM: it is one of user space, and may have neither DWARF (info.size is 0
 * then) nor a build id (then that is the SHA-1 of the file at PATH). */
struct pt_error *pt_image_open(struct pt_session *session, const char *path,
			       const char *debug_path, bool program,
			       struct pt_image **ret);

/* Gives back the memory of IMAGE, on which no window is open: what was read of its
 * sections' headers, its build id and its architecture stay. */
void pt_image_rest(struct pt_image *image);

/* The pages of IMAGE, on which windows are open, need not stay in memory: they come back
 * from a file when they are read, which is one without a name for what was made of
 * several or relocated. */
void pt_image_put_out(struct pt_image *image);

/* Reads what rests again, as it was, except that offsets in the region are new.
 * PT_E_BAD_DEBUGINFO if the file is another one now. */
struct pt_error *pt_image_wake(struct pt_session *session,
			       struct pt_image *image);

/* Sets the machine that HEADER, of the file at PATH, is for; PT_E_UNSUPPORTED for
 * one whose code is not read. */
struct pt_error *pt_image_find_arch(struct pt_image *image,
				    const GElf_Ehdr *header, const char *path);

/* How many symbols the symbol table has. */
uint64_t pt_image_symbols(const struct pt_image *image);

/* The symbol at AT, of SIZE bytes as its file's class has it, not aligned. */
void pt_image_take_symbol(const void *at, size_t size, GElf_Sym *ret);

/* Its symbol NUMBER, below that. */
void pt_image_symbol(const struct pt_image *image, uint64_t number,
		     GElf_Sym *ret);

/* An address of the machine's size at AT. */
uint64_t pt_image_word(const struct pt_image *image, const void *at);

/* SIZE bytes at a link-time ADDRESS, NULL if the file does not hold them. */
const void *pt_image_memory(const struct pt_image *image, uint64_t address,
			    size_t size);

/* The section with NAME; NULL: there is none, or the file has nothing of it. */
const struct pt_image_section *
pt_image_section_named(const struct pt_image *image, const char *name);

/* The loaded section that holds ADDRESS; NULL: none. */
const struct pt_image_section *pt_image_section_at(const struct pt_image *image,
						   uint64_t address);

/* Opens a window on the unit at OFFSET with LENGTH bytes (header included).
 * SLOT is any number below PT_IMAGE_SLOTS that no other open window has.
 * False: libdw does not take the unit.  Threads may do this at the same time. */
#define PT_IMAGE_SLOTS 65536
bool pt_image_window_open(const struct pt_image *image, unsigned slot,
			  uint64_t offset, uint64_t length,
			  struct pt_window *ret);
void pt_image_window_close(struct pt_window *window);

/* The same by the handle of OTHER, an open window on an image whose units refer to
 * one another, which must be closed later. */
bool pt_image_window_share(const struct pt_image *image,
			   const struct pt_window *other, uint64_t offset,
			   struct pt_window *ret);

/* Windows on one unit after another, for a look at many of them. */
struct pt_image_tour {
	const struct pt_image *image;
	unsigned slot;
	struct pt_window window; /* dwarf NULL: none is open */
	unsigned seen;		 /* units by the handle */
};

/* SLOT: as of pt_image_window_open(), for as long as the tour takes. */
void pt_image_tour_start(struct pt_image_tour *tour,
			 const struct pt_image *image, unsigned slot);
void pt_image_tour_end(struct pt_image_tour *tour);

/* A window on the next unit, in the place of the last.  NULL: libdw does not take
 * the unit. */
struct pt_window *pt_image_tour_next(struct pt_image_tour *tour,
				     uint64_t offset, uint64_t length);

/* LENGTH bytes of .debug_info at OFFSET are not needed soon: they leave the
 * memory, and come back when they are read. */
void pt_image_release(const struct pt_image *image, uint64_t offset,
		      uint64_t length);

/* The DIE at OFFSET of .debug_info, which must be in the window. */
bool pt_image_die(const struct pt_window *window, uint64_t offset,
		  Dwarf_Die *ret);
uint64_t pt_image_die_offset(const struct pt_window *window, Dwarf_Die *die);

#endif
