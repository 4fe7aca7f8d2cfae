/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's debuginfo says: functions, and values inside them.  The only
 * room that includes libdw and libelf; nothing of theirs shows here.
 *
 * All results live in the arena given at pt_dbg_open().
 */
#ifndef PT_DEBUGINFO_H
#define PT_DEBUGINFO_H

#include "../base/session.h"
#include "fetch.h"

struct pt_dbg;
struct pt_dbg_type;

/* Opens the target kernel's debuginfo (and asks for it by the build id of the
 * running kernel if no package has it; one of another build is PT_E_BUILD_ID),
 * or, where there is none, what its BTF says of it, which is a warning;
 * reads the function index from the cache folder
 * (kept per build id) or builds it, in parallel, and writes it there. */
struct pt_error *pt_dbg_open(struct pt_session *session, struct pt_dbg **ret);

/* The same for one ELF file: a module, a program.  PACKAGE_HINT: what to do when
 * neither it nor a file split from it has debuginfo.  PT_E_BUILD_ID when one was
 * found that is of another build. */
struct pt_error *pt_dbg_open_file(struct pt_session *session, const char *path,
				  const char *package_hint,
				  struct pt_dbg **ret);

/* Debuginfo of the types that HEADER ("linux/fs.h", "sys/stat.h") declares: it
 * is compiled, for the target kernel or for programs of 64 or of 32 bits here, and
 * what came of it kept in the cache folder. */
enum pt_dbg_user { PT_DBG_KERNEL, PT_DBG_PROGRAM_64, PT_DBG_PROGRAM_32 };
struct pt_error *pt_dbg_open_header(struct pt_session *session,
				    enum pt_dbg_user user, const char *header,
				    struct pt_dbg **ret);

/* A module of the target kernel (see modules.h).  KERNEL is where the kernel's is, or
 * is put by pt_dbg_open() when what BTF says of the module refers to that.  The
 * sections of it that the script needs are added to SECTIONS (struct pt_dbg_section *),
 * which all modules of a script share.  *RET is NULL for a nameless one whose debug
 * symbols, if they are installed, have not the names either. */
struct pt_module_file;
struct pt_error *pt_dbg_open_module(struct pt_session *session,
				    const struct pt_module_file *file,
				    struct pt_dbg **kernel, GPtrArray *sections,
				    struct pt_dbg **ret);

/* Says, once, if nothing but BTF is known of a module. */
void pt_dbg_module_note(struct pt_dbg *dbg);

/* Is all that is known of the image from its BTF? */
bool pt_dbg_is_btf(const struct pt_dbg *dbg);

/* False: of the kernel's functions only the names and places are known. */
bool pt_dbg_has_types(const struct pt_dbg *dbg);

/* NULL; where there is BTF alone, or a program's symbols, PT_E_NO_DEBUGINFO: they
 * do not describe WHAT ("local variables"). */
struct pt_error *pt_dbg_need_dwarf(struct pt_dbg *dbg, const char *what);

/* The module's name; NULL: the kernel image. */
const char *pt_dbg_module(const struct pt_dbg *dbg);

/* What a script's numeric addresses count from: 0 for the kernel image, where a
 * module's .text starts. */
uint64_t pt_dbg_address_base(const struct pt_dbg *dbg);

/* A section of a module: it is loaded apart from the others.  ANCHOR is a symbol
 * there that no other of the module shares its name with, by which the section is
 * found in the running kernel. */
struct pt_dbg_section {
	struct pt_dbg *dbg;
	const char *name;
	uint64_t start, size;
	const char *anchor; /* NULL: sysfs alone says where it is, which it
			     * does of a module that is alive */
	uint64_t anchor_address;
};

/* The section of an address of the running kernel, whatever is there. */
#define PT_DBG_ABSOLUTE UINT_MAX
/* That of all of a program: in the process that was hit. */
#define PT_DBG_HERE (UINT_MAX - 1)
/* Behind it the number of another file of user space among the script's. */
#define PT_DBG_OBJECT 0x80000000U

/* The number, from 1, among the script's sections of the one that holds a
 * link-time address of a module; 0 for the kernel image, which moves as a whole;
 * PT_DBG_HERE for a program.
 * PT_E_UNSUPPORTED if it has code, and no symbol to find it by. */
struct pt_error *pt_dbg_section_number(struct pt_dbg *dbg, uint64_t address,
				       unsigned *ret);

/* Is the section with that NUMBER copied for each CPU? */
bool pt_dbg_section_is_percpu(const struct pt_dbg *dbg, unsigned number);

/* The build id of the image, raw bytes. */
void pt_dbg_build_id(struct pt_dbg *dbg, const unsigned char **ret,
		     size_t *ret_length);

/* Bytes of a build id as hexadecimal digits. */
const char *pt_dbg_id_text(struct pt_arena *arena, const unsigned char *id,
			   size_t length);

/* Link-time address of an ELF symbol of the kernel image; false: none. */
bool pt_dbg_symbol(struct pt_dbg *dbg, const char *name, uint64_t *ret);

/* ---- functions -------------------------------------------------------- */

/* Lines FIRST to LAST, both included. */
struct pt_dbg_lines {
	int64_t first, last;
};

/* What stands in kernel.function("NAME@FILE:LINE"). */
struct pt_dbg_pattern {
	const char *function; /* glob, of the name alone */
	const char *scope;    /* glob, of the namespaces and classes around it,
			       * "ns::cls", or their last ones; "::ns::cls": all
			       * of them; "::": there is none; NULL: any */
	const char *
		file; /* glob, with an implicit leading star-slash, NULL: any */
	enum {
		PT_LINE_NONE,
		PT_LINE_ABSOLUTE,
		PT_LINE_RELATIVE, /* to the line of the function */
		PT_LINE_ANY,
	} line_kind;
	GArray *lines; /* struct pt_dbg_lines: ":5,10-12"; for ABSOLUTE and
			* RELATIVE */
	bool distinct; /* functions, without lines: one place that can be
			* probed is enough of those of one declaration */
	bool nearest;  /* statements: a line without code stands for the nearest
			* one that has, not only for the next */
};

/* Takes "name@file:line" apart.  PT_E_SYNTAX with no place on nonsense. */
struct pt_error *pt_dbg_parse_pattern(struct pt_arena *arena, const char *text,
				      struct pt_dbg_pattern *ret);

enum pt_dbg_where {
	PT_DBG_CALLED,	/* an out-of-line function: entry address */
	PT_DBG_INLINED, /* one inlined copy: its first address */
};

struct pt_dbg_mark;

struct pt_dbg_function {
	const char *name; /* as a script names it: "vfs_read", "sys_open" */
	const char
		*symbol;  /* ELF symbol of the code: "__x64_sys_open", a clone's
			     * name; for an inlined copy the symbol around it */
	const char *file; /* as DWARF gives it: "fs/read_write.c" */
	unsigned line;	  /* of the declaration */
	enum pt_dbg_where where;
	uint64_t
		address; /* link time: entry of the code, or the copy's first pc */
	uint64_t symbol_address;
	bool is_entry;	 /* calls of the function arrive at the address */
	bool is_syscall; /* a wrapper that takes struct pt_regs * (DESIGN 3.8) */
	bool ftrace_entry;   /* starts with the compiler's call __fentry__ */
	const char *refused; /* why the kernel will not have a probe here
			      * ("noinstr text", ...); NULL: it will */
	const char *label;   /* the address is this label's; NULL: none's */
	const struct pt_dbg_mark *mark; /* the address is this marker's (see
					 * userprogram.h); NULL: none's */
	struct pt_dbg *dbg; /* of what it is a function; NULL: an address that
			      * nothing is known of (PT_DBG_ABSOLUTE) */
	unsigned section;   /* see pt_dbg_section_number(); set when a probe
			      * point is bound to it */
	const char *point;  /* that point, without wildcards; set then, too */
	/* Callees: where the call comes from, and where the call of that came
	 * from, and so on; NULL: from anywhere. */
	GPtrArray *callers; /* struct pt_dbg_caller * */
	/* A tracepoint: the function calls its probes, and its parameters but
	 * the first are theirs; NULL: it is none. */
	const char *tracepoint; /* "sched_switch" */
	const char *system;	/* "sched"; "" where nothing says */
	bool numbered;		/* its parameters are called arg1, arg2... */
	void *die;		/* private */
};

/* A piece of code, link time; SECTION as in struct pt_dbg_function. */
struct pt_dbg_range {
	uint64_t start, end;
	unsigned section;
};

struct pt_dbg_caller {
	const struct pt_dbg_function *function;
	GArray *ranges; /* struct pt_dbg_range: all of its code */
};

/* Functions that match, in order of file, line, name, address
 * (struct pt_dbg_function *), refused ones included.  "sys_*" patterns also find
 * the wrappers __x64_sys_*, and __ia32_sys_* of compat calls. An empty result is
 * no error. */
struct pt_error *pt_dbg_find_functions(struct pt_dbg *dbg,
				       const struct pt_dbg_pattern *pattern,
				       bool called, bool inlined,
				       GPtrArray *ret);

/* Addresses of source lines for kernel.statement(): as functions, with address
 * at the line's first statement. */
struct pt_error *pt_dbg_find_statements(struct pt_dbg *dbg,
					const struct pt_dbg_pattern *pattern,
					GPtrArray *ret);

/* Labels that match the glob LABEL in functions that match, as functions with the
 * address and the line of the label. */
struct pt_error *pt_dbg_find_labels(struct pt_dbg *dbg,
				    const struct pt_dbg_pattern *pattern,
				    const char *label, GPtrArray *ret);

/* The same of one FUNCTION. */
struct pt_error *pt_dbg_labels_of(const struct pt_dbg_function *function,
				  const char *label, GPtrArray *ret);

/*
 * What the code of CALLER calls, by the debuginfo's call sites: functions that
 * match PATTERN, in the order of pt_dbg_find_functions(); with INLINED, copies of
 * such in that code, too.  Their callers are CALLER and those of CALLER.  What
 * a module calls may be in KERNEL (else NULL).  *ret_jump gets the name of one
 * that the code only jumps to at its end, so that it is no caller any more.
 */
struct pt_error *pt_dbg_find_callees(const struct pt_dbg_function *caller,
				     const struct pt_dbg_pattern *pattern,
				     bool inlined, struct pt_dbg *kernel,
				     GPtrArray *ret, const char **ret_jump);

/* Tracepoints that match, SYSTEM (NULL: any) and NAME being globs, by system and
 * name, as functions (struct pt_dbg_function *).  An empty result is no error. */
struct pt_error *pt_dbg_find_tracepoints(struct pt_dbg *dbg, const char *system,
					 const char *name, GPtrArray *ret);

/* Code that the kernel rewrites when it boots or loads the module, link time. */
struct pt_dbg_patch {
	uint64_t start, end;
	bool lock_prefix; /* only as long as one CPU alone was ever online */
};

/* All such of the image (struct pt_dbg_patch), in order of the start; added to
 * RET. */
struct pt_error *pt_dbg_patched(struct pt_dbg *dbg, GArray *ret);

/* The function that holds a link-time address; NULL: none. */
struct pt_dbg_function *pt_dbg_function_at(struct pt_dbg *dbg,
					   uint64_t address);

/* A place in the code that is no function's to DBG: it has no variables.  NAME is
 * kept. */
struct pt_dbg_function *pt_dbg_place(struct pt_dbg *dbg, uint64_t address,
				     const char *name);

/* Names near to a function name that was not found, for "did you mean". */
void pt_dbg_function_names(struct pt_dbg *dbg, const char *like,
			   GPtrArray *ret);

/* The names of the files that functions are in; WHOLE: with their folders. */
void pt_dbg_file_names(struct pt_dbg *dbg, bool whole, GPtrArray *ret);

/* ---- values ----------------------------------------------------------- */

struct pt_dbg_pointee;

/* Bits of a value that are in one place. */
struct pt_dbg_part {
	uint64_t start, bits;	/* of the whole */
	struct pt_fetch *fetch; /* leaves the address or the value, of which
				 * these are the bits from OFFSET on */
	unsigned offset;	/* in memory less than 8 */
	bool in_memory;
	const struct pt_dbg_pointee *pointee; /* as of a value */
};

/* Something with a type that stands in memory (address known), or is a value
 * already (register, constant). */
struct pt_dbg_value {
	struct pt_fetch *fetch; /* leaves the address or the value; NULL with
				 * parts or a pointee */
	GPtrArray *parts; /* struct pt_dbg_part *, of what is in several places,
			   * or not all there; NULL: it is in one */
	const struct pt_dbg_pointee
		*pointee; /* of a pointer that was optimised out: what it leads
			   * to, which can be read; else NULL */
	struct pt_fetch
		*place; /* of a value that is not in memory, but was read
				 * from there: the address to write it to */
	bool in_memory;
	bool is_wide; /* not in memory: a binary64, whatever the type */
	bool in_user; /* that memory is the user's */
	struct pt_dbg_type *type;
	unsigned bit_size; /* of the parts, or a bit field; 0: all */
	unsigned bit_offset;
	bool user; /* pointers lead to user memory */
};

/*
 * The variable NAME ("filename", without $) as FUNCTION's code sees it at its
 * address.  Errors without a place, each with its own code:
 * PT_E_UNKNOWN_VARIABLE with the nearest names, PT_E_OPTIMISED_OUT,
 * PT_E_UNSUPPORTED, PT_E_BAD_DEBUGINFO.
 */
struct pt_error *pt_dbg_variable(struct pt_dbg *dbg,
				 const struct pt_dbg_function *function,
				 const char *name, struct pt_dbg_value *ret);

/* The value that FUNCTION returns, seen at its return.  PT_E_UNKNOWN_VARIABLE
 * for void. */
struct pt_error *pt_dbg_return_value(struct pt_dbg *dbg,
				     const struct pt_dbg_function *function,
				     struct pt_dbg_value *ret);

/* A global variable by name, optionally of a file ("jiffies", NULL). */
struct pt_error *pt_dbg_global(struct pt_dbg *dbg, const char *name,
			       const char *file, struct pt_dbg_value *ret);

/* A script value taken as a pointer to (or a struct of) the named type:
 * "task_struct", "struct file", "struct file *", "unsigned long".  The fetch
 * starts with operand 0.  ARRAY: as a pointer to elements of that type, unless
 * it is a pointer or an array itself.  PT_E_UNKNOWN_TYPE with the nearest
 * names. */
struct pt_error *pt_dbg_cast(struct pt_dbg *dbg, const char *type, bool array,
			     struct pt_dbg_value *ret);

/*
 * What a script value that was made from VALUE (ADDRESS: from its address) can
 * be taken for later: a fetch of operand 0.  False: for a number only.
 */
bool pt_dbg_shape(struct pt_dbg *dbg, const struct pt_dbg_value *value,
		  bool address, struct pt_dbg_value *ret);

/* What a shape is, without qualifiers: "struct file *".  Equal for equal
 * ones. */
const char *pt_dbg_shape_text(struct pt_dbg *dbg,
			      const struct pt_dbg_value *shape);

/* VALUE . NAME and VALUE -> NAME (one operator; anonymous members are looked
 * into).  PT_E_UNKNOWN_MEMBER with the nearest names, PT_E_TYPE_MISMATCH for what
 * has no members, PT_E_NO_DEBUGINFO for a structure that the image only
 * declares. */
struct pt_error *pt_dbg_member(struct pt_dbg *dbg,
			       const struct pt_dbg_value *value,
			       const char *name, struct pt_dbg_value *ret);

/* The member with NUMBER, from 0, in the list of pt_dbg_type_members(), of a
 * structure; so anonymous ones can be had. */
struct pt_error *pt_dbg_member_number(struct pt_dbg *dbg,
				      const struct pt_dbg_value *value,
				      unsigned number,
				      struct pt_dbg_value *ret);

/* VALUE [ script operand ]: adds one operand to the fetch.  PT_E_TYPE_MISMATCH
 * for what is neither an array nor a pointer to something with a size. */
struct pt_error *pt_dbg_index(struct pt_dbg *dbg,
			      const struct pt_dbg_value *value,
			      struct pt_dbg_value *ret);

/* The same with a constant index. */
struct pt_error *pt_dbg_index_const(struct pt_dbg *dbg,
				    const struct pt_dbg_value *value,
				    int64_t index, struct pt_dbg_value *ret);

/* The 64-bit script value of VALUE: loads, widens, cuts bit fields; an array or
 * a structure gives its address, a floating point number the bits of the nearest
 * binary64. */
struct pt_error *pt_dbg_load(struct pt_dbg *dbg,
			     const struct pt_dbg_value *value,
			     struct pt_fetch **ret);

/* Where VALUE is written to.  PT_E_LVALUE for what has no place or is more than
 * a number. */
struct pt_error *pt_dbg_store(struct pt_dbg *dbg,
			      const struct pt_dbg_value *value,
			      struct pt_store *ret);

/* &VALUE.  PT_E_UNSUPPORTED for what is not in memory. */
struct pt_error *pt_dbg_address_of(struct pt_dbg *dbg,
				   const struct pt_dbg_value *value,
				   struct pt_fetch **ret);

/* C spelling of a type: "struct file *". */
const char *pt_dbg_type_text(struct pt_dbg *dbg,
			     const struct pt_dbg_type *type);

/* The same as SystemTap's listings have it, which other programs read: "struct
 * file*", "char const*", "char [16]". */
const char *pt_dbg_type_listed(struct pt_dbg *dbg,
			       const struct pt_dbg_type *type);

/* What pretty printing needs to know of a type, typedefs and qualifiers gone. */
enum pt_dbg_class {
	PT_DBG_SIGNED,
	PT_DBG_UNSIGNED,
	PT_DBG_BOOL,
	PT_DBG_CHAR,
	PT_DBG_ENUM,
	PT_DBG_FLOAT,
	PT_DBG_POINTER,
	PT_DBG_CHAR_POINTER,
	PT_DBG_ARRAY,
	PT_DBG_CHAR_ARRAY,
	PT_DBG_STRUCT,
	PT_DBG_UNION,
	PT_DBG_FUNCTION,
	PT_DBG_VOID,
};
enum pt_dbg_class pt_dbg_type_class(struct pt_dbg *dbg,
				    const struct pt_dbg_type *type);

/* Element count of an array (-1: unknown) or size in bytes of a type (0:
 * unknown). */
int64_t pt_dbg_type_count(struct pt_dbg *dbg, const struct pt_dbg_type *type);
uint64_t pt_dbg_type_size(struct pt_dbg *dbg, const struct pt_dbg_type *type);

/* Names of the members of a structure (const char *; "" for an anonymous one,
 * whose members are members of this one too). */
void pt_dbg_type_members(struct pt_dbg *dbg, const struct pt_dbg_type *type,
			 GPtrArray *ret);

/* Has a structure, beside those members, some of which one or another is there
 * (DW_TAG_variant_part)?  pt_dbg_member() finds them by their names. */
bool pt_dbg_type_has_variants(struct pt_dbg *dbg,
			      const struct pt_dbg_type *type);

/* The value of the C constant NAME, a member of some enumeration.
 * PT_E_UNKNOWN_VARIABLE with the nearest names. */
struct pt_error *pt_dbg_enumerator(struct pt_dbg *dbg, const char *name,
				   int64_t *ret);

struct pt_dbg_constant {
	const char *name;
	int64_t value;
};

/* The constants (struct pt_dbg_constant *) of an enumeration, in the order of
 * their declaration.  PT_E_TYPE_MISMATCH for another type. */
struct pt_error *pt_dbg_constants(struct pt_dbg *dbg,
				  const struct pt_dbg_type *type,
				  GPtrArray *ret);

/* Names of the parameters and of the locals in scope at FUNCTION's address. */
void pt_dbg_parameters(struct pt_dbg *dbg,
		       const struct pt_dbg_function *function, GPtrArray *ret);
void pt_dbg_locals(struct pt_dbg *dbg, const struct pt_dbg_function *function,
		   GPtrArray *ret);

#endif
