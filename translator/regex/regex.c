/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * re2c matches at one place.  A search that wants no more than yes or no is one
 * expression, "anything, then the pattern", and reads each byte once.  Where that
 * would be a table too large, and where groups are wanted, the pattern alone is
 * tried at one place after the other; the first that matches is the leftmost.
 */
#include "regex.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "../base/file.h"
#include "../base/out.h"
#include "../base/proc.h"

/* Part of the cache's key: to be raised when what is written here changes. */
#define REGEX_VERSION "1"

struct writer {
	GString *text;
	GArray *groups; /* unsigned: group of each '(', 0: none */
};

/* ---- in re2c's language ----------------------------------------------- */

enum level { LEVEL_ALT, LEVEL_CAT, LEVEL_REPEAT };

static void write_set(GString *text, const struct pt_ere_set *set)
{
	unsigned from, to;

	g_string_append_c(text, '[');
	for (from = 0; from < 256; from = to + 1) {
		to = from;
		if (!pt_ere_set_has(set, (unsigned char)from))
			continue;
		while (to < 255 && pt_ere_set_has(set, (unsigned char)(to + 1)))
			to++;
		g_string_append_printf(text, "\\x%02x", from);
		if (to > from)
			g_string_append_printf(text, "-\\x%02x", to);
	}
	g_string_append_c(text, ']');
}

static void write_ere(struct writer *w, const struct pt_ere *ere,
		      enum level level);

static void write_repeat(struct writer *w, const struct pt_ere *ere)
{
	write_ere(w, ere->left, LEVEL_REPEAT);
	if (ere->max < 0 && ere->min <= 1)
		g_string_append_c(w->text, ere->min ? '+' : '*');
	else if (ere->max < 0)
		g_string_append_printf(w->text, "{%d,}", ere->min);
	else if (ere->min == 0 && ere->max == 1)
		g_string_append_c(w->text, '?');
	else
		g_string_append_printf(w->text, "{%d,%d}", ere->min, ere->max);
}

static void write_bare(struct writer *w, const struct pt_ere *ere)
{
	switch (ere->kind) {
	case PT_ERE_SET: write_set(w->text, &ere->set); break;
	case PT_ERE_CAT:
		write_ere(w, ere->left, LEVEL_CAT);
		write_ere(w, ere->right, LEVEL_CAT);
		break;
	case PT_ERE_ALT:
		write_ere(w, ere->left, LEVEL_ALT);
		g_string_append_c(w->text, '|');
		write_ere(w, ere->right, LEVEL_ALT);
		break;
	case PT_ERE_REPEAT: write_repeat(w, ere); break;
	case PT_ERE_GROUP: write_ere(w, ere->left, LEVEL_ALT); break;
	default: g_string_append(w->text, "\"\"");
	}
}

static void write_ere(struct writer *w, const struct pt_ere *ere,
		      enum level level)
{
	bool parens = ere->kind == PT_ERE_GROUP ||
		      (ere->kind == PT_ERE_ALT && level > LEVEL_ALT) ||
		      (ere->kind == PT_ERE_CAT && level > LEVEL_CAT) ||
		      (ere->kind == PT_ERE_REPEAT && level == LEVEL_REPEAT);
	unsigned group = ere->kind == PT_ERE_GROUP ? ere->group : 0;

	if (parens) {
		g_array_append_val(w->groups, group);
		g_string_append_c(w->text, '(');
	}
	write_bare(w, ere);
	if (parens)
		g_string_append_c(w->text, ')');
}

/* The rules of one place where a match may begin; OTHER NULL: there is always
 * one (re2c would prefer a rule for one byte to an empty match). */
static void write_rules(GString *to, const char *pattern, const char *found,
			const char *other)
{
	g_string_append_printf(to,
			       "/*!re2c\n"
			       "re2c:define:YYCTYPE = \"unsigned char\";\n"
			       "re2c:define:YYCURSOR = s;\n"
			       "re2c:define:YYMARKER = marker;\n"
			       "re2c:yyfill:enable = 0;\n"
			       "re2c:yych:emit = 0;\n"
			       "re2c:tags:prefix = \"\";\n"
			       "re2c:tags:expression = \"m->tag[@@]\";\n"
			       "%s { %s }\n",
			       pattern, found);
	if (other)
		g_string_append_printf(to, "* { %s }\n", other);
	g_string_append(to, "*/\n");
}

/* ---- running re2c ----------------------------------------------------- */

static struct pt_error *find_program(struct pt_arena *arena, const char **ret)
{
	char *path = g_find_program_in_path("re2c");

	if (!path)
		return pt_error_hint(
			pt_error_new(arena, PT_E_NO_RE2C,
				     "regular expressions need the program "
				     "re2c, which is not in PATH"),
			"install it: apt install re2c");
	*ret = pt_arena_strdup(arena, path);
	g_free(path);
	return NULL;
}

/* Where the result is kept; NULL: nowhere. */
static const char *cache_path(struct pt_arena *arena, const char *program,
			      const char *input, bool tagged)
{
	struct pt_hash *hash = pt_hash_create(arena);
	const char *dir;

	pt_hash_text(hash, REGEX_VERSION);
	pt_hash_stamp(hash, program);
	pt_hash_text(hash, tagged ? "tagged" : "plain");
	pt_hash_text(hash, input);
	/* What cannot be kept is made again. */
	if (pt_file_cache_dir(arena, &dir))
		return NULL;
	dir = pt_arena_printf(arena, "%s/regex", dir);
	if (pt_file_mkdirs(arena, dir))
		return NULL;
	return pt_arena_printf(arena, "%s/%s.c", dir, pt_hash_hex(hash, arena));
}

static struct pt_error *too_large(struct pt_arena *arena, const char *what)
{
	return pt_error_hint(pt_error_new(arena, PT_E_REGEX,
					  "this regular expression is too "
					  "large: %s",
					  what),
			     "fewer intervals and alternatives, or several "
			     "expressions, make it smaller");
}

/* INPUT through re2c, which reads files only. */
static struct pt_error *run_re2c(struct pt_arena *arena, const char *program,
				 const char *dir, const char *input,
				 bool tagged, struct pt_proc_result *ret)
{
	const char *file = pt_arena_printf(arena, "%s/regex.re", dir);
	const char *argv[] = {
		program,
		"--no-debug-info",
		"--no-generation-date",
		"--no-version",
		"--case-ranges",
		file,
		"--posix-captures",
		NULL,
	};
	struct pt_proc_spec spec = { .argv = argv,
				     .cpu_seconds = PT_REGEX_SECONDS };

	if (!tagged)
		argv[G_N_ELEMENTS(argv) - 2] = NULL;
	PT_TRY(pt_file_write(arena, file, input, strlen(input)));
	return pt_proc_run(arena, &spec, ret);
}

static struct pt_error *look_at(struct pt_arena *arena,
				const struct pt_proc_result *result)
{
	if (result->status == 128 + SIGXCPU || result->status == 128 + SIGKILL)
		return too_large(arena, "re2c does not come to an end");
	if (result->status && strstr(result->err, "too "))
		return too_large(arena, "re2c refuses it");
	if (result->status)
		return pt_error_new(arena, PT_E_INTERNAL, "re2c failed: %s",
				    g_strstrip((char *)result->err));
	if (result->out_length > PT_REGEX_TEXT_MAX)
		return too_large(arena,
				 "it becomes more than 256 KiB of C code");
	return NULL;
}

/* INPUT as re2c translates it. */
static struct pt_error *translate(struct pt_arena *arena, const char *input,
				  bool tagged, bool no_cache, const char **ret)
{
	const char *program = NULL, *path = NULL, *dir;
	struct pt_proc_result result;
	struct pt_error *error;
	char *text;
	size_t length;

	PT_TRY(find_program(arena, &program));
	if (!no_cache)
		path = cache_path(arena, program, input, tagged);
	if (path && !pt_file_read(arena, path, &text, &length)) {
		*ret = text;
		return NULL;
	}
	PT_TRY(pt_proc_tmpdir_in(arena, g_get_tmp_dir(), &dir));
	error = run_re2c(arena, program, dir, input, tagged, &result);
	/* A script may have more expressions than a run has folders. */
	pt_file_remove(dir);
	pt_proc_temp_drop(dir);
	if (error)
		return error;
	PT_TRY(look_at(arena, &result));
	*ret = result.out;
	/* It is made again the next time if it cannot be kept. */
	if (path)
		(void)pt_file_write(arena, path, *ret, strlen(*ret));
	return NULL;
}

/* ---- functions -------------------------------------------------------- */

/* Behind the last "m->tag[" with the largest number. */
static unsigned count_tags(const char *text)
{
	static const char word[] = "m->tag[";
	unsigned most = 0;

	while ((text = strstr(text, word))) {
		text += strlen(word);
		most = MAX(most, (unsigned)strtoul(text, NULL, 10) + 1);
	}
	return most;
}

static void open_function(GString *to, const char *name, bool tagged)
{
	g_string_append_printf(to,
			       "static bool %s(%sstruct ptrt_str text)\n{\n",
			       name, tagged ? "struct ptrt_match *m, " : "");
}

/* One expression for the whole search. */
static const char *search_input(struct pt_arena *arena, const char *name,
				const struct pt_ere *first,
				const struct pt_ere *later)
{
	struct writer w = { pt_arena_string(arena),
			    g_array_new(FALSE, FALSE, sizeof(unsigned)) };
	GString *input = pt_arena_string(arena);
	static const char any[] = "[\\x01-\\xff]";

	if (first == later) {
		g_string_append_printf(w.text, "%s*", any);
		write_ere(&w, first, LEVEL_CAT);
	} else {
		g_string_append_c(w.text, '(');
		write_ere(&w, first, LEVEL_ALT);
		if (later->kind != PT_ERE_NONE) {
			g_string_append_printf(w.text, "|%s+", any);
			write_ere(&w, later, LEVEL_CAT);
		}
		g_string_append_c(w.text, ')');
	}
	g_array_free(w.groups, TRUE);
	open_function(input, name, false);
	g_string_append(input, "\tconst char *s = text.s, *marker;\n"
			       "\tunsigned char yych;\n");
	write_rules(input, w.text->str, "return true;", "return false;");
	g_string_append(input, "}\n");
	return input->str;
}

/* The rules of ERE at one place; what a match leaves in *m. */
static void place_rules(struct pt_arena *arena, GString *input,
			const struct pt_ere *ere, unsigned groups, bool tagged,
			const char *other, unsigned *captures)
{
	struct writer w = { pt_arena_string(arena),
			    g_array_new(FALSE, FALSE, sizeof(unsigned)) };
	GString *found = pt_arena_string(arena);

	write_ere(&w, ere, LEVEL_ALT);
	if (tagged)
		g_string_append_printf(found, "ptrt_match_found(m, text, %u);",
				       groups);
	for (unsigned i = 0; tagged && i < w.groups->len; i++)
		if (g_array_index(w.groups, unsigned, i))
			g_string_append_printf(
				found, " ptrt_match_group(m, %u, %u);",
				g_array_index(w.groups, unsigned, i), i + 1);
	g_string_append(found, " return true;");
	*captures = MAX(*captures, w.groups->len + 1);
	g_array_free(w.groups, TRUE);
	write_rules(input, w.text->str, g_strchug(found->str),
		    pt_ere_nullable(ere) ? NULL : other);
}

/* One place after the other. */
static const char *places_input(struct pt_arena *arena, const char *name,
				const struct pt_ere *first,
				const struct pt_ere *later, unsigned groups,
				bool tagged, unsigned *captures)
{
	GString *input = pt_arena_string(arena);
	bool more = later->kind != PT_ERE_NONE;

	open_function(input, name, tagged);
	g_string_append_printf(input, "\tconst char *%ss = text.s, *marker;\n",
			       more ? "from = text.s, *" : "");
	if (tagged)
		g_string_append(
			input, "\tconst char **const yypmatch = m->capture;\n"
			       "\tunsigned yynmatch __attribute__((unused));\n"
			       "\tunsigned char yych __attribute__((unused));\n"
			       "\n"
			       "\tm->groups = -1;\n");
	else
		g_string_append(input, "\tunsigned char yych;\n\n");
	if (first == later) {
		g_string_append(input, "\tdo {\n\t\ts = from;\n");
		place_rules(arena, input, first, groups, tagged, "continue;",
			    captures);
		g_string_append(input, "\t} while (*from++);\n"
				       "\treturn false;\n");
	} else {
		place_rules(arena, input, first, groups, tagged,
			    more ? "goto later;" : "return false;", captures);
	}
	if (more && first != later) {
		g_string_append(input, "later:\n\twhile (*from++) {\n"
				       "\t\ts = from;\n");
		place_rules(arena, input, later, groups, tagged, "continue;",
			    captures);
		g_string_append(input, "\t}\n\treturn false;\n");
	}
	g_string_append(input, "}\n");
	return input->str;
}

/* No place matches (a^b), or the first one does (a*). */
static const char *constant(struct pt_arena *arena, const char *name,
			    bool tagged, bool value)
{
	GString *text = pt_arena_string(arena);

	open_function(text, name, tagged);
	if (tagged)
		g_string_append(text, "\tm->groups = -1;\n");
	g_string_append_printf(text, "\treturn %s;\n}\n",
			       value ? "true" : "false");
	return text->str;
}

/* Without the declaration that re2c's code happens not to use. */
static const char *tidy(struct pt_arena *arena, const char *text)
{
	GString *tidied = pt_arena_string(arena);
	const char *declared = strstr(text, ", *marker;");

	g_string_append(tidied, text);
	if (declared && !strstr(declared + 10, "marker"))
		g_string_erase(tidied, declared - text, 9);
	return tidied->str;
}

struct pt_error *pt_regex_compile(struct pt_arena *arena,
				  const struct pt_ere *ere, unsigned groups,
				  const char *name, bool tagged, bool no_cache,
				  struct pt_regex *ret)
{
	const struct pt_ere *first = pt_ere_anchor(arena, ere, true);
	const struct pt_ere *later = first;
	struct pt_regex regex = { .groups = groups, .captures = 1 };
	struct pt_error *error = NULL;
	const char *input;
	bool always;

	if (ere->has_start)
		later = pt_ere_anchor(arena, ere, false);
	/* No other place is tried then. */
	if (pt_ere_nullable(first))
		later = pt_ere_none();
	if (pt_ere_size(first) + pt_ere_size(later) > 2 * PT_ERE_SIZE_MAX)
		return too_large(arena, "its anchors stand in too many places");
	always = !tagged && pt_ere_nullable(first);
	if (always ||
	    (first->kind == PT_ERE_NONE && later->kind == PT_ERE_NONE)) {
		regex.text = constant(arena, name, tagged, always);
		*ret = regex;
		return NULL;
	}
	if (!tagged) {
		input = search_input(arena, name, first, later);
		error = translate(arena, input, false, no_cache, &regex.text);
		if (error && error->code != PT_E_REGEX)
			return error;
	}
	if (tagged || error) {
		input = places_input(arena, name, first, later, groups, tagged,
				     &regex.captures);
		PT_TRY(translate(arena, input, tagged, no_cache, &regex.text));
	}
	regex.text = tidy(arena, regex.text);
	regex.tags = count_tags(regex.text);
	if (regex.tags > PT_REGEX_TAGS_MAX)
		return too_large(arena, "it has too many groups and choices");
	*ret = regex;
	return NULL;
}
