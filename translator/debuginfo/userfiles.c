/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files of programs a script means.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/file.h"
#include "programfile.h"
#include "userprogram.h"

/* Scripts that name scripts as their interpreters: more than the kernel follows. */
#define MAX_INTERPRETERS 4
#define MAX_SUGGESTED_FOLDER 20000
#define FEWEST_SUGGESTED 3 /* letters */

static bool is_wild(const char *text)
{
	return text[strcspn(text, "*?[")] != '\0';
}

/* The first bytes of a file, with a NUL behind them; 0: it cannot be read. */
static size_t read_head(const char *path, char *to, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, to, size - 1);
	close(fd);
	to[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static bool is_elf(const char *path)
{
	char head[SELFMAG + 1];

	return read_head(path, head, sizeof(head)) == SELFMAG &&
	       !memcmp(head, ELFMAG, SELFMAG);
}

/* The path without symbolic links; NULL: no file is there. */
static const char *whole_path(struct pt_arena *arena, const char *path)
{
	char *whole = realpath(path, NULL);
	const char *ret = whole ? pt_arena_strdup(arena, whole) : NULL;
	struct stat st;

	free(whole);
	return ret && !stat(ret, &st) && S_ISREG(st.st_mode) ? ret : NULL;
}

static const char *in_path(struct pt_arena *arena, const char *name)
{
	char *found = g_find_program_in_path(name);
	const char *ret = found ? whole_path(arena, found) : NULL;

	g_free(found);
	return ret;
}

/* The word at *AT, which moves behind it; NULL: the line has no more. */
static const char *take_word(struct pt_arena *arena, const char **at)
{
	const char *word = *at + strspn(*at, " \t");
	size_t length = strcspn(word, " \t\n");

	*at = word + length;
	return length ? pt_arena_strndup(arena, word, length) : NULL;
}

/* What env(1) runs with the arguments at AT: behind options and settings of
 * variables.  NULL: there is none, or an option that is not known. */
static const char *env_command(struct pt_arena *arena, const char *at)
{
	const char *word;

	while ((word = take_word(arena, &at))) {
		if (!strcmp(word, "-S") || !strcmp(word, "-i") ||
		    strchr(word, '='))
			continue;
		return word[0] == '-' ? NULL : word;
	}
	return NULL;
}

static struct pt_error *no_interpreter(struct pt_arena *arena, const char *path,
				       const char *named)
{
	size_t length = strcspn(named, "\r");
	bool dos = named[length];
	struct pt_error *error;

	error = pt_error_new(
		arena, PT_E_FILE,
		strchr(named, '/')
			? "the interpreter '%.*s%s' of the script '%s' does "
			  "not exist"
			: "there is no command '%.*s%s' in PATH, which the "
			  "script '%s' is for",
		(int)length, named, dos ? "\\r" : "", path);
	return pt_error_hint(
		error, "%s",
		dos ? "the script's first line ends as in DOS, in a carriage "
		      "return that belongs to the name"
		    : "install what the script's first line names, or name "
		      "the program that is to be probed");
}

/* The interpreter of the "#!" script PATH, whose first bytes are HEAD, also of
 * "#!/usr/bin/env python3". */
static struct pt_error *interpreter(struct pt_arena *arena, const char *path,
				    const char *head, const char **ret)
{
	const char *at = head + 2;
	const char *word = take_word(arena, &at), *found;

	if (word && g_str_has_suffix(word, "/env"))
		word = env_command(arena, at);
	if (!word)
		return pt_programfile_none(
			arena, path,
			"it is a script whose first line does not "
			"say which program runs it");
	found = strchr(word, '/') ? word : in_path(arena, word);
	if (!found || (access(found, F_OK) && errno == ENOENT))
		return no_interpreter(arena, path, word);
	*ret = found;
	return NULL;
}

/* What a file is that is no regular one. */
static const char *kind_of_file(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR: return "a folder";
	case S_IFIFO: return "a FIFO";
	case S_IFSOCK: return "a socket";
	case S_IFBLK:
	case S_IFCHR: return "a device";
	default: return NULL;
	}
}

/* PATH can be read, as a FIFO, which would wait, cannot. */
static struct pt_error *check_readable(struct pt_arena *arena, const char *path)
{
	const char *kind;
	struct stat st;

	if (stat(path, &st))
		return pt_error_errno(arena, errno, "read", path);
	kind = kind_of_file(st.st_mode);
	if (kind)
		return pt_error_new(arena, PT_E_FILE,
				    "'%s' is %s, not a program", path, kind);
	if (access(path, R_OK))
		return pt_error_errno(arena, errno, "read", path);
	return st.st_size ? NULL
			  : pt_programfile_none(arena, path, "it is empty");
}

/* The ELF file PATH, or else what runs it. */
static struct pt_error *elf_or_next(struct pt_arena *arena, const char *path,
				    const char **ret_elf, const char **ret_next)
{
	char head[256];

	PT_TRY(check_readable(arena, path));
	if (is_elf(path)) {
		*ret_elf = whole_path(arena, path);
		return NULL;
	}
	if (read_head(path, head, sizeof(head)) < 2 || memcmp(head, "#!", 2))
		return pt_programfile_none(
			arena, path,
			"it is neither an ELF file nor a script with "
			"an interpreter in its first line");
	return interpreter(arena, path, head, ret_next);
}

/* The ELF file behind PATH. */
static struct pt_error *elf_behind(struct pt_arena *arena, const char *path,
				   const char **ret)
{
	const struct pt_span nowhere = { .source = NULL };
	const char *elf = NULL, *script = NULL, *first = path, *next = path;

	for (unsigned i = 0; i <= MAX_INTERPRETERS; i++) {
		struct pt_error *error = elf_or_next(arena, path, &elf, &next);

		if (error && script)
			pt_error_note(error, nowhere,
				      "it is what the first line of '%s' names",
				      script);
		if (error)
			return error;
		if (elf) {
			*ret = elf;
			return NULL;
		}
		script = path;
		path = next;
	}
	return pt_programfile_none(arena, first,
				   "scripts that run scripts come to no end");
}

static gint by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_once(GPtrArray *to, const char *path)
{
	if (!g_ptr_array_find_with_equal_func(to, path, g_str_equal, NULL))
		g_ptr_array_add(to, (void *)path);
}

/* ---- what there is instead -------------------------------------------- */

static void list_folder(struct pt_arena *arena, const char *folder,
			const char *prefix, GPtrArray *ret)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && ret->len < MAX_SUGGESTED_FOLDER &&
	       (name = g_dir_read_name(dir)))
		g_ptr_array_add(ret,
				pt_arena_printf(arena, "%s%s", prefix, name));
	if (dir)
		g_dir_close(dir);
}

static struct pt_error *no_file(struct pt_arena *arena, const char *name)
{
	GPtrArray *names = pt_arena_ptr_array(arena);
	const char *slash = strrchr(name, '/');
	struct pt_error *error;

	if (slash) {
		const char *folder = pt_arena_strndup(
			arena, name, (size_t)(slash - name) + 1);

		error = pt_error_new(arena, PT_E_NO_MATCH, "no file '%s'",
				     name);
		if (access(folder, F_OK))
			return pt_error_hint(error, "there is no folder '%s'",
					     folder);
		/* of a long path much is near to a short name */
		if (strlen(slash + 1) >= FEWEST_SUGGESTED)
			list_folder(arena, folder, folder, names);
	} else {
		const char *list = getenv("PATH");
		char **folders = g_strsplit(list ? list : "", ":", -1);

		for (char **at = folders; *at; at++)
			list_folder(arena, *at, "", names);
		g_strfreev(folders);
		error = pt_error_new(arena, PT_E_NO_MATCH,
				     "no command '%s' in PATH", name);
	}
	return pt_error_suggest(error, name, names);
}

/* ---- by name ---------------------------------------------------------- */

static struct pt_error *find_glob(struct pt_arena *arena, const char *pattern,
				  GPtrArray *ret)
{
	guint before = ret->len;
	glob_t found = { 0 };

	if (!glob(pattern, GLOB_NOSORT, NULL, &found))
		for (size_t i = 0; i < found.gl_pathc; i++) {
			const char *path = whole_path(arena, found.gl_pathv[i]);

			if (path && is_elf(path))
				add_once(ret, path);
		}
	globfree(&found);
	if (ret->len == before)
		return pt_error_new(arena, PT_E_NO_MATCH,
				    "no program matches '%s'", pattern);
	g_ptr_array_sort(ret, by_text);
	return NULL;
}

struct pt_error *pt_program_find(struct pt_arena *arena, const char *name,
				 GPtrArray *ret)
{
	const char *path = name, *elf;

	if (!strchr(name, '/')) {
		path = in_path(arena, name);
		if (!path && is_wild(name))
			return pt_error_hint(
				pt_error_new(arena, PT_E_NO_MATCH,
					     "no command '%s' in PATH", name),
				"a pattern needs a path: \"/usr/bin/%s\"",
				name);
	} else if (is_wild(name) && access(name, F_OK)) {
		return find_glob(arena, name, ret);
	}
	if (!path || (access(path, F_OK) && errno != EACCES))
		return no_file(arena, name);
	PT_TRY(elf_behind(arena, path, &elf));
	g_ptr_array_add(ret, (void *)elf);
	return NULL;
}

struct pt_error *pt_program_of_command(struct pt_arena *arena,
				       const char *command, const char **ret)
{
	GPtrArray *found = pt_arena_ptr_array(arena);
	struct pt_error *error = NULL;
	GError *bad = NULL;
	char **words = NULL;
	char **word;

	if (!g_shell_parse_argv(command, NULL, &words, &bad)) {
		error = pt_error_new(arena, PT_E_NO_MATCH,
				     "the command of -c has no program: %s",
				     bad->message);
		g_error_free(bad);
		return pt_error_hint(error,
				     "name the program: process(\"path\")");
	}
	for (word = words; *word && strchr(*word, '='); word++)
		;
	if (*word)
		error = pt_program_find(arena, pt_arena_strdup(arena, *word),
					found);
	else
		error = pt_error_new(arena, PT_E_NO_MATCH,
				     "the command of -c has no program");
	g_strfreev(words);
	if (!error)
		*ret = found->pdata[0];
	return error;
}

/* Why nothing of process PID, as the file NAME in its folder tells, was had. */
static struct pt_error *no_process(struct pt_arena *arena, int64_t pid,
				   const char *name)
{
	const char *path = pt_arena_printf(
		arena, "/proc/%" G_GINT64_FORMAT "/%s", pid, name);

	if (access(path, F_OK) && errno != EACCES)
		return pt_error_hint(
			pt_error_new(arena, PT_E_NO_MATCH,
				     "there is no process %" G_GINT64_FORMAT
				     " with a program",
				     pid),
			"it has ended, or is one of the kernel's own");
	return pt_error_hint(
		pt_error_new(arena, PT_E_NO_MATCH,
			     "the program of process %" G_GINT64_FORMAT
			     " cannot be read",
			     pid),
		"it is another user's: run ptap as root, or name the program: "
		"process(\"PATH\")");
}

/* Are both names of one file? */
static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

struct pt_error *pt_program_of_process(struct pt_arena *arena, int64_t pid,
				       const char **ret)
{
	const char *link =
		pt_arena_printf(arena, "/proc/%" G_GINT64_FORMAT "/exe", pid);
	char *named = g_file_read_link(link, NULL);
	struct pt_error *error = NULL;

	if (!named)
		return no_process(arena, pid, "exe");
	/* The link is to a file; its text is a path where the process lives. */
	*ret = whole_path(arena, named);
	if (!*ret || !same_file(*ret, link))
		error = pt_error_hint(
			pt_error_new(arena, PT_E_NO_MATCH,
				     "process %" G_GINT64_FORMAT
				     " runs '%s', which is not the file that "
				     "has this name here",
				     pid, named),
			"it was replaced or deleted since, or the process "
			"lives in a container; name the program: "
			"process(\"PATH\")");
	g_free(named);
	return error;
}

/* One line of /proc/PID/maps (proc(5)): is ADDRESS in code there?  *RET_PATH is ""
 * for what is no file. */
static bool area_holds(const char *line, uint64_t address,
		       const char **ret_path, uint64_t *ret_offset)
{
	uint64_t start, end, offset;
	char x;
	int at = 0;

	if (sscanf(line,
		   "%" SCNx64 "-%" SCNx64 " %*c%*c%c%*c %" SCNx64
		   " %*x:%*x %*u %n",
		   &start, &end, &x, &offset, &at) != 4 ||
	    !at || address < start || address >= end || x != 'x')
		return false;
	*ret_path = line[at] == '/' ? line + at : "";
	*ret_offset = address - start + offset;
	return true;
}

struct pt_error *pt_program_at(struct pt_arena *arena, int64_t pid,
			       uint64_t address, const char **ret,
			       uint64_t *ret_offset)
{
	struct pt_error *error;
	const char *path = "";
	char *text, *next;
	size_t length;

	error = pt_file_read(
		arena,
		pt_arena_printf(arena, "/proc/%" G_GINT64_FORMAT "/maps", pid),
		&text, &length);
	if (error || !length)
		return no_process(arena, pid, "maps");
	for (char *line = text; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		if (area_holds(line, address, &path, ret_offset))
			break;
	}
	*ret = *path ? whole_path(arena, path) : NULL;
	if (*ret)
		return NULL;
	return pt_error_hint(
		pt_error_new(arena, PT_E_NO_MATCH,
			     "process %" G_GINT64_FORMAT
			     " has no code of a file at 0x%" PRIx64 "%s%s",
			     pid, address, *path ? ": that is " : "", path),
		"/proc/%" G_GINT64_FORMAT "/maps has what is where", pid);
}
