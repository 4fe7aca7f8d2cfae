/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "minidebug.h"

#include <lzma.h>
#include <string.h>

/* Three times what the largest browsers have; what claims more is damaged. */
#define MAX_SIZE (UINT32_C(128) << 20)

/* What unpacking may take besides: xz -9 needs 65 MB (its manual). */
#define MAX_MEMORY (UINT64_C(100) << 20)

#define STEP (UINT32_C(64) << 10)

static struct pt_error *minidebug_damaged(struct pt_image *image,
					  const char *what)
{
	return pt_error_hint(pt_error_new(image->arena, PT_E_BAD_DEBUGINFO,
					  "'%s' is damaged: its .gnu_debugdata "
					  "%s",
					  image->path, what),
			     "install the package that it is from again");
}

/* Appends to OUT what the stream makes of its input. */
static lzma_ret unpack_all(lzma_stream *stream, GByteArray *out)
{
	lzma_ret ret = LZMA_OK;

	while (ret == LZMA_OK && out->len < MAX_SIZE) {
		guint before = out->len;

		g_byte_array_set_size(out, before + STEP);
		stream->next_out = out->data + before;
		stream->avail_out = STEP;
		ret = lzma_code(stream, LZMA_FINISH);
		g_byte_array_set_size(out,
				      before + STEP - (guint)stream->avail_out);
	}
	return ret;
}

static struct pt_error *unpack(struct pt_image *image, const uint8_t *data,
			       size_t size, GByteArray *out)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_ret ret = lzma_stream_decoder(&stream, MAX_MEMORY, 0);

	stream.next_in = data;
	stream.avail_in = size;
	if (ret == LZMA_OK)
		ret = unpack_all(&stream, out);
	lzma_end(&stream);
	switch (ret) {
	case LZMA_STREAM_END: return NULL;
	case LZMA_OK: return minidebug_damaged(image, "is too large, unpacked");
	case LZMA_MEMLIMIT_ERROR:
	case LZMA_MEM_ERROR:
		return minidebug_damaged(image, "takes too much memory to "
						"unpack");
	default: return minidebug_damaged(image, "does not unpack");
	}
}

struct tables {
	GByteArray *symbols; /* GElf_Sym */
	GByteArray *names;
};

/* Adds SYMBOL, whose name is in the texts that were put at NAMES. */
static void add_symbol(const struct tables *to, const GElf_Sym *symbol,
		       guint names)
{
	GElf_Sym moved = *symbol;

	moved.st_name += names;
	if (moved.st_name >= names && moved.st_name < to->names->len)
		g_byte_array_append(to->symbols, (const guint8 *)&moved,
				    sizeof(moved));
}

/* Adds texts that end wherever they end; where they are put. */
static guint add_names(const struct tables *to, const void *names, size_t size)
{
	guint at = to->names->len;

	g_byte_array_append(to->names, names, (guint)size);
	g_byte_array_append(to->names, (const guint8 *)"", 1);
	return at;
}

/* What others link against, which the packed table has not. */
static void add_own(const struct pt_image *image, const struct tables *to)
{
	guint names =
		add_names(to, image->symbols.names, image->symbols.names_size);
	GElf_Sym symbol;

	for (uint64_t i = 0; i < pt_image_symbols(image); i++) {
		pt_image_symbol(image, i, &symbol);
		add_symbol(to, &symbol, names);
	}
}

static void add_packed(Elf *elf, const struct tables *to)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr h;

	while ((scn = elf_nextscn(elf, scn))) {
		Elf_Data *data, *texts;
		GElf_Sym symbol;
		guint names;

		if (!gelf_getshdr(scn, &h) || h.sh_type != SHT_SYMTAB)
			continue;
		data = elf_getdata(scn, NULL);
		texts = elf_getdata(elf_getscn(elf, h.sh_link), NULL);
		if (!data || !texts || !texts->d_buf)
			continue;
		names = add_names(to, texts->d_buf, texts->d_size);
		for (int i = 0; gelf_getsym(data, i, &symbol); i++)
			add_symbol(to, &symbol, names);
		return;
	}
}

static struct pt_error *merge(struct pt_image *image, Elf *elf)
{
	struct tables tables;

	if (image->symbols.size > MAX_SIZE ||
	    image->symbols.names_size > MAX_SIZE)
		return minidebug_damaged(image,
					 "stands beside too many symbols");
	tables.symbols = g_byte_array_new();
	tables.names = g_byte_array_new();
	pt_arena_defer(image->arena, (void (*)(void *))g_byte_array_unref,
		       tables.symbols);
	pt_arena_defer(image->arena, (void (*)(void *))g_byte_array_unref,
		       tables.names);
	add_own(image, &tables);
	add_packed(elf, &tables);
	image->symbol_size = sizeof(GElf_Sym);
	image->symbols = (struct pt_image_symbols){
		.at = tables.symbols->data,
		.size = tables.symbols->len,
		.names = (const char *)tables.names->data,
		.names_size = tables.names->len,
	};
	return NULL;
}

struct pt_error *pt_minidebug_symbols(struct pt_image *image,
				      const struct pt_image_section *packed)
{
	GByteArray *unpacked = g_byte_array_new();
	struct pt_error *error;
	GElf_Ehdr header;
	Elf *elf;

	error = unpack(image, image->region + packed->offset, packed->size,
		       unpacked);
	elf = error ? NULL : elf_memory((char *)unpacked->data, unpacked->len);
	if (!error && (!elf || elf_kind(elf) != ELF_K_ELF ||
		       !gelf_getehdr(elf, &header) ||
		       pt_arch_of(header.e_machine, header.e_ident[EI_CLASS]) !=
			       image->arch))
		error = minidebug_damaged(image,
					  "is no ELF file for its machine");
	if (!error)
		error = merge(image, elf);
	elf_end(elf);
	g_byte_array_unref(unpacked);
	return error;
}
