/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drives the debuginfo room from the command line:
 *
 *   driver IMAGE list PATTERN       functions, called ones
 *   driver IMAGE inlined PATTERN    inlined copies too
 *   driver IMAGE statements PATTERN
 *   driver IMAGE nearest PATTERN    statements, also before the line
 *   driver IMAGE labels PATTERN LABEL
 *   driver IMAGE show PATTERN PATH  the fetch program of a value
 *   driver IMAGE run PATTERN PATH [OPERAND...]
 *                                   runs IMAGE, stops there, fetches the value
 *   driver IMAGE write PATTERN PATH VALUE
 *                                   runs IMAGE, stops there, writes the value,
 *                                   and prints it and what the function returns
 *   driver IMAGE enumerator NAME    the value of a constant
 *   driver IMAGE constants TYPE     the constants of an enumeration
 *   driver IMAGE shape PATTERN PATH what a script value of it can be taken for
 *   driver IMAGE near NAME          names near to one
 *   driver IMAGE parameters PATTERN
 *   driver IMAGE members TYPE
 *   driver IMAGE everything         asks for all of all functions
 *   driver IMAGE coverage           how much of it can be probed and read
 *   driver IMAGE locations STEP     where the parameters of every STEP-th
 *                                   function are at its entry
 *   driver IMAGE handles PATTERN    how often libdw was opened to index the image,
 *                                   find the functions and show their parameters
 *   driver IMAGE damage OUT SEED    writes a copy with damaged debuginfo
 *
 *   driver IMAGE stubs            of the linkage table
 *   driver IMAGE marks            with their operands' fetch programs
 *   driver IMAGE operand TEXT     the fetch program of an operand
 *   driver IMAGE libraries        that it loads
 *
 * "user:" before IMAGE opens it as a user program, "half:" one of 32 bits as a
 * kernel of 64 runs it, "file:" as a file with types, "module:" as a module of the
 * kernel that runs here, by its BTF.
 *
 * A PATH is NAME, then ->member, .member, [number] or [] (a script operand);
 * with & before it, the address; NAME is a variable, "return", "%global" or
 * "(type)" for a script value taken as that type.  An error is printed as
 * "[slug] message | hint", exit status 1.
 */
#include <elf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "debuginfo/debuginfo.h"
#include "debuginfo/modules.h"
#include "debuginfo/userprogram.h"
#include "interpreter.h"

static struct pt_session session;
static struct pt_dbg *dbg;
static struct pt_arena *arena;
static uint64_t slide; /* of the program that runs */

static int fail(struct pt_error *error)
{
	const char *hint = pt_error_hint_text(error);

	printf("[%s] %s%s%s\n", pt_code_slug(error->code), error->message,
	       hint ? " | " : "", hint ? hint : "");
	return 1;
}

#define TRY(expr)                                 \
	do {                                      \
		struct pt_error *error_ = (expr); \
		if (error_)                       \
			return fail(error_);      \
	} while (0)

/* ---- paths ------------------------------------------------------------ */

static struct pt_error *path_start(const struct pt_dbg_function *function,
				   const char *name, struct pt_dbg_value *ret)
{
	size_t length = strlen(name);

	if (!strcmp(name, "return"))
		return pt_dbg_return_value(dbg, function, ret);
	if (name[0] == '%')
		return pt_dbg_global(dbg, name + 1, NULL, ret);
	if (name[0] == '(')
		return pt_dbg_cast(
			dbg, pt_arena_strndup(arena, name + 1, length - 2),
			name[length] == '[', ret);
	return pt_dbg_variable(dbg, function, name, ret);
}

static struct pt_error *path_step(const char **at, struct pt_dbg_value *value)
{
	const char *start;

	if (**at == '[') {
		const char *number = *at + 1;

		*at = strchr(*at, ']') + 1;
		if (number[0] == ']')
			return pt_dbg_index(dbg, value, value);
		return pt_dbg_index_const(dbg, value, atoi(number), value);
	}
	start = *at + (**at == '-' ? 2 : 1);
	*at = start + strcspn(start, "-.[");
	return pt_dbg_member(
		dbg, value,
		pt_arena_strndup(arena, start, (size_t)(*at - start)), value);
}

static struct pt_error *path_fetch(const struct pt_dbg_function *function,
				   const char *path, struct pt_fetch **ret,
				   struct pt_dbg_value *value)
{
	bool address = path[0] == '&';
	const char *at;

	path += address;
	at = path[0] == '(' ? strchr(path, ')') + 1
			    : path + strcspn(path, "-.[");
	PT_TRY(path_start(function,
			  pt_arena_strndup(arena, path, (size_t)(at - path)),
			  value));
	while (*at)
		PT_TRY(path_step(&at, value));
	return address ? pt_dbg_address_of(dbg, value, ret)
		       : pt_dbg_load(dbg, value, ret);
}

static struct pt_error *find(const char *text, bool inlined, bool statements,
			     GPtrArray **ret)
{
	struct pt_dbg_pattern pattern;

	*ret = pt_arena_ptr_array(arena);
	PT_TRY(pt_dbg_parse_pattern(arena, text, &pattern));
	if (statements)
		return pt_dbg_find_statements(dbg, &pattern, *ret);
	return pt_dbg_find_functions(dbg, &pattern, true, inlined, *ret);
}

static int list(const char *text, bool inlined, bool statements)
{
	GPtrArray *found;

	TRY(find(text, inlined, statements, &found));
	for (guint i = 0; i < found->len; i++) {
		const struct pt_dbg_function *f = g_ptr_array_index(found, i);

		printf("%s %s %s:%u %s%s%s%s%s\n", f->name, f->symbol, f->file,
		       f->line,
		       f->where == PT_DBG_INLINED ? "inlined" : "called",
		       f->is_syscall ? " syscall" : "",
		       f->ftrace_entry ? " ftrace" : "",
		       f->refused ? " refused: " : "",
		       f->refused ? f->refused : "");
	}
	return 0;
}

static void print_fetch(const struct pt_dbg_value *value,
			const struct pt_fetch *fetch)
{
	printf("%s: %s (%u bytes%s%s)\n", pt_dbg_type_text(dbg, value->type),
	       pt_fetch_text(arena, fetch), fetch->size,
	       fetch->is_signed ? ", signed" : "",
	       fetch->pointer ? ", pointer" : "");
}

static int show(const char *text, const char *path)
{
	GPtrArray *found;
	int status = 0;

	TRY(find(text + (text[0] == '='), true, text[0] == '=', &found));
	for (guint i = 0; i < found->len; i++) {
		struct pt_dbg_value value;
		struct pt_fetch *fetch;
		struct pt_error *error = path_fetch(g_ptr_array_index(found, i),
						    path, &fetch, &value);

		if (error)
			status = fail(error);
		else
			print_fetch(&value, fetch);
	}
	return status;
}

/* ---- a running sample ------------------------------------------------- */

static bool read_child(void *arg, uint64_t address, void *to, size_t size)
{
	pid_t child = *(pid_t *)arg;
	struct iovec local = { to, size };
	struct iovec remote = { (void *)(uintptr_t)address, size };

	return process_vm_readv(child, &local, 1, &remote, 1, 0) ==
	       (ssize_t)size;
}

static bool go_to(pid_t child, uint64_t address)
{
	long old = ptrace(PTRACE_PEEKTEXT, child, (void *)address, NULL);
	struct user_regs_struct regs;
	int status;

	ptrace(PTRACE_POKETEXT, child, (void *)address,
	       (void *)((old & ~0xffL) | 0xcc));
	ptrace(PTRACE_CONT, child, NULL, NULL);
	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
	    WSTOPSIG(status) != SIGTRAP)
		return false;
	ptrace(PTRACE_POKETEXT, child, (void *)address, (void *)old);
	ptrace(PTRACE_GETREGS, child, NULL, &regs);
	regs.rip = address;
	ptrace(PTRACE_SETREGS, child, NULL, &regs);
	return true;
}

static unsigned code_word; /* bytes of an address in the file's code */

static bool is_i386(void)
{
	return !strcmp(session.target.arch, "i386");
}

static void add_floats(pid_t child, struct machine *machine)
{
	struct user_fpregs_struct r;

	ptrace(PTRACE_GETFPREGS, child, NULL, &r);
	memcpy(machine->xmm, r.xmm_space, sizeof(machine->xmm));
	memcpy(machine->st, r.st_space, sizeof(machine->st));
}

static void machine_from(pid_t *child, struct machine *machine)
{
	struct user_regs_struct r;

	ptrace(PTRACE_GETREGS, *child, NULL, &r);
	if (is_i386())
		*machine = (struct machine){
			.registers = { r.rax, r.rcx, r.rdx, r.rbx, r.rsp, r.rbp,
				       r.rsi, r.rdi, r.rip },
			.cfa = r.rsp + code_word,
			.tls = r.gs_base,
			.slide = slide,
			.read = read_child,
			.arg = child,
		};
	else
		*machine = (struct machine){
			.registers = { r.rax, r.rdx, r.rcx, r.rbx, r.rsi, r.rdi,
				       r.rbp, r.rsp, r.r8, r.r9, r.r10, r.r11,
				       r.r12, r.r13, r.r14, r.r15, r.rip },
			.cfa = r.rsp + code_word,
			.tls = code_word == 4 ? r.gs_base : r.fs_base,
			.slide = slide,
			.read = read_child,
			.arg = child,
		};
	add_floats(*child, machine);
}

/* At its entry: on to where the function returns to. */
static bool go_back(pid_t child, const struct machine *machine)
{
	uint64_t back = 0;

	return read_child(&child, machine->cfa - code_word, &back, code_word) &&
	       go_to(child, back);
}

static int run_at(pid_t child, const struct pt_dbg_function *function,
		  const char *path, int argc, char **argv)
{
	bool at_return = !strncmp(path, "return", 6);
	struct pt_dbg_value value;
	struct machine machine;
	struct pt_fetch *fetch;
	uint64_t result;
	int64_t operands[8];

	TRY(path_fetch(function, path, &fetch, &value));
	for (int i = 0; i < argc && i < 8; i++)
		operands[i] = atoll(argv[i]);
	if (!go_to(child, function->address + slide)) {
		printf("it did not come there\n");
		return 1;
	}
	machine_from(&child, &machine);
	if (at_return) {
		if (!go_back(child, &machine)) {
			printf("it did not come back\n");
			return 1;
		}
		machine_from(&child, &machine);
	}
	machine.operands = operands;
	machine.n_operands = (unsigned)argc;
	if (!interpreter_run(fetch, &machine, &result)) {
		printf("the fetch failed: %s\n", pt_fetch_text(arena, fetch));
		return 1;
	}
	if (value.type &&
	    pt_dbg_type_class(dbg, value.type) == PT_DBG_CHAR_POINTER) {
		char text[64] = "";

		for (size_t i = 0;
		     i + 1 < sizeof(text) &&
		     read_child(&child, result + i, text + i, 1) && text[i];
		     i++)
			;
		printf("\"%s\"\n", text);
	} else {
		printf("%" PRId64 "\n", (int64_t)result);
	}
	return 0;
}

/* The bytes at ADDRESS, or of a register, with VALUE where STORE says. */
static uint64_t merged(const struct pt_store *store, uint64_t old,
		       uint64_t value)
{
	uint64_t mask = store->bit_size < 64
				? (UINT64_C(1) << store->bit_size) - 1
				: UINT64_MAX;

	if (!store->bit_size)
		return store->address || store->size > 4 ? value
							 : (uint32_t)value;
	return (old & ~(mask << store->bit_offset)) |
	       ((value & mask) << store->bit_offset);
}

static bool write_register(pid_t child, unsigned number,
			   const struct pt_store *store, uint64_t value)
{
	struct user_regs_struct r;
	unsigned long long *const x64[10] = {
		&r.rax, &r.rdx, &r.rcx, &r.rbx, &r.rsi,
		&r.rdi, &r.rbp, &r.rsp, &r.r8,	&r.r9,
	};
	unsigned long long *const i386[10] = {
		&r.rax, &r.rcx, &r.rdx, &r.rbx, &r.rsp, &r.rbp, &r.rsi, &r.rdi,
	};
	unsigned long long *at = NULL;

	ptrace(PTRACE_GETREGS, child, NULL, &r);
	if (number < G_N_ELEMENTS(x64))
		at = is_i386() ? i386[number] : x64[number];
	if (!at)
		return false;
	*at = merged(store, *at, value);
	return !ptrace(PTRACE_SETREGS, child, NULL, &r);
}

static bool write_memory(pid_t child, uint64_t address,
			 const struct pt_store *store, uint64_t value)
{
	uint64_t word = 0;
	struct iovec local = { &word, store->size };
	struct iovec remote = { (void *)(uintptr_t)address, store->size };

	if (!read_child(&child, address, &word, store->size))
		return false;
	word = merged(store, word, value);
	return process_vm_writev(child, &local, 1, &remote, 1, 0) ==
	       (ssize_t)store->size;
}

static int write_at(pid_t child, const struct pt_dbg_function *function,
		    const char *path, int64_t wanted)
{
	uint64_t address = 0, result;
	struct pt_dbg_value value;
	struct pt_store store;
	struct machine machine;
	struct pt_fetch *fetch;
	bool done;

	TRY(path_fetch(function, path, &fetch, &value));
	TRY(pt_dbg_store(dbg, &value, &store));
	if (!go_to(child, function->address + slide)) {
		printf("it did not come there\n");
		return 1;
	}
	machine_from(&child, &machine);
	if (!store.address)
		done = write_register(child, store.reg, &store,
				      (uint64_t)wanted);
	else
		done = interpreter_run(store.address, &machine, &address) &&
		       write_memory(child, address, &store, (uint64_t)wanted);
	machine_from(&child, &machine);
	if (!done || !interpreter_run(fetch, &machine, &result) ||
	    !go_back(child, &machine)) {
		printf("it could not be written\n");
		return 1;
	}
	machine_from(&child, &machine);
	printf("%" PRId64 " returns ", (int64_t)result);
	TRY(pt_dbg_return_value(dbg, function, &value));
	TRY(pt_dbg_load(dbg, &value, &fetch));
	if (!interpreter_run(fetch, &machine, &result))
		return 1;
	printf("%" PRId64 "\n", (int64_t)result);
	return 0;
}

/* Where the program itself is: what is mapped first. */
static uint64_t lowest_mapping(pid_t child)
{
	char path[64];
	unsigned long start = 0;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)child);
	maps = fopen(path, "r");
	if (!maps || fscanf(maps, "%lx-", &start) != 1)
		start = 0;
	if (maps)
		fclose(maps);
	return start;
}

/* With WANTED: writes instead. */
static int run(const char *image, const char *text, const char *path, int argc,
	       char **argv, const char *wanted)
{
	bool statement = text[0] == '=';
	GPtrArray *found;
	int status;
	pid_t child;

	TRY(find(text + statement, true, statement, &found));
	if (!found->len) {
		printf("no such function\n");
		return 1;
	}
	fflush(stdout);
	child = fork();
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execl(image, image, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child ||
	    !WIFSTOPPED(status)) {
		printf("cannot trace\n");
		return 77;
	}
	if (pt_dbg_program_moves(dbg))
		slide = lowest_mapping(child);
	/* With several places the last is wanted: the inlined copy, not its
	 * function. */
	if (wanted)
		status = write_at(child,
				  g_ptr_array_index(found, found->len - 1),
				  path, atoll(wanted));
	else
		status = run_at(child, g_ptr_array_index(found, found->len - 1),
				path, argc, argv);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return status;
}

/* ---- the rest --------------------------------------------------------- */

static void print_names(const GPtrArray *names)
{
	for (guint i = 0; i < names->len; i++)
		printf("%s%s", i ? " " : "",
		       (const char *)g_ptr_array_index(names, i));
	printf("\n");
}

static int parameters(const char *text)
{
	GPtrArray *found;

	TRY(find(text, true, false, &found));
	for (guint i = 0; i < found->len; i++) {
		GPtrArray *names = pt_arena_ptr_array(arena);

		pt_dbg_parameters(dbg, g_ptr_array_index(found, i), names);
		print_names(names);
	}
	return 0;
}

static int members(const char *type)
{
	GPtrArray *names = pt_arena_ptr_array(arena);
	struct pt_dbg_value value;

	TRY(pt_dbg_cast(dbg, type, false, &value));
	pt_dbg_type_members(dbg, value.type, names);
	print_names(names);
	return 0;
}

static int enumerator(const char *name)
{
	int64_t value;

	TRY(pt_dbg_enumerator(dbg, name, &value));
	printf("%" PRId64 "\n", value);
	return 0;
}

/* Line and label of what was found, a line each. */
static int places(const GPtrArray *found)
{
	for (guint i = 0; i < found->len; i++) {
		const struct pt_dbg_function *f = g_ptr_array_index(found, i);

		printf("%s:%u%s%s\n", f->name, f->line, f->label ? " " : "",
		       f->label ? f->label : "");
	}
	return 0;
}

static int nearest(const char *text)
{
	GPtrArray *found = pt_arena_ptr_array(arena);
	struct pt_dbg_pattern pattern;

	TRY(pt_dbg_parse_pattern(arena, text, &pattern));
	pattern.nearest = true;
	TRY(pt_dbg_find_statements(dbg, &pattern, found));
	return places(found);
}

static int labels(const char *text, const char *label)
{
	GPtrArray *found = pt_arena_ptr_array(arena);
	struct pt_dbg_pattern pattern;

	TRY(pt_dbg_parse_pattern(arena, text, &pattern));
	TRY(pt_dbg_find_labels(dbg, &pattern, label, found));
	return places(found);
}

static int constants(const char *type)
{
	GPtrArray *all = pt_arena_ptr_array(arena);
	struct pt_dbg_value value;

	TRY(pt_dbg_cast(dbg, type, false, &value));
	TRY(pt_dbg_constants(dbg, value.type, all));
	for (guint i = 0; i < all->len; i++) {
		const struct pt_dbg_constant *c = g_ptr_array_index(all, i);

		printf("%s%s=%" PRId64, i ? " " : "", c->name, c->value);
	}
	printf("\n");
	return 0;
}

static int shape(const char *text, const char *path)
{
	struct pt_dbg_value value, taken;
	struct pt_fetch *fetch;
	GPtrArray *found;

	TRY(find(text, true, false, &found));
	if (!found->len)
		return 1;
	TRY(path_fetch(g_ptr_array_index(found, 0), path, &fetch, &value));
	printf("%s\n", pt_dbg_shape(dbg, &value, path[0] == '&', &taken)
			       ? pt_dbg_shape_text(dbg, &taken)
			       : "a number");
	return 0;
}

/* What the functions that match TEXT call, if it matches CALLEE. */
static int callees(const char *text, const char *callee)
{
	struct pt_dbg_pattern pattern;
	GPtrArray *found, *called = pt_arena_ptr_array(arena);
	const char *jump = NULL;

	TRY(pt_dbg_parse_pattern(arena, callee, &pattern));
	TRY(find(text, false, false, &found));
	for (guint i = 0; i < found->len; i++)
		TRY(pt_dbg_find_callees(g_ptr_array_index(found, i), &pattern,
					true, NULL, called, &jump));
	for (guint i = 0; i < called->len; i++) {
		const struct pt_dbg_function *f = g_ptr_array_index(called, i);
		const struct pt_dbg_caller *caller =
			g_ptr_array_index(f->callers, 0);

		printf("%s from %s %s\n", f->name, caller->function->name,
		       f->where == PT_DBG_INLINED ? "inlined" : "called");
	}
	if (jump)
		printf("jumps to %s\n", jump);
	return 0;
}

/* Errors are fine here, crashes are not. */
static int everything(void)
{
	struct pt_dbg_pattern pattern = { .function = "*",
					  .line_kind = PT_LINE_ANY };
	GPtrArray *found = pt_arena_ptr_array(arena);
	unsigned asked = 0;

	if (pt_dbg_find_functions(dbg, &pattern, true, true, found))
		return 1;
	if (pt_dbg_find_statements(dbg, &pattern, found))
		return 1;
	for (guint i = 0; i < found->len; i++) {
		const struct pt_dbg_function *f = g_ptr_array_index(found, i);
		GPtrArray *names = pt_arena_ptr_array(arena);
		GPtrArray *called = pt_arena_ptr_array(arena);
		const char *jump;
		struct pt_dbg_value value;
		struct pt_fetch *fetch;

		if (!pt_dbg_find_callees(f, &pattern, true, NULL, called,
					 &jump))
			asked += called->len;

		pt_dbg_parameters(dbg, f, names);
		pt_dbg_locals(dbg, f, names);
		for (guint k = 0; k < names->len; k++) {
			GPtrArray *inner = pt_arena_ptr_array(arena);

			asked++;
			if (pt_dbg_variable(dbg, f, g_ptr_array_index(names, k),
					    &value))
				continue;
			pt_dbg_type_text(dbg, value.type);
			pt_dbg_type_members(dbg, value.type, inner);
			for (guint m = 0; m < inner->len; m++) {
				struct pt_dbg_value member;

				if (!pt_dbg_member(dbg, &value,
						   g_ptr_array_index(inner, m),
						   &member))
					pt_dbg_load(dbg, &member, &fetch);
			}
			pt_dbg_load(dbg, &value, &fetch);
		}
		if (!pt_dbg_return_value(dbg, f, &value))
			pt_dbg_load(dbg, &value, &fetch);
	}
	printf("asked for %u\n", asked);
	return 0;
}

static gint by_count(gconstpointer a, gconstpointer b, gpointer table)
{
	unsigned x = GPOINTER_TO_UINT(g_hash_table_lookup(table, a));
	unsigned y = GPOINTER_TO_UINT(g_hash_table_lookup(table, b));

	return x != y ? (x < y) - (x > y) : strcmp(a, b);
}

static void count(GHashTable *table, const char *what)
{
	unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(table, what));

	g_hash_table_insert(table, (gpointer)what, GUINT_TO_POINTER(n + 1));
}

static void print_counts(const char *title, GHashTable *table)
{
	GList *keys = g_hash_table_get_keys(table);
	unsigned all = 0;

	for (GList *k = keys; k; k = k->next)
		all += GPOINTER_TO_UINT(g_hash_table_lookup(table, k->data));
	keys = g_list_sort_with_data(keys, by_count, table);
	printf("%s: %u\n", title, all);
	for (GList *k = keys; k; k = k->next) {
		unsigned n =
			GPOINTER_TO_UINT(g_hash_table_lookup(table, k->data));

		printf("%8u %6.2f %% %s\n", n, 100.0 * n / all,
		       (const char *)k->data);
	}
	g_list_free(keys);
}

/* Without what differs from case to case. */
static const char *reason(const struct pt_error *error)
{
	const char *said = strstr(error->message, "described with ");

	if (error->code != PT_E_UNSUPPORTED || !said)
		return pt_code_slug(error->code);
	return pt_arena_printf(arena, "unsupported: %s",
			       said + strlen("described with "));
}

static const char *what_is_read(const struct pt_dbg_value *value)
{
	struct pt_dbg_value target;

	if (!value->pointee)
		return value->parts ? "can be read in parts" : "can be read";
	return pt_dbg_index_const(dbg, value, 0, &target)
		       ? "optimised-out with what it points to"
		       : "optimised-out, what it points to can be read";
}

static void cover_values(const struct pt_dbg_function *f, GHashTable *table)
{
	GPtrArray *names = pt_arena_ptr_array(arena);

	pt_dbg_parameters(dbg, f, names);
	for (guint i = 0; i < names->len; i++) {
		struct pt_dbg_value value;
		struct pt_error *error = pt_dbg_variable(
			dbg, f, g_ptr_array_index(names, i), &value);

		count(table, error ? reason(error) : what_is_read(&value));
	}
}

static int coverage(void)
{
	static const char *const titles[2][2] = {
		{ "functions", "their parameters at entry" },
		{ "inlined copies", "their parameters at their start" },
	};
	struct pt_dbg_pattern pattern = { .function = "*" };

	for (int inlined = 0; inlined < 2; inlined++) {
		GHashTable *places = g_hash_table_new(g_str_hash, g_str_equal);
		GHashTable *values = g_hash_table_new(g_str_hash, g_str_equal);
		GPtrArray *found = pt_arena_ptr_array(arena);

		TRY(pt_dbg_find_functions(dbg, &pattern, !inlined, inlined,
					  found));
		for (guint i = 0; i < found->len; i++) {
			const struct pt_dbg_function *f =
				g_ptr_array_index(found, i);

			count(places,
			      f->refused ? f->refused : "can be probed");
			if (!f->refused)
				cover_values(f, values);
		}
		print_counts(titles[inlined][0], places);
		print_counts(titles[inlined][1], values);
		g_hash_table_unref(places);
		g_hash_table_unref(values);
	}
	return 0;
}

/* For a comparison with another reader: address, name, location (of what is in
 * parts, the first). */
static void print_location(const struct pt_dbg_function *f, const char *name,
			   const struct pt_dbg_value *value,
			   const struct pt_error *error)
{
	const struct pt_fetch *fetch = value->fetch;
	const struct pt_dbg_part *first;

	if (!error && value->parts) {
		first = value->parts->pdata[0];
		fetch = first->fetch;
	}
	printf("0x%" PRIx64 " %s %s%s\n", f->address, name,
	       error		  ? pt_code_slug(error->code)
	       : value->in_memory ? "at "
				  : "",
	       error	? ""
	       : !fetch ? "optimised-out"
			: pt_fetch_text(arena, fetch));
}

static int locations(unsigned step)
{
	struct pt_dbg_pattern pattern = { .function = "*" };
	GPtrArray *found = pt_arena_ptr_array(arena);

	TRY(pt_dbg_find_functions(dbg, &pattern, true, false, found));
	for (guint i = 0; i < found->len; i += step) {
		const struct pt_dbg_function *f = g_ptr_array_index(found, i);
		GPtrArray *names = pt_arena_ptr_array(arena);

		if (f->refused || f->is_syscall)
			continue;
		pt_dbg_parameters(dbg, f, names);
		for (guint k = 0; k < names->len; k++) {
			const char *name = g_ptr_array_index(names, k);
			struct pt_dbg_value value;
			struct pt_error *error =
				pt_dbg_variable(dbg, f, name, &value);

			print_location(f, name, &value, error);
		}
	}
	return 0;
}

/* A few bytes of the debug sections, or of the section headers' neighbourhood,
 * get other values; the same ones for the same seed. */
static int damage(const char *image, const char *out, unsigned seed)
{
	gchar *data;
	gsize size;
	const Elf64_Ehdr *h;
	const Elf64_Shdr *s;

	if (!g_file_get_contents(image, &data, &size, NULL))
		return 1;
	h = (const void *)data;
	s = (const void *)(data + h->e_shoff);
	srand(seed);
	for (unsigned n = 1 + (unsigned)rand() % 8; n > 0; n--) {
		const Elf64_Shdr *section = &s[rand() % h->e_shnum];
		const char *name =
			data + s[h->e_shstrndx].sh_offset + section->sh_name;

		if (strncmp(name, ".debug_", 7) || !section->sh_size) {
			n++;
			continue;
		}
		data[section->sh_offset + (size_t)rand() % section->sh_size] =
			(char)rand();
	}
	if (!g_file_set_contents(out, data, (gssize)size, NULL))
		return 1;
	g_free(data);
	return 0;
}

static int stubs(void)
{
	GPtrArray *found = pt_arena_ptr_array(arena);

	TRY(pt_dbg_stubs(dbg, found));
	for (guint i = 0; i < found->len; i++) {
		const struct pt_dbg_stub *stub = g_ptr_array_index(found, i);

		printf("%s 0x%" PRIx64 "\n", stub->name, stub->address);
	}
	return 0;
}

static void print_operand(const char *text)
{
	struct pt_fetch *fetch;
	struct pt_error *error = pt_dbg_operand(dbg, text, &fetch);

	printf("  %s: ", text);
	if (error)
		fail(error);
	else
		printf("%s\n", pt_fetch_text(arena, fetch));
}

static int marks(void)
{
	GPtrArray *found = pt_arena_ptr_array(arena);

	TRY(pt_dbg_marks(dbg, found));
	for (guint i = 0; i < found->len; i++) {
		const struct pt_dbg_mark *mark = g_ptr_array_index(found, i);

		printf("%s:%s%s\n", mark->provider, mark->name,
		       mark->semaphore ? " with a semaphore" : "");
		for (guint k = 0; k < mark->arguments->len; k++)
			print_operand(g_ptr_array_index(mark->arguments, k));
	}
	return 0;
}

static int libraries(const char *path)
{
	GPtrArray *found = pt_arena_ptr_array(arena);

	TRY(pt_program_libraries(arena, path, found));
	for (guint i = 0; i < found->len; i++) {
		const struct pt_library *library = g_ptr_array_index(found, i);

		printf("%s %s\n", library->name, library->path);
	}
	return 0;
}

/* The linker puts it before libdw's (--wrap). */
Dwarf *__real_dwarf_begin_elf(Elf *elf, Dwarf_Cmd cmd, Elf_Scn *group);
Dwarf *__wrap_dwarf_begin_elf(Elf *elf, Dwarf_Cmd cmd, Elf_Scn *group);

static gint opened;

Dwarf *__wrap_dwarf_begin_elf(Elf *elf, Dwarf_Cmd cmd, Elf_Scn *group)
{
	g_atomic_int_inc(&opened);
	return __real_dwarf_begin_elf(elf, cmd, group);
}

static int handles(const char *text)
{
	GPtrArray *found, *names = pt_arena_ptr_array(arena);

	TRY(find(text, true, false, &found));
	for (guint i = 0; i < found->len; i++)
		pt_dbg_parameters(dbg, g_ptr_array_index(found, i), names);
	printf("%u %u %d\n", found->len, names->len, g_atomic_int_get(&opened));
	return 0;
}

static int command(int argc, char **argv)
{
	const char *word = argv[2];

	if (!strcmp(word, "list") && argc == 4)
		return list(argv[3], false, false);
	if (!strcmp(word, "inlined") && argc == 4)
		return list(argv[3], true, false);
	if (!strcmp(word, "statements") && argc == 4)
		return list(argv[3], false, true);
	if (!strcmp(word, "coverage") && argc == 3)
		return coverage();
	if (!strcmp(word, "locations") && argc == 4)
		return locations((unsigned)atoi(argv[3]));
	if (!strcmp(word, "handles") && argc == 4)
		return handles(argv[3]);
	if (!strcmp(word, "nearest") && argc == 4)
		return nearest(argv[3]);
	if (!strcmp(word, "labels") && argc == 5)
		return labels(argv[3], argv[4]);
	if (!strcmp(word, "callees") && argc == 5)
		return callees(argv[3], argv[4]);
	if (!strcmp(word, "show") && argc == 5)
		return show(argv[3], argv[4]);
	if (!strcmp(word, "run") && argc >= 5)
		return run(argv[1], argv[3], argv[4], argc - 5, argv + 5, NULL);
	if (!strcmp(word, "write") && argc == 6)
		return run(argv[1], argv[3], argv[4], 0, NULL, argv[5]);
	if (!strcmp(word, "enumerator") && argc == 4)
		return enumerator(argv[3]);
	if (!strcmp(word, "constants") && argc == 4)
		return constants(argv[3]);
	if (!strcmp(word, "shape") && argc == 5)
		return shape(argv[3], argv[4]);
	if (!strcmp(word, "parameters") && argc == 4)
		return parameters(argv[3]);
	if (!strcmp(word, "members") && argc == 4)
		return members(argv[3]);
	if (!strcmp(word, "near") && argc == 4) {
		GPtrArray *names = pt_arena_ptr_array(arena);

		pt_dbg_function_names(dbg, argv[3], names);
		print_names(names);
		return 0;
	}
	if (!strcmp(word, "stubs"))
		return stubs();
	if (!strcmp(word, "marks"))
		return marks();
	if (!strcmp(word, "libraries"))
		return libraries(argv[1]);
	if (!strcmp(word, "operand") && argc == 4) {
		print_operand(argv[3]);
		return 0;
	}
	if (!strcmp(word, "everything"))
		return everything();
	fprintf(stderr, "driver: no such command\n");
	return 2;
}

/* Is the file for i386?  Of one that is none the room complains. */
static bool is_narrow(const char *path)
{
	gchar *data = NULL;
	gsize size = 0;
	const Elf32_Ehdr *h; /* the machine stands there in both classes */
	bool narrow;

	g_file_get_contents(path, &data, &size, NULL);
	h = (const void *)data;
	narrow = size > sizeof(*h) && h->e_machine == EM_386;
	g_free(data);
	return narrow;
}

/* A module of the kernel that runs here, of which only PTAP_SYSFS tells. */
static struct pt_error *open_module(const char *path)
{
	static struct utsname names;
	static struct pt_dbg *kernel;
	GPtrArray *files = pt_arena_ptr_array(arena);

	uname(&names);
	session.target.release = names.release;
	session.target.btf_only = true;
	PT_TRY(pt_modules_find(&session, path, files));
	return pt_dbg_open_module(&session, g_ptr_array_index(files, 0),
				  &kernel, pt_arena_ptr_array(arena), &dbg);
}

/* Takes the prefix off *PATH. */
static struct pt_error *open_image(char **path)
{
	bool module = g_str_has_prefix(*path, "module:");
	bool user = g_str_has_prefix(*path, "user:");
	bool half = g_str_has_prefix(*path, "half:");
	bool file = g_str_has_prefix(*path, "file:");

	if (user || half || file)
		*path += strlen("user:");
	if (module)
		*path += strlen("module:");
	code_word = is_narrow(*path) ? 4 : 8;
	session.target.release = "sample";
	session.target.arch = code_word == 4 && !half ? "i386" : "x86_64";
	if (module)
		return open_module(*path);
	if (user || half)
		return pt_dbg_open_program(&session, *path, &dbg);
	if (file)
		return pt_dbg_open_file(&session, *path, "compile it with -g",
					&dbg);
	session.target.debug_vmlinux = *path;
	return pt_dbg_open(&session, &dbg);
}

int main(int argc, char **argv)
{
	struct pt_error *error;
	int status;

	if (argc < 3)
		return 2;
	if (!strcmp(argv[2], "damage") && argc == 5)
		return damage(argv[1], argv[3], (unsigned)atoi(argv[4]));
	arena = pt_arena_create();
	session.arena = arena;
	session.diag = pt_diag_create(arena);
	error = open_image(&argv[1]);
	status = error ? fail(error) : command(argc, argv);
	pt_arena_destroy(arena);
	return status;
}
