/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * User programs and shared libraries: which file a script means, what libraries it
 * loads, and what there is in such a file beside functions.  The functions and
 * variables are had as those of the kernel (debuginfo.h).
 */
#ifndef PT_USERPROGRAM_H
#define PT_USERPROGRAM_H

#include "debuginfo.h"

/* ---- files ------------------------------------------------------------ */

/*
 * The files (const char *, whole paths without symbolic links, each once, sorted)
 * that NAME means: a path, a glob of paths, or a command of $PATH.  A script that
 * starts with "#!" stands for its interpreter.  Of what a glob finds only ELF files
 * count.  PT_E_NO_MATCH with near names, PT_E_FILE for one that is no program.
 */
struct pt_error *pt_program_find(struct pt_arena *arena, const char *name,
				 GPtrArray *ret);

/* The program that a shell command of -c starts: its first word, behind settings of
 * variables.  PT_E_NO_MATCH as above. */
struct pt_error *pt_program_of_command(struct pt_arena *arena,
				       const char *command, const char **ret);

/* The program that process PID runs.  PT_E_NO_MATCH without such a process. */
struct pt_error *pt_program_of_process(struct pt_arena *arena, int64_t pid,
				       const char **ret);

/* The file that ADDRESS of process PID is in, and where in the file.  PT_E_NO_MATCH
 * without such a process, or where no code of a file is there. */
struct pt_error *pt_program_at(struct pt_arena *arena, int64_t pid,
			       uint64_t address, const char **ret,
			       uint64_t *ret_offset);

struct pt_library {
	const char *name; /* as it is asked for: "libc.so.6" */
	const char *path; /* as above */
};

/*
 * The shared libraries (struct pt_library *) that the program at PATH loads when
 * it starts, and those that they load, as ld.so(8) finds them: by DT_RPATH, DT_RUNPATH
 * with $ORIGIN, /etc/ld.so.cache, and the folders of the system.  The dynamic linker
 * is one of them.  What is not found is left out.  Added to RET, in order of path.
 */
struct pt_error *pt_program_libraries(struct pt_arena *arena, const char *path,
				      GPtrArray *ret);

/* ---- one that is open ------------------------------------------------- */

/* Opens the program at PATH.  Without debuginfo its symbols give functions alone. */
struct pt_error *pt_dbg_open_program(struct pt_session *session,
				     const char *path, struct pt_dbg **ret);

/* Does it have debuginfo, not symbols alone? */
bool pt_dbg_program_has_dwarf(const struct pt_dbg *dbg);

/* Once for each of PROGRAMS (struct pt_dbg *) that has symbols alone: a warning, one
 * for all, that says what to install. */
void pt_dbg_program_note(struct pt_session *session, const GPtrArray *programs);

/* Its path; NULL: the kernel or a module. */
const char *pt_dbg_program(const struct pt_dbg *dbg);

/* Is it loaded at an address that differs from process to process? */
bool pt_dbg_program_moves(const struct pt_dbg *dbg);

/* Where in the file the code or data of a link-time address lies; false: it does
 * not. */
bool pt_dbg_program_offset(const struct pt_dbg *dbg, uint64_t address,
			   uint64_t *ret);

/* The link-time address of the code at OFFSET in the file; false: none is there. */
bool pt_dbg_program_address(const struct pt_dbg *dbg, uint64_t offset,
			    uint64_t *ret);

/* A place of its code, by which it is found in a process: link-time address, and
 * offset in the file. */
void pt_dbg_program_anchor(const struct pt_dbg *dbg, uint64_t *ret_address,
			   uint64_t *ret_offset);

/* Bytes of its addresses. */
unsigned pt_dbg_program_word(const struct pt_dbg *dbg);

/* Can others link against the function at ADDRESS, by any name? */
bool pt_dbg_program_exports(const struct pt_dbg *dbg, uint64_t address);

/* May the stack that F runs on be moved meanwhile, so that nothing may stand in for its
 * return address?  So does the runtime of Go, of which all of a program is that is not
 * described as another language's. */
bool pt_dbg_stack_moves(const struct pt_dbg_function *f);

/* Is its build id the hash of the file, because it has none? */
bool pt_dbg_program_hashed(const struct pt_dbg *dbg);

/* A stub of the procedure linkage table: what is called through it. */
struct pt_dbg_stub {
	const char *name;
	uint64_t address;
};

/* Adds all of them (struct pt_dbg_stub *) to RET, in order of name and address. */
struct pt_error *pt_dbg_stubs(struct pt_dbg *dbg, GPtrArray *ret);

/* A marker of <sys/sdt.h>, which the compiler described in .note.stapsdt. */
struct pt_dbg_mark {
	const char *provider, *name;
	uint64_t address;     /* of the nop, link time */
	uint64_t semaphore;   /* of its counter, link time; 0: none */
	GPtrArray *arguments; /* const char *: operands, "-4@%edi" */
};

/* Adds all markers (struct pt_dbg_mark *), in order of provider, name and address.  An
 * unreadable note ends the list with PT_E_BAD_DEBUGINFO. */
struct pt_error *pt_dbg_marks(struct pt_dbg *dbg, GPtrArray *ret);

/*
 * The value of an operand in the assembler's words: [-]SIZE@ and a constant, a
 * register, or memory.  PT_E_UNSUPPORTED with the text where it is of another kind
 * (more than 8 bytes).  Of floating point ones it leaves a binary64.
 */
struct pt_error *pt_dbg_operand(struct pt_dbg *dbg, const char *text,
				struct pt_fetch **ret);

#endif
