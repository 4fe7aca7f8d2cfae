/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kbuild.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "modname.h"

/* ---- the sources ------------------------------------------------------ */

static bool is_source(const char *name)
{
	return g_str_has_suffix(name, ".c") || g_str_has_suffix(name, ".h") ||
	       g_str_has_suffix(name, ".S") || !strcmp(name, "Kbuild");
}

static gint by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Paths of the kernel side's sources under ROOT/BELOW, relative to ROOT. */
static void list_sources(struct pt_arena *arena, const char *root,
			 const char *below, GPtrArray *list)
{
	const char *path = pt_arena_printf(arena, "%s/%s", root, below);
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	if (!dir)
		return;
	while ((name = g_dir_read_name(dir))) {
		const char *inner =
			*below ? pt_arena_printf(arena, "%s/%s", below, name)
			       : pt_arena_strdup(arena, name);
		const char *full = pt_arena_printf(arena, "%s/%s", root, inner);

		if (name[0] == '.' || !strcmp(inner, "staging"))
			continue;
		if (g_file_test(full, G_FILE_TEST_IS_DIR))
			list_sources(arena, root, inner, list);
		else if (is_source(name))
			g_ptr_array_add(list, (char *)inner);
	}
	g_dir_close(dir);
}

struct tree {
	const char *from; /* a folder of the source tree */
	const char *to;	  /* its place in the folder kbuild works in */
	GPtrArray *files;
};

static void find_trees(struct pt_session *session, struct tree trees[2])
{
	struct pt_arena *arena = session->arena;
	unsigned i;

	trees[0] = (struct tree){ session->runtime_dir, "runtime", NULL };
	trees[1] = (struct tree){ pt_arena_printf(arena, "%s/../include",
						  session->runtime_dir),
				  "include", NULL };
	for (i = 0; i < 2; i++) {
		trees[i].files = pt_arena_ptr_array(arena);
		list_sources(arena, trees[i].from, "", trees[i].files);
		g_ptr_array_sort(trees[i].files, by_text);
	}
}

struct pt_error *pt_kbuild_hash_sources(struct pt_session *session,
					struct pt_hash *hash)
{
	struct tree trees[2];
	unsigned i, j;

	find_trees(session, trees);
	for (i = 0; i < 2; i++) {
		for (j = 0; j < trees[i].files->len; j++) {
			const char *name = g_ptr_array_index(trees[i].files, j);
			size_t length;
			char *text;

			PT_TRY(pt_file_read(
				session->arena,
				pt_arena_printf(session->arena, "%s/%s",
						trees[i].from, name),
				&text, &length));
			pt_hash_text(hash, name);
			pt_hash_text(hash, text);
		}
	}
	return NULL;
}

void pt_kbuild_stamp_sources(struct pt_session *session, struct pt_hash *hash)
{
	struct tree trees[2];
	unsigned i, j;

	find_trees(session, trees);
	for (i = 0; i < 2; i++)
		for (j = 0; j < trees[i].files->len; j++)
			pt_hash_stamp(
				hash,
				pt_arena_printf(session->arena, "%s/%s",
						trees[i].from,
						(const char *)g_ptr_array_index(
							trees[i].files, j)));
}

static struct pt_error *copy_tree(struct pt_arena *arena,
				  const struct tree *tree, const char *dir)
{
	GHashTable *made = pt_arena_str_hash(arena);
	unsigned i;

	for (i = 0; i < tree->files->len; i++) {
		const char *name = g_ptr_array_index(tree->files, i);
		const char *to =
			pt_arena_printf(arena, "%s/%s/%s", dir, tree->to, name);
		char *parent = g_path_get_dirname(to);
		const char *folder = pt_arena_strdup(arena, parent);
		size_t length;
		char *text;

		g_free(parent);
		if (g_hash_table_add(made, (gpointer)folder))
			PT_TRY(pt_file_mkdirs(arena, folder));
		PT_TRY(pt_file_read(
			arena,
			pt_arena_printf(arena, "%s/%s", tree->from, name),
			&text, &length));
		PT_TRY(pt_file_write(arena, to, text, length));
	}
	return NULL;
}

/* ---- the empty script ------------------------------------------------- */

/* What gcc calls by itself, or by a flag of the kernel's. */
static bool gcc_may_want(const char *symbol)
{
	static const char *const names[] = {
		"memcpy",
		"memset",
		"memmove",
		"memcmp",
		"strlen",
		"__stack_chk_fail",
		"__stack_chk_guard",
		"__ref_stack_chk_guard",
		"__x86_return_thunk",
	};
	unsigned i;

	for (i = 0; i < G_N_ELEMENTS(names); i++)
		if (!strcmp(symbol, names[i]))
			return true;
	return g_str_has_prefix(symbol, "__x86_indirect_") ||
	       g_str_has_prefix(symbol, "__ubsan_handle_");
}

/* An assembler line for each such symbol that the kernel exports. */
static struct pt_error *add_imports(struct pt_session *session, GString *text)
{
	struct pt_arena *arena = session->arena;
	char *symvers, *line, *next;
	size_t length;

	PT_TRY(pt_file_read(arena,
			    pt_arena_printf(arena, "%s/Module.symvers",
					    session->target.build_dir),
			    &symvers, &length));
	for (line = symvers; line && *line; line = next) {
		char *name = strchr(line, '\t');
		char *end = name ? strchr(name + 1, '\t') : NULL;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (!end)
			continue;
		*end = '\0';
		if (gcc_may_want(name + 1))
			g_string_append_printf(text, "asm(\".long %s - .\");\n",
					       name + 1);
	}
	return NULL;
}

static struct pt_error *empty_script(struct pt_session *session,
				     const char **ret)
{
	GString *text = pt_arena_string(session->arena);

	g_string_append(text,
			"#include \"script.h\"\n"
			"const struct ptrt_script ptrt_script;\n"
			"asm(\".pushsection .discard.ptap, \\\"\\\"\");\n");
	PT_TRY(add_imports(session, text));
	g_string_append(text, "asm(\".popsection\");\n");
	*ret = text->str;
	return NULL;
}

/* ---- the folder ------------------------------------------------------- */

/* The runtime's own Kbuild sets ptrt-objs. */
#define MODULE_RULES                                                       \
	"\nobj-m := " PT_MODNAME_PLACEHOLDER ".o\n" PT_MODNAME_PLACEHOLDER \
	"-y := $(ptrt-objs) generated.o\n"
#define HEAP_RULES                                                            \
	"\nptrt-alone := $(foreach o,$(ptrt-objs),"                           \
	"$(if $(wildcard $(src)/$(o:.o=.S)),$(o)))\n"                         \
	"ptrt-files := $(filter-out $(ptrt-alone),$(ptrt-objs))\n"            \
	"ptrt-first := $(filter core/% probe/% transport/%,$(ptrt-files))\n"  \
	"ptrt-second := $(filter-out $(ptrt-first) engine/%,$(ptrt-files))\n" \
	"ptrt-third := $(filter engine/%,$(ptrt-files))\n"                    \
	"ptrt-objs := $(foreach heap,first second third,"                     \
	"$(if $(ptrt-$(heap)),$(heap).o)) $(ptrt-alone)\n"                    \
	"$(obj)/%.c:\n"                                                       \
	"\tprintf '#include \"%s\"\\n' $(ptrt-$*:.o=.c) >$@\n"
#define OBJECT_RULES                                \
	"\nptrt-objs := rt.o\n"                     \
	"targets += rt.o\n"                         \
	"cmd_ptrt = cp $(PTAP_RUNTIME_OBJECT) $@\n" \
	"$(obj)/rt.o: FORCE\n"                      \
	"\t$(call if_changed,ptrt)\n"

static struct pt_error *add_module_rules(struct pt_session *session,
					 const char *dir,
					 enum pt_kbuild_runtime runtime,
					 const char *object)
{
	struct pt_arena *arena = session->arena;
	const char *path = pt_arena_printf(arena, "%s/runtime/Kbuild", dir);
	GString *rules = pt_arena_string(arena);
	size_t length;
	char *text;

	PT_TRY(pt_file_read(
		arena,
		pt_arena_printf(arena, "%s/Kbuild", session->runtime_dir),
		&text, &length));
	g_string_append(rules, text);
	if (runtime == PT_KBUILD_HEAPS)
		g_string_append(rules, HEAP_RULES);
	if (runtime == PT_KBUILD_OBJECT)
		g_string_append_printf(
			rules, "\nPTAP_RUNTIME_OBJECT := %s" OBJECT_RULES,
			object);
	g_string_append(rules, MODULE_RULES);
	return pt_file_write(arena, path, rules->str, rules->len);
}

struct pt_error *pt_kbuild_prepare(struct pt_session *session, const char *dir,
				   const char *text,
				   enum pt_kbuild_runtime runtime,
				   const char *object)
{
	struct pt_arena *arena = session->arena;
	struct tree trees[2];
	unsigned i;

	find_trees(session, trees);
	if (!trees[0].files->len)
		return pt_error_hint(
			pt_error_new(arena, PT_E_FILE,
				     "the runtime's sources are not in '%s'",
				     session->runtime_dir),
			"is ptap installed whole? PTAP_RUNTIME may name "
			"another folder");
	for (i = 0; i < 2; i++)
		PT_TRY(copy_tree(arena, &trees[i], dir));
	PT_TRY(add_module_rules(session, dir, runtime, object));
	if (!text)
		PT_TRY(empty_script(session, &text));
	return pt_file_write(
		arena, pt_arena_printf(arena, "%s/runtime/generated.c", dir),
		text, strlen(text));
}

/* ---- make ------------------------------------------------------------- */

const char *pt_kbuild_engine(struct pt_session *session)
{
	return pt_session_bundled(session) ? "bundled" : "kernel";
}

const char *pt_kbuild_compiler(struct pt_session *session)
{
	const char *text = pt_target_config(session->arena, &session->target,
					    "CONFIG_CC_VERSION_TEXT");

	text += strspn(text, "\"");
	if (!*text)
		return "gcc";
	return pt_arena_strndup(session->arena, text, strcspn(text, " \""));
}

const char *pt_kbuild_compiler_package(struct pt_session *session)
{
	static const char system[] = "-linux-gnu";
	const char *compiler = pt_kbuild_compiler(session);
	const char *at = strstr(compiler, system), *name;

	if (!at || at[strlen(system)] != '-')
		return compiler;
	name = at + strlen(system) + 1;
	if (!pt_target_is_foreign(&session->target))
		return name;
	return pt_arena_printf(session->arena, "%s-%.*s", name,
			       (int)(name - 1 - compiler), compiler);
}

struct pt_error *pt_kbuild_no_compiler(struct pt_session *session,
				       const char *program)
{
	const char *compiler = pt_kbuild_compiler(session);
	const char *packages = pt_arena_printf(
		session->arena, "%s, make and binutils", compiler);
	struct pt_error *error = pt_error_new(
		session->arena, PT_E_NO_COMPILER,
		"'%s', needed to build a module for kernel %s, is not "
		"installed",
		program, session->target.release);

	if (access("/etc/debian_version", F_OK) == 0)
		return pt_error_hint(error, "apt install make binutils %s",
				     pt_kbuild_compiler_package(session));
	return pt_error_hint(error, "install %s", packages);
}

struct pt_error *pt_kbuild_outside_reason(struct pt_session *session,
					  const char *dir, const char *messages)
{
	if (strstr(messages, g_strerror(ENOSPC)) ||
	    strstr(messages, "No space left on device"))
		return pt_error_errno(session->arena, ENOSPC,
				      "build the module in", dir);
	return NULL;
}

/* What our environment may hold must not change what kbuild does; gcc's own
 * temporary files go with the folder. */
static const char *const *make_env(struct pt_arena *arena, const char *dir)
{
	static const char *const quiet[] = {
		"LC_ALL=C", "MAKEFLAGS=", "MFLAGS=",	    "MAKELEVEL=",
		"ARCH=",    "O=",	  "KBUILD_OUTPUT=", "KBUILD_VERBOSE=",
	};
	GPtrArray *env = pt_arena_ptr_array(arena);
	unsigned i;

	for (i = 0; i < G_N_ELEMENTS(quiet); i++)
		g_ptr_array_add(env, (gpointer)quiet[i]);
	g_ptr_array_add(env, pt_arena_printf(arena, "TMPDIR=%s", dir));
	g_ptr_array_add(env, NULL);
	return (const char *const *)env->pdata;
}

static bool in_path(const char *program)
{
	char *path = g_find_program_in_path(program);
	bool found = path != NULL;

	g_free(path);
	return found;
}

struct pt_error *pt_kbuild_run(struct pt_session *session, const char *dir,
			       struct pt_proc_result *ret)
{
	struct pt_arena *arena = session->arena;
	struct pt_target *target = &session->target;
	GPtrArray *argv = pt_arena_ptr_array(arena);
	struct pt_proc_spec spec = { .env = make_env(arena, dir) };
	struct pt_proc_result result;
	struct pt_error *error;

	if (!in_path("make"))
		return pt_kbuild_no_compiler(session, "make");
	g_ptr_array_add(argv, (char *)"make");
	g_ptr_array_add(argv, (char *)"-C");
	g_ptr_array_add(argv, (char *)target->build_dir);
	g_ptr_array_add(argv, pt_arena_printf(arena, "M=%s/runtime", dir));
	g_ptr_array_add(argv,
			pt_arena_printf(arena, "-j%u", g_get_num_processors()));
	g_ptr_array_add(argv, pt_arena_printf(arena, "PTAP_ENGINE=%s",
					      pt_kbuild_engine(session)));
	/* Said always: a whole source tree takes the environment's empty one. */
	g_ptr_array_add(argv, pt_arena_printf(arena, "ARCH=%s", target->arch));
	if (!strcmp(pt_target_config(arena, target, "CONFIG_CC_IS_CLANG"), "y"))
		g_ptr_array_add(argv, (char *)"LLVM=1");
	/* Nobody reads a script module's DWARF, and the linker is faster. */
	g_ptr_array_add(argv, (char *)"KCFLAGS=-g0");
	/* Nor its BTF, which is made from that where a vmlinux is there. */
	g_ptr_array_add(argv, (char *)"CONFIG_DEBUG_INFO_BTF_MODULES=");
	g_ptr_array_add(argv, (char *)"modules");
	g_ptr_array_add(argv, NULL);
	spec.argv = (const char *const *)argv->pdata;
	PT_TRY(pt_proc_run(arena, &spec, &result));
	if (result.status) {
		const char *compiler = pt_kbuild_compiler(session);

		if (!in_path(compiler))
			return pt_kbuild_no_compiler(session, compiler);
		if (!in_path("ld"))
			return pt_kbuild_no_compiler(session, "ld");
		error = pt_kbuild_outside_reason(session, dir, result.err);
		if (error)
			return error;
	}
	*ret = result;
	return NULL;
}
