/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "btf.h"

#include <elf.h>
#include <string.h>

#include "tracepoints.h"

struct out {
	const struct pt_arch *arch;
	GByteArray *file;
	GArray *headers; /* Elf64_Shdr: made narrower at the end for i386 */
	GString *names;
};

static Elf64_Shdr *add_header(struct out *o, const char *name, uint32_t type)
{
	Elf64_Shdr h = { .sh_name = (Elf64_Word)o->names->len,
			 .sh_type = type,
			 .sh_addralign = 1 };

	g_string_append_len(o->names, name, (gssize)strlen(name) + 1);
	g_array_append_val(o->headers, h);
	return &g_array_index(o->headers, Elf64_Shdr, o->headers->len - 1);
}

static void align(struct out *o)
{
	static const uint8_t zeros[8];

	g_byte_array_append(o->file, zeros, -o->file->len & 7);
}

static Elf64_Shdr *add_section(struct out *o, const char *name, uint32_t type,
			       const void *data, size_t size)
{
	Elf64_Shdr *h = add_header(o, name, type);

	align(o);
	h->sh_offset = o->file->len;
	h->sh_size = size;
	g_byte_array_append(o->file, data, (guint)size);
	return h;
}

/* Symbols that stand in, or around, tables of where probes may stand. */
static const char *const marks[] = {
	"__start_mcount_loc",
	"__start_kprobe_blacklist",
};

/* Sections of a module that are such a table. */
static const char *const tables[] = {
	"__mcount_loc",
	"_kprobe_blacklist",
};

static bool has_mark(const struct pt_btf_source *source,
		     const struct pt_image_section *s)
{
	for (size_t k = 0; k < G_N_ELEMENTS(tables); k++)
		if (!strcmp(s->name, tables[k]))
			return true;
	for (guint i = 0; i < source->symbols->len; i++) {
		const struct pt_kallsym *symbol =
			&g_array_index(source->symbols, struct pt_kallsym, i);

		if (symbol->address < s->address ||
		    symbol->address - s->address >= s->size)
			continue;
		for (size_t k = 0; k < G_N_ELEMENTS(marks); k++)
			if (!strcmp(symbol->name, marks[k]))
				return true;
	}
	return false;
}

/* What is loaded keeps its addresses; its contents are in the image that this
 * came from and would be most of this file. */
static void add_loaded(struct out *o, const struct pt_btf_source *source)
{
	for (guint i = 0; i < source->sections->len; i++) {
		const struct pt_image_section *s = &g_array_index(
			source->sections, struct pt_image_section, i);
		Elf64_Shdr *h;

		if (!s->alloc || s->type == SHT_NOTE)
			continue;
		if (s->size && has_mark(source, s)) {
			h = add_section(o, s->name, SHT_PROGBITS,
					source->region + s->offset, s->size);
		} else {
			h = add_header(o, s->name, SHT_NOBITS);
			h->sh_offset = o->file->len;
			h->sh_size = s->memory_size;
		}
		h->sh_addr = s->address;
		h->sh_flags = SHF_ALLOC | (s->exec ? SHF_EXECINSTR : 0);
	}
}

static void add_build_id(struct out *o, const struct pt_btf_source *source)
{
	Elf64_Nhdr note = { .n_namesz = 4,
			    .n_descsz = (Elf64_Word)source->build_id_length,
			    .n_type = NT_GNU_BUILD_ID };
	GByteArray *bytes = g_byte_array_new();

	g_byte_array_append(bytes, (const guint8 *)&note, sizeof(note));
	g_byte_array_append(bytes, (const guint8 *)ELF_NOTE_GNU, 4);
	g_byte_array_append(bytes, source->build_id,
			    (guint)source->build_id_length);
	add_section(o, ".notes", SHT_NOTE, bytes->data, bytes->len);
	g_byte_array_unref(bytes);
}

static bool is_wide(const struct out *o)
{
	return o->arch->elf_class == ELFCLASS64;
}

static void append_symbol(struct out *o, GByteArray *table,
			  const Elf64_Sym *sym)
{
	Elf32_Sym narrow = {
		.st_name = sym->st_name,
		.st_value = (Elf32_Addr)sym->st_value,
		.st_info = sym->st_info,
		.st_shndx = sym->st_shndx,
	};

	if (is_wide(o))
		g_byte_array_append(table, (const guint8 *)sym, sizeof(*sym));
	else
		g_byte_array_append(table, (const guint8 *)&narrow,
				    sizeof(narrow));
}

/* Without types the symbols of the table of calls of __fentry__ are not known
 * either, so its like is made. */
static void add_fentry_calls(struct out *o, const struct pt_btf_source *source)
{
	uint64_t fentry = pt_btf_symbol(source, "__fentry__");
	GByteArray *calls = g_byte_array_new();
	Elf64_Shdr *h;

	for (guint i = 0; i < source->symbols->len; i++) {
		const struct pt_kallsym *symbol =
			&g_array_index(source->symbols, struct pt_kallsym, i);
		uint64_t call =
			pt_btf_fentry_call(source, symbol->address, fentry);

		if (call)
			g_byte_array_append(calls, (const guint8 *)&call,
					    o->arch->word);
	}
	h = add_section(o, "__mcount_loc", SHT_PROGBITS, calls->data,
			calls->len);
	h->sh_flags = SHF_ALLOC;
	/* An address that nothing else of the image has. */
	h->sh_addr = o->arch->word;
	g_byte_array_unref(calls);
}

static void add_symbols(struct out *o, const struct pt_btf_source *source)
{
	GByteArray *table = g_byte_array_new();
	GString *names = g_string_new("");
	Elf64_Sym none = { 0 };
	Elf64_Shdr *h;

	append_symbol(o, table, &none);
	g_string_append_c(names, '\0');
	for (guint i = 0; i < source->symbols->len; i++) {
		const struct pt_kallsym *symbol =
			&g_array_index(source->symbols, struct pt_kallsym, i);
		bool text = strchr("tTwW", symbol->type);
		Elf64_Sym sym = {
			.st_name = (Elf64_Word)names->len,
			.st_shndx = SHN_ABS,
			.st_value = symbol->address,
			.st_info = ELF64_ST_INFO(g_ascii_isupper(symbol->type)
							 ? STB_GLOBAL
							 : STB_LOCAL,
						 text ? STT_FUNC : STT_OBJECT),
		};

		append_symbol(o, table, &sym);
		g_string_append_len(names, symbol->name,
				    (gssize)strlen(symbol->name) + 1);
	}
	add_section(o, ".strtab", SHT_STRTAB, names->str, names->len);
	h = add_section(o, ".symtab", SHT_SYMTAB, table->data, table->len);
	h->sh_entsize = is_wide(o) ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	h->sh_link = o->headers->len - 2;
	g_byte_array_unref(table);
	g_string_free(names, TRUE);
}

static const void *source_memory(const void *from, uint64_t address,
				 size_t size)
{
	return pt_btf_memory(from, address, size);
}

/* The events' data, which say of which system each is, are left behind. */
static void add_trace_systems(struct out *o, const struct pt_btf_source *source)
{
	GHashTable *events = g_hash_table_new(g_str_hash, g_str_equal);
	GString *text = g_string_new("");

	for (guint i = 0; i < source->symbols->len; i++) {
		const struct pt_kallsym *symbol =
			&g_array_index(source->symbols, struct pt_kallsym, i);

		if (g_str_has_prefix(symbol->name, PT_TRACEPOINT_EVENT))
			g_hash_table_insert(
				events,
				(gpointer)(symbol->name +
					   strlen(PT_TRACEPOINT_EVENT)),
				(gpointer)symbol);
	}
	for (guint i = 0; i < source->symbols->len; i++) {
		const struct pt_kallsym *symbol =
			&g_array_index(source->symbols, struct pt_kallsym, i);
		const struct pt_kallsym *event;
		const char *name, *system;

		if (!g_str_has_prefix(symbol->name, PT_TRACEPOINT_SYMBOL))
			continue;
		name = symbol->name + strlen(PT_TRACEPOINT_SYMBOL);
		event = g_hash_table_lookup(events, name);
		system = event ? pt_tracepoint_system(source_memory, source,
						      source->arch->word,
						      event->address)
			       : NULL;
		if (system)
			g_string_append_printf(text, "%s%c%s%c", name, 0,
					       system, 0);
	}
	g_hash_table_unref(events);
	add_section(o, PT_TRACEPOINT_SECTION, SHT_PROGBITS, text->str,
		    text->len);
	g_string_free(text, TRUE);
}

static void finish_wide(struct out *o)
{
	Elf64_Ehdr e = { .e_type = ET_EXEC,
			 .e_machine = o->arch->machine,
			 .e_version = EV_CURRENT,
			 .e_ehsize = sizeof(Elf64_Ehdr),
			 .e_shentsize = sizeof(Elf64_Shdr),
			 .e_shoff = o->file->len,
			 .e_shnum = (Elf64_Half)o->headers->len,
			 .e_shstrndx = (Elf64_Half)(o->headers->len - 1) };

	g_byte_array_append(o->file, (const guint8 *)o->headers->data,
			    o->headers->len * (guint)sizeof(Elf64_Shdr));
	memcpy(o->file->data, &e, sizeof(e));
}

static void finish_narrow(struct out *o)
{
	Elf32_Ehdr e = { .e_type = ET_EXEC,
			 .e_machine = o->arch->machine,
			 .e_version = EV_CURRENT,
			 .e_ehsize = sizeof(Elf32_Ehdr),
			 .e_shentsize = sizeof(Elf32_Shdr),
			 .e_shoff = o->file->len,
			 .e_shnum = (Elf32_Half)o->headers->len,
			 .e_shstrndx = (Elf32_Half)(o->headers->len - 1) };

	for (guint i = 0; i < o->headers->len; i++) {
		const Elf64_Shdr *w = &g_array_index(o->headers, Elf64_Shdr, i);
		Elf32_Shdr h = { .sh_name = w->sh_name,
				 .sh_type = w->sh_type,
				 .sh_flags = (Elf32_Word)w->sh_flags,
				 .sh_addr = (Elf32_Addr)w->sh_addr,
				 .sh_offset = (Elf32_Off)w->sh_offset,
				 .sh_size = (Elf32_Word)w->sh_size,
				 .sh_link = w->sh_link,
				 .sh_addralign = (Elf32_Word)w->sh_addralign,
				 .sh_entsize = (Elf32_Word)w->sh_entsize };

		g_byte_array_append(o->file, (const guint8 *)&h, sizeof(h));
	}
	memcpy(o->file->data, &e, sizeof(e));
}

static void finish(struct out *o)
{
	Elf64_Shdr *h = add_header(o, ".shstrtab", SHT_STRTAB);
	uint8_t *ident;

	h->sh_offset = o->file->len;
	h->sh_size = o->names->len;
	g_byte_array_append(o->file, (const guint8 *)o->names->str,
			    (guint)o->names->len);
	align(o);
	if (is_wide(o))
		finish_wide(o);
	else
		finish_narrow(o);
	ident = o->file->data;
	memcpy(ident, ELFMAG, SELFMAG);
	ident[EI_CLASS] = o->arch->elf_class;
	ident[EI_DATA] = ELFDATA2LSB;
	ident[EI_VERSION] = EV_CURRENT;
}

GByteArray *pt_btf_write_elf(struct pt_arena *arena,
			     const struct pt_btf_source *source)
{
	struct out o = { .arch = source->arch,
			 .file = g_byte_array_new(),
			 .headers =
				 g_array_new(FALSE, TRUE, sizeof(Elf64_Shdr)),
			 .names = g_string_new("") };
	Elf64_Ehdr room = { 0 };
	struct pt_btf_dwarf dwarf;

	pt_arena_defer(arena, (void (*)(void *))g_byte_array_unref, o.file);
	g_byte_array_append(o.file, (const guint8 *)&room, sizeof(room));
	add_header(&o, "", SHT_NULL)->sh_addralign = 0;
	pt_btf_write_dwarf(arena, source, &dwarf);
	add_loaded(&o, source);
	add_build_id(&o, source);
	add_section(&o, ".debug_info", SHT_PROGBITS, dwarf.info->data,
		    dwarf.info->len);
	add_section(&o, ".debug_abbrev", SHT_PROGBITS, dwarf.abbrev->data,
		    dwarf.abbrev->len);
	add_section(&o, ".debug_str", SHT_PROGBITS, dwarf.str->data,
		    dwarf.str->len);
	add_trace_systems(&o, source);
	add_symbols(&o, source);
	if (!source->has_types && !source->told)
		add_fentry_calls(&o, source);
	finish(&o);
	g_array_unref(o.headers);
	g_string_free(o.names, TRUE);
	return o.file;
}
