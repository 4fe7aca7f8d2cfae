/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files behind debuginfo.h share.
 */
#ifndef PT_DBG_H
#define PT_DBG_H

#include "debuginfo.h"
#include "index.h"
#include "walkdie.h"

struct pt_programfile;

struct pt_dbg {
	struct pt_session *session;
	struct pt_arena *arena;
	struct pt_image *image;
	struct pt_index *index;
	GHashTable *windows;		/* unit number to struct pt_window * */
	struct pt_window *whole;	/* whose handle the others share; NULL:
					 * each has its own */
	const char *module;		/* NULL: the kernel image */
	bool is_btf;			/* made from BTF (see btf.h) */
	bool no_types;			/* or rather from symbols alone */
	struct pt_dbg **kernel;		/* of a module: where that of its kernel
					 * is, or is put when it is needed */
	bool is_kernel;			/* code of the kernel or of a module */
	struct pt_programfile *program; /* NULL: the kernel or a module */
	bool halved;	   /* one for i386, on a kernel of x86_64 */
	bool symbols_only; /* a program that has no DWARF */
	bool noted;	   /* pt_dbg_program_note() or pt_dbg_module_note()
			      * has spoken */
	const char *package_hint; /* of a module: how to get its debuginfo */
	GPtrArray *sections;	  /* struct pt_dbg_section *: the script's */
	enum pt_frames {
		PT_FRAMES_UNKNOWN,
		PT_FRAMES_SOUND,
		PT_FRAMES_DAMAGED,
	} frames;		     /* see frame.h */
	struct pt_window *frames_by; /* whose handle finds them; NULL: none
				      * yet */
	GHashTable *callers; /* see callers.c; NULL: not asked for yet */
	uint64_t percpu_start, percpu_end;
	/* The names of files, as the index has them, to the lines of the
	 * functions there (GArray of unsigned, in order); NULL: see lines.c */
	GHashTable *starts;
	GHashTable *by_address; /* see abi_class.c; NULL: not asked for yet */
	unsigned steps; /* of one walk through types: see PT_DBG_STEPS */
};

/* Types that refer to one another in a ring with branches would be walked for
 * ever within any depth: a walk that takes more steps has met damage. */
#define PT_DBG_STEPS 100000

/* PT_E_UNSUPPORTED if what was opened is not for the target kernel's machine. */
struct pt_error *pt_dbg_need_target(struct pt_dbg *dbg);

/* What the split BTF of the module NAME, its plain file FILE, says.
 * PT_E_NO_DEBUGINFO without. */
struct pt_error *pt_dbg_open_btf_module(struct pt_session *session,
					const char *file, const char *name,
					const char *hint, struct pt_dbg **ret);

/* Behind struct pt_dbg_function.die. */
struct pt_dbg_code {
	uint64_t offset;	/* of the DIE: subprogram with code, or copy;
				 * or PT_DBG_NO_DIE */
	uint64_t around_offset; /* of the subprogram that holds the code; 0: the
				 * DIE itself */
	struct pt_window *window; /* NULL until pt_dbg_code_open() */
	Dwarf_Die die;
	Dwarf_Die around; /* the subprogram that holds the code */
	/* A system call's wrapper: the DIE with the parameters as written, 0:
	 * this is no wrapper. */
	uint64_t source_offset;
	enum pt_dbg_abi { PT_ABI_X64, PT_ABI_IA32 } abi;
};

/* Of a function that only the symbol table has. */
#define PT_DBG_NO_DIE UINT64_MAX

/* Opens the image of DBG, of which session, arena, and what kind it is are set.
 * DEBUG_PATH: a second file, with the DWARF; NULL: none. */
struct pt_error *pt_dbg_open_image(struct pt_dbg *dbg, const char *path,
				   const char *debug_path);

/* PT_E_NO_DEBUGINFO: a program's symbols do not describe WHAT. */
struct pt_error *pt_program_need_dwarf(struct pt_dbg *dbg, const char *what);

/* Is VALUE, which is in memory, in the user's? */
static inline bool pt_dbg_in_user(const struct pt_dbg *dbg,
				  const struct pt_dbg_value *value)
{
	return value->in_user || dbg->program;
}

/* Reads register NUMBER, as DBG's code calls it, where the kernel has it. */
struct pt_fetch_insn pt_dbg_register(const struct pt_dbg *dbg, unsigned number);

/* The private part of FUNCTION with its window and DIEs there. */
struct pt_error *pt_dbg_code_open(struct pt_dbg *dbg,
				  const struct pt_dbg_function *function,
				  struct pt_dbg_code **ret);

/* A type: a DIE (none: void) and what was done to it. */
struct pt_dbg_type {
	struct pt_window *window;
	bool has_die;
	Dwarf_Die die;
	unsigned stars; /* pointers to the DIE's type */
	unsigned dims;	/* dimensions of an array that are used up */
};

/* Opens (once) the window on the unit that holds the DIE at OFFSET. */
struct pt_error *pt_dbg_window(struct pt_dbg *dbg, uint64_t offset,
			       struct pt_window **ret);

/* The DIE at OFFSET of .debug_info and its window. */
struct pt_error *pt_dbg_die(struct pt_dbg *dbg, uint64_t offset,
			    struct pt_window **ret_window, Dwarf_Die *ret);

/* What messages call the image: "the kernel", "'/bin/ls'". */
const char *pt_dbg_subject(const struct pt_dbg *dbg);

/* PT_E_BAD_DEBUGINFO that says where. */
struct pt_error *pt_dbg_damaged(struct pt_dbg *dbg, const char *what,
				const struct pt_window *window, Dwarf_Die *die);

/* The type that DIE's DW_AT_type names (void without one). */
struct pt_error *pt_type_of(struct pt_dbg *dbg, struct pt_window *window,
			    Dwarf_Die *die, struct pt_dbg_type **ret);

/* TYPE without typedefs and qualifiers, a declared structure replaced by its
 * definition elsewhere. */
struct pt_error *pt_type_peel(struct pt_dbg *dbg,
			      const struct pt_dbg_type *type,
			      struct pt_dbg_type **ret);

/* The DIE of a type (or a declared variable) by name and tag; false: none. */
bool pt_type_find(struct pt_dbg *dbg, const char *name, uint32_t tag,
		  uint32_t *ret_die);

/* The same, slower, for the tail of a name in a scope: "name" or "cls::name" for
 * "ns::cls::name". */
bool pt_type_find_inside(struct pt_dbg *dbg, const char *name, uint32_t tag,
			 uint32_t *ret_die);

/* The words of "unsigned long" as compilers have it in their descriptions, "long
 * unsigned int"; NULL: no such number. */
const char *pt_type_number(char **words);

/* What a pointer leads to or an array (both peeled) has as elements. */
struct pt_error *pt_type_element(struct pt_dbg *dbg,
				 const struct pt_dbg_type *peeled,
				 struct pt_dbg_type **ret);

struct pt_location_context {
	const struct pt_dbg_function *function; /* NULL: none, a global's */
	struct pt_window *window;
	uint64_t pc;
	bool at_entry;	   /* pc is the first instruction of the function */
	bool at_start;	   /* or that of the copy of a function */
	Dwarf_Die *around; /* the subprogram with the frame base; NULL: none */
	bool parameter;	   /* of the function, not a variable in it */
	const char *name;  /* of the variable, for messages */
	uint64_t size;	   /* of the variable in bytes, 0: unknown */
	bool whole;	   /* parts of it alone are of no use */
	bool pointed_to;   /* it was reached through a pointer */
	/* The place is a call, and the function that it entered is at this one;
	 * NULL: the place is that of the hit. */
	const struct pt_location_context *callee;
	bool is_jump;	      /* or rather a jump there, by which it returns to
			       * its caller's caller */
	unsigned *calls_left; /* that may be looked at; NULL: at the start */
};

/* Fills fetch, parts, pointee and in_memory for a location attribute at the
 * context's pc. */
struct pt_error *pt_location_compile(struct pt_dbg *dbg,
				     const struct pt_location_context *context,
				     Dwarf_Attribute *attr,
				     struct pt_dbg_value *ret);

/* What a location attribute says when it says one thing for the whole function.
 * A parameter's place in the frame, below what the caller made, or in a register
 * that belongs to the caller, is not filled yet at the function's entry. */
enum pt_place {
	PT_PLACE_OTHER,
	PT_PLACE_FRAME,
	PT_PLACE_KEPT_REGISTER,
};
enum pt_place pt_place_of(const struct pt_dbg *dbg, Dwarf_Attribute *attr);

/* A fetch with the value of FETCH's type and size set as the type says. */
void pt_type_shape(struct pt_dbg *dbg, const struct pt_dbg_type *type,
		   struct pt_fetch *fetch);

/* Makes the value of a variable that stands at a fixed place, from a DIE. */
struct pt_error *pt_variable_global(struct pt_dbg *dbg,
				    struct pt_window *window, Dwarf_Die *die,
				    const char *name, struct pt_dbg_value *ret);

/* Where the debuginfo says that the variable (or constant) at DIE is, with its
 * type, looked at as PLACE says; PLACE's name is that of a variable without one. */
struct pt_error *pt_variable_described(struct pt_dbg *dbg,
				       const struct pt_location_context *place,
				       struct pt_window *window, Dwarf_Die *die,
				       struct pt_dbg_value *ret);

/* The variable NAME of FUNCTION's code alone, as pt_dbg_variable(). */
struct pt_error *pt_variable_in_scope(struct pt_dbg *dbg,
				      const struct pt_dbg_function *function,
				      const char *name,
				      struct pt_dbg_value *ret);

/* Gives ERROR, PT_E_OPTIMISED_OUT of the variable NAME of FUNCTION, a hint, when
 * it is printed, that says where its value can be had.  Returns ERROR. */
struct pt_error *pt_alive_hint(struct pt_dbg *dbg,
			       const struct pt_dbg_function *function,
			       const char *name, struct pt_error *error);

/* Does PATH match the file glob, with its implicit leading star-slash? */
bool pt_pattern_file(const char *glob, const char *path);

/* The part of GLOB before its first special character, in the arena. */
const char *pt_pattern_prefix(struct pt_arena *arena, const char *glob);

/* Where the code of a line starts. */
struct pt_line_address {
	unsigned line;
	uint64_t address;
};

/* The statements (struct pt_line_address) of FUNCTION's own code in its own file,
 * by line and address.  None for a unit without a line table. */
struct pt_error *pt_lines_of(struct pt_dbg *dbg,
			     const struct pt_dbg_function *function,
			     GArray *ret);

/* Keeps the functions (struct pt_dbg_function *) that hold the pattern's line. */
struct pt_error *pt_lines_filter(struct pt_dbg *dbg,
				 const struct pt_dbg_pattern *pattern,
				 GPtrArray *functions);

/* The function of RECORD, which has code, named NAME (NULL: as it is called);
 * NULL if no call arrives there. */
struct pt_dbg_function *
pt_functions_make(struct pt_dbg *dbg, const struct pt_index_function *record,
		  const char *name);

/* The copy of ORIGIN that was inlined at DIE, in the subprogram AROUND; NULL: it
 * has no code. */
struct pt_dbg_function *
pt_functions_copy(struct pt_dbg *dbg, struct pt_window *window, Dwarf_Die *die,
		  Dwarf_Die *around, const struct pt_index_function *origin);

/* Has INDEX, of a module, a function, with code of its own or inlined, or a symbol of
 * one, whose name matches GLOB? */
bool pt_functions_named(struct pt_arena *arena, const struct pt_index *index,
			const char *glob);

/* The cache file of the index of debug symbols of the build ID. */
struct pt_error *pt_dbg_index_path(struct pt_arena *arena,
				   const unsigned char *id, size_t length,
				   const char **ret);

/* The order of pt_dbg_find_functions(): file, line, name, address. */
int pt_functions_compare(gconstpointer a, gconstpointer b);

/* NAMES, of the parameters of the function that calls a tracepoint's probes, become
 * the tracepoint's. */
void pt_tracepoint_parameters(struct pt_dbg *dbg,
			      const struct pt_dbg_function *f,
			      GPtrArray *names);

/* The caller's parameter that a script calls NAME; NULL: there is none. */
const char *pt_tracepoint_parameter(struct pt_dbg *dbg,
				    const struct pt_dbg_function *f,
				    const char *name);

/* The number that a DW_AT_const_value is: signed as it was written down.  What has a fixed
 * size has no sign (compilers write negative ones as DW_FORM_sdata).  False: it is none. */
bool pt_dbg_constant(Dwarf_Attribute *attr, int64_t *ret);

#endif
