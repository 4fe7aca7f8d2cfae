/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "filetable.h"

#include <dwarf.h>
#include <string.h>

/* Far above what a compiler writes: more is damage. */
#define MAX_ENTRIES 65536
#define MAX_FORMATS 16

struct cursor {
	const uint8_t *at, *end;
	bool bad;
};

static uint64_t take(struct cursor *c, size_t size)
{
	uint64_t value = 0;

	if (size > (size_t)(c->end - c->at)) {
		c->bad = true;
		c->at = c->end;
		return 0;
	}
	memcpy(&value, c->at, MIN(size, sizeof(value)));
	c->at += size;
	return value;
}

static uint64_t take_uleb(struct cursor *c)
{
	uint64_t value = 0;

	for (unsigned shift = 0; c->at < c->end; shift += 7) {
		uint8_t byte = *c->at++;

		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
	c->bad = true;
	return 0;
}

static const char *take_string(struct cursor *c)
{
	const uint8_t *end = memchr(c->at, 0, (size_t)(c->end - c->at));
	const char *text = (const char *)c->at;

	if (!end) {
		c->bad = true;
		return "";
	}
	c->at = end + 1;
	return text;
}

/* The string at OFFSET of a section of strings. */
static const char *section_string(struct cursor *c,
				  const struct pt_image *image,
				  const struct pt_image_section *s,
				  uint64_t offset)
{
	const char *text = (const char *)image->region + s->offset + offset;

	if (offset >= s->size || !memchr(text, 0, s->size - offset)) {
		c->bad = true;
		return "";
	}
	return text;
}

struct format {
	uint64_t content, form;
};

/* One field of an entry: a text or a number. */
static void take_field(struct cursor *c, const struct pt_image *image,
		       uint64_t form, const char **text, uint64_t *number)
{
	switch (form) {
	case DW_FORM_string: *text = take_string(c); break;
	case DW_FORM_line_strp:
		*text = section_string(c, image, &image->line_str, take(c, 4));
		break;
	case DW_FORM_strp:
		*text = section_string(c, image, &image->str, take(c, 4));
		break;
	case DW_FORM_udata: *number = take_uleb(c); break;
	case DW_FORM_data1: *number = take(c, 1); break;
	case DW_FORM_data2: *number = take(c, 2); break;
	case DW_FORM_data4: *number = take(c, 4); break;
	case DW_FORM_data8: *number = take(c, 8); break;
	case DW_FORM_data16: take(c, 16); break;
	case DW_FORM_block: take(c, take_uleb(c)); break;
	default: c->bad = true; break;
	}
}

/* A table of DWARF 5: its formats, then its entries.  FILES NULL: folders. */
static void read_entries(struct pt_filetable *table, struct cursor *c,
			 bool files)
{
	struct format formats[MAX_FORMATS];
	uint64_t n = take(c, 1), count;

	if (n > MAX_FORMATS)
		c->bad = true;
	for (uint64_t i = 0; i < n && !c->bad; i++) {
		formats[i].content = take_uleb(c);
		formats[i].form = take_uleb(c);
	}
	count = take_uleb(c);
	if (count > MAX_ENTRIES || (count && !n))
		c->bad = true;
	for (uint64_t i = 0; i < count && !c->bad; i++) {
		struct pt_filetable_file file = { .name = "" };

		for (uint64_t k = 0; k < n && !c->bad; k++) {
			const char *text = NULL;
			uint64_t number = 0;

			take_field(c, table->image, formats[k].form, &text,
				   &number);
			if (formats[k].content == DW_LNCT_path && text)
				file.name = text;
			else if (formats[k].content == DW_LNCT_directory_index)
				file.dir = number;
		}
		if (files)
			g_array_append_val(table->files, file);
		else
			g_ptr_array_add(table->dirs, (gpointer)file.name);
	}
}

/* The tables of DWARF 2 to 4. */
static void read_lists(struct pt_filetable *table, struct cursor *c)
{
	const char *text;

	while (*(text = take_string(c)) && table->dirs->len < MAX_ENTRIES)
		g_ptr_array_add(table->dirs, (gpointer)text);
	while (!c->bad && *(text = take_string(c)) &&
	       table->files->len < MAX_ENTRIES) {
		struct pt_filetable_file file = { .name = text };

		file.dir = take_uleb(c);
		take_uleb(c);
		take_uleb(c);
		g_array_append_val(table->files, file);
	}
}

void pt_filetable_read(struct pt_filetable *table, uint64_t offset)
{
	const struct pt_image_section *line = &table->image->line;
	struct cursor c = { 0 };
	uint64_t length, opcodes;
	unsigned version;

	table->version = 0;
	g_ptr_array_set_size(table->dirs, 0);
	g_array_set_size(table->files, 0);
	if (offset >= line->size)
		return;
	c.at = table->image->region + line->offset + offset;
	c.end = table->image->region + line->offset + line->size;
	length = take(&c, 4);
	if (length > (uint64_t)(c.end - c.at))
		return;
	c.end = c.at + length;
	version = (unsigned)take(&c, 2);
	if (version < 2 || version > 5)
		return;
	if (version == 5)
		take(&c, 2); /* sizes of addresses and segments */
	take(&c, 4);	     /* header length */
	take(&c, version >= 4 ? 5 : 4);
	opcodes = take(&c, 1);
	take(&c, opcodes ? opcodes - 1 : 0);
	if (version == 5) {
		read_entries(table, &c, false);
		read_entries(table, &c, true);
	} else {
		read_lists(table, &c);
	}
	if (!c.bad)
		table->version = version;
}

/* DWARF 5 counts from 0, and its folder 0 is that of the compilation; before,
 * files and folders count from 1, and folder 0 is not in the table. */
void pt_filetable_path(const struct pt_filetable *table, uint64_t number,
		       GString *path)
{
	const struct pt_filetable_file *file;
	uint64_t first = table->version == 5 ? 0 : 1;
	const char *dir = "";

	g_string_truncate(path, 0);
	if (!table->version || number < first ||
	    number - first >= table->files->len)
		return;
	file = &g_array_index(table->files, struct pt_filetable_file,
			      number - first);
	if (file->dir && file->dir - first < table->dirs->len)
		dir = g_ptr_array_index(table->dirs, file->dir - first);
	if (*dir && file->name[0] != '/') {
		g_string_append(path, dir);
		g_string_append_c(path, '/');
	}
	g_string_append(path, file->name);
}

struct pt_filetable *pt_filetable_create(const struct pt_image *image)
{
	struct pt_filetable *table = g_new0(struct pt_filetable, 1);

	table->image = image;
	table->dirs = g_ptr_array_new();
	table->files =
		g_array_new(FALSE, FALSE, sizeof(struct pt_filetable_file));
	return table;
}

void pt_filetable_destroy(struct pt_filetable *table)
{
	g_ptr_array_unref(table->dirs);
	g_array_unref(table->files);
	g_free(table);
}
