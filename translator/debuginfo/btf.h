/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BTF, the kernel's own description of its types and functions (the kernel's
 * Documentation/bpf/btf.rst), for targets without debug symbols.
 *
 * It is not read by what answers questions: it is translated once, into an ELF
 * file with DWARF that says what BTF says and no more, which is kept in the
 * cache folder and opened as any other.  So types, values and functions are
 * looked at in one way, whatever they were described with.
 */
#ifndef PT_BTF_H
#define PT_BTF_H

#include "../base/session.h"
#include "image.h"
#include "kallsyms.h"

/* BTF whose every reference was checked: types are numbered from 1, 0 is
 * void. */
struct pt_btf {
	const char *strings; /* ends with a NUL */
	size_t strings_size;
	GArray *types; /* const struct btf_type *; [0] is NULL */
	uint32_t own; /* of a module: the first type that is not the kernel's */
	uint8_t *reach; /* of a module, of each type: enum pt_btf_reach; NULL:
			 * all are needed */
};

/* What a module needs of a type. */
enum pt_btf_reach {
	PT_BTF_NOTHING,
	PT_BTF_NAME, /* a structure of the kernel's, which has it alone */
	PT_BTF_WHOLE,
};

/* Sets what the module with BTF reaches of the kernel's types: what its own refer to,
 * and so on as far as structures that have a name by which the kernel's can be
 * found, so that it is not most of the kernel's. */
void pt_btf_find_reach(struct pt_arena *arena, struct pt_btf *btf);

/* Checks SIZE bytes of BTF.  False: damaged, or of a kind that is not known. */
bool pt_btf_attach(struct pt_arena *arena, const void *data, size_t size,
		   struct pt_btf *ret);

/* BTF without types. */
void pt_btf_empty(struct pt_arena *arena, struct pt_btf *ret);

const struct btf_type *pt_btf_type(const struct pt_btf *btf, uint32_t id);
const char *pt_btf_name(const struct pt_btf *btf, uint32_t offset);

/* What the description of a kernel is made from. */
struct pt_btf_source {
	const struct pt_arch *arch;
	bool has_types; /* else there are only symbols, and BTF is empty */
	bool told;	/* symbols of type 't' are functions, not labels */
	struct pt_btf btf;
	GArray *symbols;       /* struct pt_kallsym */
	GArray *sections;      /* struct pt_image_section */
	const uint8_t *region; /* that they lie in; NULL: not at hand */
	const unsigned char *build_id;
	size_t build_id_length;
};

/* The bytes at a link-time address; NULL: not at hand. */
const void *pt_btf_memory(const struct pt_btf_source *source, uint64_t address,
			  size_t size);

/*
 * Where the code at ADDRESS calls __fentry__, as the compiler makes each function
 * do that can be traced, or has the no-operation in place of that; 0: it does
 * not.  Without types nothing else tells a function from a label in assembly.
 * FENTRY: the address of __fentry__.
 */
uint64_t pt_btf_fentry_call(const struct pt_btf_source *source,
			    uint64_t address, uint64_t fentry);

/* The address of the symbol NAME; 0: there is none. */
uint64_t pt_btf_symbol(const struct pt_btf_source *source, const char *name);

/* The DWARF of SOURCE (.debug_info, .debug_abbrev and .debug_str). */
struct pt_btf_dwarf {
	GByteArray *info, *abbrev, *str;
};
void pt_btf_write_dwarf(struct pt_arena *arena,
			const struct pt_btf_source *source,
			struct pt_btf_dwarf *ret);

/* An ELF file with that DWARF, the symbols, and the sections of SOURCE that say
 * where probes may stand. */
GByteArray *pt_btf_write_elf(struct pt_arena *arena,
			     const struct pt_btf_source *source);

/*
 * The file with what the target kernel's BTF says, from the cache folder or made
 * now.  Read from IMAGE (NULL: none is installed), else, if that is RUNNING here,
 * from the kernel itself.  An image without BTF gives the functions that its
 * symbols name; *RET_TYPES is then false.  PT_E_NO_DEBUGINFO if there are neither,
 * PT_E_BAD_DEBUGINFO for damaged BTF.
 */
struct pt_error *pt_btf_open(struct pt_session *session, const char *image,
			     bool running, const char **ret, bool *ret_types);

/* The kernel's BTF as it is, from the same places.  The errors, too, are the same. */
struct pt_error *pt_btf_raw(struct pt_session *session, const char *image,
			    bool running, const void **ret, size_t *ret_size);

/*
 * The same file for the module NAME, as its plain FILE, of the kernel whose BTF is
 * in KERNEL_IMAGE, or that is RUNNING here.  If one of the two has no BTF, it gives the
 * functions that the module's symbols name; *RET_TYPES is then false.
 * PT_E_BAD_DEBUGINFO if it is damaged, or they do not fit.
 */
struct pt_error *pt_btf_open_module(struct pt_session *session,
				    const char *file, const char *name,
				    const char *kernel_image, bool running,
				    const char **ret, bool *ret_types);

#endif
