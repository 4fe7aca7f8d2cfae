/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Markers: the notes of <sys/sdt.h> (type 3, owner "stapsdt": three addresses, then
 * provider, name and operands).  Their addresses are those of the link, and move with
 * .stapsdt.base if the file was changed later (prelink).
 */
#include <string.h>

#include "programfile.h"

#define NOTE_TYPE 3
#define NOTE_OWNER "stapsdt"

struct notes {
	struct pt_dbg *dbg;
	uint64_t base; /* of .stapsdt.base; 0: it has none */
	GPtrArray *ret;
};

static struct pt_error *bad_note(const struct notes *n, const char *what,
				 uint64_t offset)
{
	return pt_error_hint(
		pt_error_new(n->dbg->arena, PT_E_BAD_DEBUGINFO,
			     "the note at 0x%" G_GINT64_MODIFIER
			     "x of .note.stapsdt in '%s' is damaged: %s",
			     offset, n->dbg->program->path, what),
		"build the program again, or install its package again");
}

/* The text at *AT, which moves behind its NUL; NULL: it does not end. */
static const char *take_text(const char **at, const char *end)
{
	const char *start = *at;
	const char *nul =
		start < end ? memchr(start, '\0', (size_t)(end - start)) : NULL;

	if (!nul)
		return NULL;
	*at = nul + 1;
	return start;
}

static GPtrArray *split_operands(struct pt_arena *arena, const char *text)
{
	GPtrArray *list = pt_arena_ptr_array(arena);

	for (;;) {
		size_t n;

		text += strspn(text, " ");
		n = strcspn(text, " ");
		if (!n)
			return list;
		g_ptr_array_add(list, pt_arena_strndup(arena, text, n));
		text += n;
	}
}

static struct pt_error *read_mark(const struct notes *n, const char *data,
				  size_t size, uint64_t offset)
{
	struct pt_arena *arena = n->dbg->arena;
	struct pt_dbg_mark *mark = pt_new(arena, struct pt_dbg_mark);
	size_t word = n->dbg->program->arch->word;
	const char *at = data + 3 * word, *end = data + size;
	const char *provider, *name, *operands;
	uint64_t words[3] = { 0 }, moved;

	if (size < 3 * word)
		return bad_note(n, "it is too short", offset);
	for (size_t i = 0; i < 3; i++) /* the lowest byte is the first */
		memcpy(&words[i], data + i * word, word);
	provider = take_text(&at, end);
	name = take_text(&at, end);
	operands = take_text(&at, end);
	if (!provider || !name || !operands)
		return bad_note(n, "a text does not end in it", offset);
	moved = n->base && words[1] ? n->base - words[1] : 0;
	mark->provider = pt_arena_strdup(arena, provider);
	mark->name = pt_arena_strdup(arena, name);
	mark->address = words[0] + moved;
	mark->semaphore = words[2] ? words[2] + moved : 0;
	mark->arguments = split_operands(arena, operands);
	g_ptr_array_add(n->ret, mark);
	return NULL;
}

static struct pt_error *read_notes(const struct notes *n, const char *data,
				   size_t size)
{
	size_t at = 0;

	while (size - at >= sizeof(Elf64_Nhdr)) {
		uint64_t offset = at, name, text, next;
		struct pt_error *error = NULL;
		Elf64_Nhdr note;

		memcpy(&note, data + at, sizeof(note));
		name = at + sizeof(note);
		text = name + (((uint64_t)note.n_namesz + 3) & ~UINT64_C(3));
		next = text + (((uint64_t)note.n_descsz + 3) & ~UINT64_C(3));
		if (text > size || note.n_descsz > size - text)
			return bad_note(n, "it ends behind its section",
					offset);
		if (note.n_type == NOTE_TYPE &&
		    note.n_namesz == sizeof(NOTE_OWNER) &&
		    !memcmp(data + name, NOTE_OWNER, sizeof(NOTE_OWNER)))
			error = read_mark(n, data + text, note.n_descsz,
					  offset);
		if (error)
			return error;
		if (next > size)
			break;
		at = next;
	}
	return NULL;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	const struct pt_dbg_mark *x = *(const void *const *)a;
	const struct pt_dbg_mark *y = *(const void *const *)b;
	int order = strcmp(x->provider, y->provider);

	if (!order)
		order = strcmp(x->name, y->name);
	return order			 ? order
	       : x->address < y->address ? -1
					 : x->address > y->address;
}

struct pt_error *pt_dbg_marks(struct pt_dbg *dbg, GPtrArray *ret)
{
	struct notes n = { .dbg = dbg, .ret = pt_arena_ptr_array(dbg->arena) };
	struct pt_error *error;
	GElf_Shdr header;
	Elf_Data *data;

	if (pt_programfile_section(dbg->program, ".stapsdt.base", &header,
				   &data))
		n.base = header.sh_addr;
	if (!pt_programfile_section(dbg->program, ".note.stapsdt", &header,
				    &data))
		return NULL;
	error = read_notes(&n, data->d_buf, data->d_size);
	g_ptr_array_sort(n.ret, by_name);
	g_ptr_array_extend(ret, n.ret, NULL, NULL);
	return error;
}
