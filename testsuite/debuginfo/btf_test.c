/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading BTF and the kernel's symbol table, whole and damaged:
 *
 *   btf_test FILE               FILE holds BTF
 *   btf_test FILE damage OUT SEED
 *                               writes what is made of it after some damage,
 *                               exit status 3 if it is refused
 *
 * Prints PASS and FAIL lines; what damage must not do is crash.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debuginfo/btf.h"

#define ROUNDS 3000

static bool failed;

static void check(const char *what, bool good)
{
	printf("%s: %s\n", good ? "PASS" : "FAIL", what);
	failed = failed || !good;
}

/* The same bytes for the same seed. */
static void damage(uint8_t *data, size_t size, unsigned seed)
{
	GRand *random = g_rand_new_with_seed(seed);
	gint32 count = g_rand_int_range(random, 1, 6);

	for (gint32 i = 0; i < count; i++) {
		gint32 at = g_rand_int_range(random, 0, (gint32)size);
		uint32_t number = (uint32_t)g_rand_int_range(random, 0, 100);

		/* Words that may be types lead to rings of them. */
		if (g_rand_boolean(random) && (size_t)at + 7 < size)
			memcpy(data + (at & ~3), &number, sizeof(number));
		else
			data[at] = (uint8_t)number;
	}
	g_rand_free(random);
}

/* ---- BTF -------------------------------------------------------------- */

/* False: not accepted.  What is accepted is translated, with some symbols, and
 * written to the file OUT (NULL: nowhere). */
static bool translate(const void *data, size_t size, const char *out)
{
	static const unsigned char build_id[20] = { 1, 2, 3 };
	struct pt_kallsym symbols[] = {
		{ 0, "__per_cpu_start", 'A' },
		{ 0xffffffff81000000, "_stext", 'T' },
		{ 0xffffffff81000010, "many", 't' },
		{ 0xffffffff81000020, "wide_value", 'T' },
		{ 0xffffffff81000020, "an_alias", 'W' },
		{ 0xffffffff81000030, "by_value.isra.0", 't' },
	};
	struct pt_arena *arena = pt_arena_create();
	struct pt_btf_source source = { .arch = &pt_arch_x86_64,
					.has_types = true,
					.build_id = build_id,
					.build_id_length = sizeof(build_id) };
	bool good = pt_btf_attach(arena, data, size, &source.btf);
	GByteArray *file;

	if (good) {
		source.symbols =
			g_array_new(FALSE, FALSE, sizeof(struct pt_kallsym));
		g_array_append_vals(source.symbols, symbols,
				    G_N_ELEMENTS(symbols));
		source.sections = g_array_new(FALSE, FALSE,
					      sizeof(struct pt_image_section));
		file = pt_btf_write_elf(arena, &source);
		good = file->len > size;
		if (out)
			good = g_file_set_contents(out,
						   (const gchar *)file->data,
						   file->len, NULL);
		g_array_unref(source.symbols);
		g_array_unref(source.sections);
	}
	pt_arena_destroy(arena);
	return good;
}

static void test_btf(const char *path)
{
	unsigned accepted = 0, short_ones = 0;
	gchar *data, *copy;
	gsize size;

	if (!g_file_get_contents(path, &data, &size, NULL)) {
		check("the file with BTF", false);
		return;
	}
	check("BTF as the compiler makes it", translate(data, size, NULL));
	for (gsize length = 0; length < size; length += 7) {
		copy = g_memdup2(data, length);
		short_ones += translate(copy, length, NULL);
		g_free(copy);
	}
	check("BTF that ends too early", !short_ones);
	for (unsigned seed = 0; seed < ROUNDS; seed++) {
		copy = g_memdup2(data, size);
		damage((uint8_t *)copy, size, seed);
		accepted += translate(copy, size, NULL);
		g_free(copy);
	}
	check("damaged BTF", accepted < ROUNDS);
	g_free(data);
}

static int write_damaged(const char *path, const char *out, unsigned seed)
{
	gchar *data;
	gsize size;
	bool good;

	if (!g_file_get_contents(path, &data, &size, NULL))
		return 2;
	damage((uint8_t *)data, size, seed);
	good = translate(data, size, out);
	g_free(data);
	return good ? 0 : 3;
}

/* ---- symbols ---------------------------------------------------------- */

#define SYMBOLS 2000
#define BASE UINT64_C(0xffffffff81000000)

static void put(GByteArray *to, uint64_t value, unsigned size)
{
	g_byte_array_append(to, (const guint8 *)&value, size);
}

static void align(GByteArray *to)
{
	while (to->len % 8)
		put(to, 0, 1);
}

/* Every fourth is per-CPU, at an address that is not moved. */
static uint64_t symbol_address(unsigned i)
{
	return i % 4 ? BASE + i * 16 : i * 8;
}

static void put_offsets(GByteArray *to)
{
	for (unsigned i = 0; i < SYMBOLS; i++)
		put(to, i % 4 ? (uint32_t)-1 - i * 16 : i * 8, 4);
	align(to);
	put(to, BASE, 8);
}

static void put_names(GByteArray *to)
{
	uint32_t markers[SYMBOLS / 256 + 1];
	guint start;

	put(to, SYMBOLS, 8);
	start = to->len;
	for (unsigned i = 0; i < SYMBOLS; i++) {
		/* One that is too long for one byte of length. */
		int width = i == 300 ? 200 : 0;
		char text[256];
		int length = snprintf(text, sizeof(text), "%cs_%0*u",
				      i % 4 ? 't' : 'A', width, i);

		if (i % 256 == 0)
			markers[i / 256] = to->len - start;
		if (length < 128)
			put(to, (uint64_t)length, 1);
		else
			put(to,
			    (uint64_t)((length & 127) | 128 | length >> 7 << 8),
			    2);
		g_byte_array_append(to, (const guint8 *)text, (guint)length);
	}
	align(to);
	g_byte_array_append(to, (const guint8 *)markers, sizeof(markers));
	align(to);
}

/* Token i is the character i. */
static void put_tokens(GByteArray *to)
{
	for (unsigned i = 0; i < 256; i++)
		put(to, i ? i : '?', 2);
	align(to);
	for (unsigned i = 0; i < 256; i++)
		put(to, i * 2, 2);
}

static GByteArray *tables(bool addresses_first)
{
	GByteArray *ret = g_byte_array_new();

	for (unsigned i = 0; i < 64; i++)
		put(ret, UINT64_C(0x1020304050607) * i, 8);
	if (addresses_first)
		put_offsets(ret);
	put_names(ret);
	put_tokens(ret);
	if (!addresses_first)
		put_offsets(ret);
	put(ret, 0, 8);
	return ret;
}

static bool read_back(const GByteArray *data)
{
	struct pt_arena *arena = pt_arena_create();
	GArray *symbols = g_array_new(FALSE, FALSE, sizeof(struct pt_kallsym));
	bool good =
		pt_kallsyms_find(arena, data->data, data->len, 8, symbols) &&
		symbols->len == SYMBOLS;

	for (unsigned i = 0; good && i < SYMBOLS; i++) {
		const struct pt_kallsym *s =
			&g_array_index(symbols, struct pt_kallsym, i);
		char text[256];

		snprintf(text, sizeof(text), "s_%0*u", i == 300 ? 200 : 0, i);
		good = s->address == symbol_address(i) &&
		       s->type == (i % 4 ? 't' : 'A') && !strcmp(s->name, text);
	}
	g_array_unref(symbols);
	pt_arena_destroy(arena);
	return good;
}

static void test_symbols(bool addresses_first, const char *what)
{
	GByteArray *whole = tables(addresses_first);
	unsigned same = 0;

	check(what, read_back(whole));
	for (unsigned seed = 0; seed < ROUNDS / 10; seed++) {
		GByteArray *copy = g_byte_array_new();

		g_byte_array_append(copy, whole->data, whole->len);
		damage(copy->data, copy->len, seed);
		same += read_back(copy);
		g_byte_array_unref(copy);
	}
	check("damaged symbols", same < ROUNDS / 10);
	g_byte_array_unref(whole);
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[2], "damage"))
		return write_damaged(argv[1], argv[3], (unsigned)atoi(argv[4]));
	if (argc != 2)
		return 2;
	test_btf(argv[1]);
	test_symbols(true, "symbols with addresses before the names");
	test_symbols(false, "symbols with addresses behind the names");
	return failed;
}
