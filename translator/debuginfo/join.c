/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "join.h"

#include <dwarf.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../base/file.h"
#include "debuginfo.h"
#include "locate.h"

static const char *const names[JOIN_SECTIONS] = {
	[JOIN_INFO] = ".debug_info",
	[JOIN_ABBREV] = ".debug_abbrev",
	[JOIN_STR] = ".debug_str",
	[JOIN_LINE_STR] = ".debug_line_str",
	[JOIN_LINE] = ".debug_line",
	[JOIN_LOC] = ".debug_loc",
	[JOIN_LOCLISTS] = ".debug_loclists",
	[JOIN_RNGLISTS] = ".debug_rnglists",
	[JOIN_STR_OFFSETS] = ".debug_str_offsets",
	[JOIN_ADDR] = ".debug_addr",
	[JOIN_TYPES] = ".debug_types",
};

struct pt_error *pt_join_damaged(struct join *j, const char *path,
				 const char *what)
{
	return pt_error_hint(
		pt_error_new(j->image->arena, PT_E_BAD_DEBUGINFO,
			     "'%s' is damaged: %s", path, what),
		"build it, or install the package that it is from, "
		"again");
}

/* ---- further files ---------------------------------------------------- */

static void close_elf(void *arg)
{
	elf_end(arg);
}

/* The name and the build id that .gnu_debugaltlink or, if IS_SUP, .debug_sup gives;
 * false: damaged. */
static bool read_link(const uint8_t *at, size_t size, bool is_sup,
		      const char **ret_name, const unsigned char **ret_id,
		      size_t *ret_length)
{
	const uint8_t *end = at + size, *nul;
	uint64_t length;

	/* DWARF 5, section 7.3.6: a version, and whether it is itself shared */
	if (is_sup)
		at += MIN(size, 3);
	nul = memchr(at, '\0', (size_t)(end - at));
	if (!nul)
		return false;
	*ret_name = (const char *)at;
	at = nul + 1;
	if (is_sup && (!pt_dwform_uleb(&at, end, &length) ||
		       length > (uint64_t)(end - at)))
		return false;
	*ret_id = at;
	*ret_length = is_sup ? (size_t)length : (size_t)(end - at);
	return true;
}

/* In a .dwo file each type unit is in a section of its own. */
static void add_part(struct pt_arena *arena, struct join_part *part,
		     const Elf_Data *data)
{
	if (!part->size) {
		part->data = data->d_buf;
		part->size = data->d_size;
		return;
	}
	if (data->d_size > INT32_MAX || part->size > INT32_MAX)
		return;
	if (!part->whole) {
		part->whole = g_byte_array_new();
		pt_arena_defer(arena, (void (*)(void *))g_byte_array_unref,
			       part->whole);
		g_byte_array_append(part->whole, part->data, (guint)part->size);
	}
	g_byte_array_append(part->whole, data->d_buf, (guint)data->d_size);
	part->data = part->whole->data;
	part->size = part->whole->len;
}

static void read_part(struct pt_arena *arena, struct join_file *file,
		      Elf_Scn *scn, const char *name, const char *suffix)
{
	const char *own;
	Elf_Data *data;
	GElf_Shdr h;

	if (gelf_getshdr(scn, &h) && (h.sh_flags & SHF_COMPRESSED) &&
	    elf_compress(scn, 0, 0) < 0)
		return;
	data = elf_rawdata(scn, NULL);
	if (!data || !data->d_buf || !data->d_size)
		return;
	if (h.sh_type == SHT_NOTE && !file->build_id)
		pt_locate_note(data->d_buf, data->d_size, &file->build_id,
			       &file->build_id_length);
	if (!strcmp(name, ".debug_sup"))
		read_link(data->d_buf, data->d_size, true, &own,
			  &file->build_id, &file->build_id_length);
	if (!strcmp(name, ".debug_cu_index"))
		file->units = (struct join_index){ data->d_buf, data->d_size };
	if (!strcmp(name, ".debug_tu_index"))
		file->types = (struct join_index){ data->d_buf, data->d_size };
	for (int i = 0; i < JOIN_SECTIONS; i++) {
		size_t length = strlen(names[i]);

		if (strncmp(name, names[i], length) ||
		    strcmp(name + length, suffix) != 0)
			continue;
		add_part(arena, &file->parts[i], data);
	}
}

struct join_file *pt_join_read(struct join *j, const char *path,
			       const char *suffix)
{
	struct pt_arena *arena = j->image->arena;
	struct join_file *file;
	Elf_Scn *scn = NULL;
	size_t strings;
	Elf *elf;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf && elf_cntl(elf, ELF_C_FDREAD) < 0) {
		elf_end(elf);
		elf = NULL;
	}
	close(fd);
	if (!elf)
		return NULL;
	pt_arena_defer(arena, close_elf, elf);
	if (elf_kind(elf) != ELF_K_ELF || elf_getshdrstrndx(elf, &strings))
		return NULL;
	file = pt_new(arena, struct join_file);
	file->path = path;
	while ((scn = elf_nextscn(elf, scn))) {
		const char *name;
		GElf_Shdr h;

		if (!gelf_getshdr(scn, &h) || h.sh_type == SHT_NOBITS)
			continue;
		name = elf_strptr(elf, strings, h.sh_name);
		if (name)
			read_part(arena, file, scn, name, suffix);
	}
	return file;
}

void pt_join_append(struct join *j, struct join_file *file,
		    enum join_section section)
{
	struct join_part *part = &file->parts[section];
	GByteArray *out = j->out[section];

	part->base = out->len;
	g_byte_array_append(out, part->data, (guint)part->size);
}

/* ---- a shared file ---------------------------------------------------- */

struct alt {
	struct join *j;
	struct join_file *file;
	bool bad;
};

/* Moves the value at V by DISTANCE. */
static void move(const struct pt_dwform_value *v, uint64_t distance)
{
	pt_dwform_put(v->at, v->size, pt_dwform_get(v->at, v->size) + distance);
}

static bool value_of_image(const struct pt_dwform_value *v, void *arg)
{
	const struct alt *alt = arg;

	switch (v->form) {
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_ref_sup4: move(v, alt->file->parts[JOIN_INFO].base); break;
	case DW_FORM_GNU_strp_alt:
	case DW_FORM_strp_sup: move(v, alt->file->parts[JOIN_STR].base); break;
	case DW_FORM_ref_sup8: return false;
	default: break;
	}
	return true;
}

static bool value_of_alt(const struct pt_dwform_value *v, void *arg)
{
	const struct alt *alt = arg;
	const struct join_part *parts = alt->file->parts;

	switch (v->form) {
	case DW_FORM_strp: move(v, parts[JOIN_STR].base); break;
	case DW_FORM_line_strp: move(v, parts[JOIN_LINE_STR].base); break;
	case DW_FORM_ref_addr: move(v, parts[JOIN_INFO].base); break;
	case DW_FORM_sec_offset:
		if (v->name == DW_AT_stmt_list)
			move(v, parts[JOIN_LINE].base);
		break;
	default: break;
	}
	return true;
}

/* References to the other file are references in this one now; a form keeps the
 * bytes that it takes. */
static bool form_of_image(const uint8_t *form_at, uint64_t name, uint64_t form,
			  void *arg)
{
	uint8_t *at = arg;
	uint64_t plain;

	(void)name;
	at += form_at - (const uint8_t *)arg;
	switch (form) {
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_ref_sup4: plain = DW_FORM_ref_addr; break;
	case DW_FORM_GNU_strp_alt:
	case DW_FORM_strp_sup: plain = DW_FORM_strp; break;
	default: return true;
	}
	for (; *at & 0x80; at++)
		*at = (uint8_t)(plain | 0x80), plain = 0;
	*at = (uint8_t)plain;
	return true;
}

/* Walks the units of .debug_info from FROM to TO; for those of the shared file the
 * place of their abbreviations moves first. */
static bool walk_units(struct alt *alt, uint32_t from, uint32_t to,
		       uint32_t abbrevs,
		       bool (*each)(const struct pt_dwform_value *, void *))
{
	GByteArray *info = alt->j->out[JOIN_INFO];
	GByteArray *abbrev = alt->j->out[JOIN_ABBREV];
	struct pt_dwform_unit unit;

	while (from < to) {
		if (abbrevs >= abbrev->len ||
		    !pt_dwform_open(info->data + from, info->data + to,
				    abbrev->data + abbrevs,
				    abbrev->len - abbrevs, &unit) ||
		    unit.version < 3 ||
		    !pt_dwform_walk(&unit, false, each, alt))
			return false;
		pt_dwform_put(unit.abbrev_field, 4,
			      pt_dwform_get(unit.abbrev_field, 4) + abbrevs);
		from += (uint32_t)(unit.end - unit.start);
	}
	return true;
}

static struct pt_error *join_alt(struct join *j, struct join_file *file)
{
	static const enum join_section taken[] = { JOIN_INFO, JOIN_ABBREV,
						   JOIN_STR, JOIN_LINE_STR,
						   JOIN_LINE };
	struct alt alt = { .j = j, .file = file };
	uint32_t own = j->out[JOIN_INFO]->len;
	const uint8_t *at, *end;
	uint64_t code;

	for (size_t i = 0; i < G_N_ELEMENTS(taken); i++)
		pt_join_append(j, file, taken[i]);
	if (!walk_units(&alt, 0, own, 0, value_of_image))
		return pt_join_damaged(j, j->image->path, "a unit");
	at = j->out[JOIN_ABBREV]->data;
	end = at + file->parts[JOIN_ABBREV].base;
	while (at < end && pt_dwform_abbrev(&at, end, &code, form_of_image,
					    j->out[JOIN_ABBREV]->data))
		;
	if (!walk_units(&alt, file->parts[JOIN_INFO].base,
			j->out[JOIN_INFO]->len, file->parts[JOIN_ABBREV].base,
			value_of_alt))
		return pt_join_damaged(j, file->path, "a unit");
	return NULL;
}

/* In the folder of debug files: where its name says, that is "../../.dwz/NAME", or
 * by the last part of it. */
static const char *installed_alt(struct pt_arena *arena, const char *name)
{
	const char *base = strrchr(name, '/');
	const char *tail = strstr(name, "/.dwz/");

	return pt_arena_printf(arena, "%s/.dwz/%s", pt_target_debug_dir(),
			       tail   ? tail + strlen("/.dwz/")
			       : base ? base + 1
				      : name);
}

struct alt_search {
	struct join *j;
	const unsigned char *id;
	size_t id_length;
	struct join_file *other; /* one that has another id */
};

/* NULL: it is not there, or not the one. */
static struct join_file *try_alt(struct alt_search *search, const char *path)
{
	struct join_file *file =
		path ? pt_join_read(search->j, path, "") : NULL;

	if (!file || !file->parts[JOIN_INFO].size)
		return NULL;
	if (file->build_id_length == search->id_length &&
	    !memcmp(file->build_id, search->id, search->id_length))
		return file;
	if (!search->other)
		search->other = file;
	return NULL;
}

static struct pt_error *no_alt(const struct alt_search *search,
			       const char *name, const char *const *places)
{
	struct join *j = search->j;
	struct pt_arena *arena = j->image->arena;
	const struct join_file *other = search->other;

	if (other)
		return pt_error_hint(
			pt_error_new(arena, PT_E_BUILD_ID,
				     "'%s' shares debuginfo with a file of the "
				     "build id %s, but '%s' has %s",
				     j->beside,
				     pt_dbg_id_text(arena, search->id,
						    search->id_length),
				     other->path,
				     pt_dbg_id_text(arena, other->build_id,
						    other->build_id_length)),
			"install the package that it is from, and all with "
			"it, in the same version");
	return pt_error_hint(
		pt_error_new(arena, PT_E_NO_DEBUGINFO,
			     "'%s' shares debuginfo (dwz -m) with '%s', which "
			     "is not there, nor is '%s'%s%s%s",
			     j->beside, name, places[1],
			     places[2] ? " or '" : "",
			     places[2] ? places[2] : "", places[2] ? "'" : ""),
		"install the rest of the package that it is from, or name a "
		"server in DEBUGINFOD_URLS");
}

/* The shared file by its name, by that in the folder of debug files, by its build
 * id there, and from a server. */
static struct pt_error *find_alt(struct join *j, const char *name,
				 const unsigned char *id, size_t length,
				 struct join_file **ret)
{
	struct pt_arena *arena = j->image->arena;
	struct alt_search search = { .j = j, .id = id, .id_length = length };
	char *dir = g_path_get_dirname(j->beside);
	const char *places[] = {
		name[0] == '/' ? name
			       : pt_arena_printf(arena, "%s/%s", dir, name),
		installed_alt(arena, name),
		pt_locate_by_id(arena, id, length),
	};

	g_free(dir);
	*ret = NULL;
	for (size_t i = 0; !*ret && i < G_N_ELEMENTS(places); i++)
		*ret = try_alt(&search, places[i]);
	if (!*ret)
		*ret = try_alt(&search,
			       pt_locate_on_server(j->session, id, length));
	return *ret ? NULL : no_alt(&search, name, places);
}

/* ---- the whole -------------------------------------------------------- */

/* NULL: it shares with none. */
static const struct pt_image_section *find_link(const struct pt_image *image)
{
	const struct pt_image_section *s =
		pt_image_section_named(image, ".gnu_debugaltlink");

	if (!s)
		s = pt_image_section_named(image, ".debug_sup");
	/* a shared file itself says so there */
	if (s && !strcmp(s->name, ".debug_sup") &&
	    (s->size < 3 || image->region[s->offset + 2]))
		return NULL;
	return s;
}

/* Which of the joined sections is this one?  JOIN_SECTIONS: none. */
static int number_of(const char *name)
{
	int i;

	for (i = 0; i < JOIN_SECTIONS; i++)
		if (!strcmp(name, names[i]))
			break;
	return i;
}

/* Places for all sections, and for those that the image had not; the region's
 * size. */
static size_t lay_out(struct join *j, GArray *sections)
{
	bool there[JOIN_SECTIONS + 1] = { false };
	size_t at = 0;

	for (guint i = 0; i < sections->len; i++)
		there[number_of(
			g_array_index(sections, struct pt_image_section, i)
				.name)] = true;
	for (int i = 0; i < JOIN_SECTIONS; i++) {
		struct pt_image_section s = { .name = names[i],
					      .type = SHT_PROGBITS };

		if (!there[i] && j->out[i]->len)
			g_array_append_val(sections, s);
	}
	for (guint i = 0; i < sections->len; i++) {
		struct pt_image_section *s =
			&g_array_index(sections, struct pt_image_section, i);
		int number = number_of(s->name);

		if (number < JOIN_SECTIONS)
			s->size = s->memory_size = j->out[number]->len;
		at = (at + 15) & ~(size_t)15;
		s->offset = at;
		at += s->size;
	}
	return at;
}

/* The image gets a region of its own with all that. */
static struct pt_error *replace_region(struct join *j)
{
	struct pt_image *image = j->image;
	GArray *sections = g_array_copy(image->sections);
	size_t size = lay_out(j, sections);
	size_t before = image->slots_size;
	uint8_t *base =
		mmap(NULL, before + 2 * size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED) {
		g_array_unref(sections);
		return pt_error_errno(image->arena, errno, "map", image->path);
	}
	for (guint i = 0; i < sections->len; i++) {
		struct pt_image_section *s =
			&g_array_index(sections, struct pt_image_section, i);
		int number = number_of(s->name);
		const uint8_t *from = NULL;

		if (number < JOIN_SECTIONS)
			from = j->out[number]->data;
		else if (s->size)
			from = image->region +
			       g_array_index(image->sections,
					     struct pt_image_section, i)
				       .offset;
		if (s->size)
			memcpy(base + before + s->offset, from, s->size);
	}
	munmap(image->slots, image->slots_size + 2 * image->region_size);
	image->slots = base;
	image->region = base + before;
	image->region_size = size;
	image->mapped = false;
	g_array_set_size(image->sections, 0);
	g_array_append_vals(image->sections, sections->data, sections->len);
	g_array_unref(sections);
	return NULL;
}

/* A build's units are found in .dwo files or in a package of them, in this order or
 * in that: what an index says of their places holds for one only. */
static const char *layout(const struct join *j)
{
	const GByteArray *info = j->out[JOIN_INFO];
	struct pt_hash *hash = pt_hash_create(j->image->arena);

	/* up to the signature of a type unit, the longest header */
	for (uint64_t at = 0, length; info->len - at >= 24; at += length) {
		pt_hash_bytes(hash, info->data + at, 24);
		length = 4 + pt_dwform_get(info->data + at, 4);
		if (length > info->len - at)
			break;
	}
	return pt_hash_hex(hash, j->image->arena);
}

static struct pt_error *join(struct join *j,
			     const struct pt_image_section *link)
{
	const unsigned char *id;
	struct join_file *file = NULL;
	const char *name;
	size_t length;

	PT_TRY(pt_join_own_types(j));
	if (link) {
		if (!read_link(j->image->region + link->offset, link->size,
			       !strcmp(link->name, ".debug_sup"), &name, &id,
			       &length) ||
		    !*name)
			return pt_join_damaged(j, j->image->path,
					       "the name of a shared file");
		PT_TRY(find_alt(j, name, id, length, &file));
		PT_TRY(join_alt(j, file));
	}
	PT_TRY(pt_join_split(j));
	j->image->layout = layout(j);
	return replace_region(j);
}

struct pt_error *pt_join(struct pt_session *session, struct pt_image *image,
			 const char *beside)
{
	const struct pt_image_section *link = find_link(image);
	struct join j = { .session = session,
			  .image = image,
			  .beside = beside };
	struct pt_error *error;

	/* Skeletons of split units have tables of addresses, as little else. */
	if (!pt_image_section_named(image, ".debug_info") ||
	    (!link && !pt_image_section_named(image, ".debug_addr") &&
	     !pt_image_section_named(image, ".debug_types")))
		return NULL;
	for (int i = 0; i < JOIN_SECTIONS; i++) {
		const struct pt_image_section *s =
			pt_image_section_named(image, names[i]);

		j.out[i] = g_byte_array_new();
		if (s)
			g_byte_array_append(j.out[i], image->region + s->offset,
					    (guint)s->size);
	}
	j.signatures = g_hash_table_new_full(g_int64_hash, g_int64_equal,
					     g_free, NULL);
	error = join(&j, link);
	g_hash_table_unref(j.signatures);
	for (int i = 0; i < JOIN_SECTIONS; i++)
		g_byte_array_unref(j.out[i]);
	return error;
}
