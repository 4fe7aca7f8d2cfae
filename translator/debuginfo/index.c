/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "index.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/file.h"
#include "indexer.h"

/* Bytes of DWARF from which on a slow disk makes one wait. */
#define LARGE (64 << 20)

#define READ_STEP 262144

/* Four lanes of multiplications: the file is checked at each run, so this must
 * go at the speed of memory.  It is against rot, not against attackers: a cache
 * folder is its user's own, and all offsets are checked where they are used. */
uint64_t pt_index_sum(uint64_t sum, const void *data, size_t length)
{
	static const uint64_t factor[4] = { UINT64_C(0x9e3779b97f4a7c15),
					    UINT64_C(0xc2b2ae3d27d4eb4f),
					    UINT64_C(0x165667b19e3779f9),
					    UINT64_C(0xd6e8feb86659fd93) };
	uint64_t lane[4] = { sum, ~sum, sum << 7, sum >> 9 };
	const uint8_t *at = data;

	for (; length >= 32; length -= 32, at += 32) {
		uint64_t word[4];

		memcpy(word, at, sizeof(word));
		for (int i = 0; i < 4; i++) {
			lane[i] = (lane[i] ^ word[i]) * factor[i];
			lane[i] ^= lane[i] >> 29;
		}
	}
	for (int i = 0; i < 4; i++)
		sum = (sum ^ lane[i]) * factor[3 - i];
	while (length--)
		sum = (sum ^ *at++) * factor[0];
	return sum ^ sum >> 32;
}

const uint8_t pt_index_element_size[PT_INDEX_TABLES] = {
	[PT_INDEX_UNITS] = sizeof(struct pt_index_unit),
	[PT_INDEX_FUNCTIONS] = sizeof(struct pt_index_function),
	[PT_INDEX_BY_ADDRESS] = sizeof(uint32_t),
	[PT_INDEX_SYMBOLS] = sizeof(struct pt_index_symbol),
	[PT_INDEX_SYMBOL_NAMES] = sizeof(uint32_t),
	[PT_INDEX_VARIABLES] = sizeof(struct pt_index_variable),
	[PT_INDEX_TYPES] = sizeof(struct pt_index_type),
	[PT_INDEX_SCOPES] = sizeof(struct pt_index_scope),
	[PT_INDEX_FILES] = sizeof(uint32_t),
	[PT_INDEX_STRINGS] = 1,
};

static bool index_check_tables(const struct pt_index_header *header)
{
	for (int i = 0; i < PT_INDEX_TABLES; i++) {
		uint64_t offset = header->tables[i].offset;
		uint64_t count = header->tables[i].count;

		if (offset % 8 || offset < sizeof(*header) ||
		    offset > header->size || count > UINT32_MAX ||
		    count * pt_index_element_size[i] > header->size - offset)
			return false;
	}
	return header->tables[PT_INDEX_BY_ADDRESS].count <=
		       header->tables[PT_INDEX_FUNCTIONS].count &&
	       header->tables[PT_INDEX_SYMBOL_NAMES].count ==
		       header->tables[PT_INDEX_SYMBOLS].count;
}

#define SUM_START (offsetof(struct pt_index_header, checksum) + 8)

static uint64_t index_sum_all(const uint8_t *base, size_t size)
{
	uint64_t sum = 0;
	size_t at = SUM_START;

	while (at < size) {
		size_t step = MIN(size - at, (size_t)READ_STEP);

		sum = pt_index_sum(sum, base + at, step);
		at += step;
	}
	return sum;
}

/* Points the tables of RET into SIZE bytes at BASE; false: it is not an index, or
 * damaged beyond its sum. */
static bool index_attach(const uint8_t *base, size_t size, struct pt_index *ret)
{
	const struct pt_index_header *h = (const void *)base;
	const uint8_t *strings;

	if (size < sizeof(*h) ||
	    memcmp(h->magic, PT_INDEX_MAGIC, sizeof(PT_INDEX_MAGIC)) ||
	    h->version != PT_INDEX_VERSION || h->header_size != sizeof(*h) ||
	    h->size != size || h->build_id_length > sizeof(h->build_id) ||
	    !index_check_tables(h))
		return false;
	strings = base + h->tables[PT_INDEX_STRINGS].offset;
	ret->base = base;
	ret->size = size;
	ret->header = h;
#define TABLE(member, n, table)                                       \
	ret->member = (const void *)(base + h->tables[table].offset); \
	ret->n = (uint32_t)h->tables[table].count
	TABLE(units, n_units, PT_INDEX_UNITS);
	TABLE(functions, n_functions, PT_INDEX_FUNCTIONS);
	TABLE(by_address, n_by_address, PT_INDEX_BY_ADDRESS);
	TABLE(symbols, n_symbols, PT_INDEX_SYMBOLS);
	TABLE(variables, n_variables, PT_INDEX_VARIABLES);
	TABLE(types, n_types, PT_INDEX_TYPES);
	TABLE(scopes, n_scopes, PT_INDEX_SCOPES);
	TABLE(files, n_files, PT_INDEX_FILES);
#undef TABLE
	ret->symbol_names =
		(const void *)(base + h->tables[PT_INDEX_SYMBOL_NAMES].offset);
	ret->strings = (const char *)strings;
	ret->strings_size = h->tables[PT_INDEX_STRINGS].count;
	return ret->strings_size && !strings[0] &&
	       !strings[ret->strings_size - 1];
}

/* Checks the sum through a buffer: mapped pages would count as ours. */
static bool index_file_whole(int fd, size_t size)
{
	uint8_t *buffer = g_malloc(READ_STEP);
	struct pt_index_header header;
	uint64_t sum = 0;
	size_t at = SUM_START;
	bool whole = pread(fd, &header, sizeof(header), 0) ==
		     (ssize_t)sizeof(header);

	while (whole && at < size) {
		ssize_t n = pread(fd, buffer, MIN(size - at, (size_t)READ_STEP),
				  (off_t)at);

		if (n != (ssize_t)MIN(size - at, (size_t)READ_STEP)) {
			whole = false;
			break;
		}
		sum = pt_index_sum(sum, buffer, (size_t)n);
		at += (size_t)n;
	}
	g_free(buffer);
	return whole && sum == header.checksum;
}

/* False: PATH is no index that is whole. */
static bool index_map(const char *path, struct pt_index *ret)
{
	void *base = MAP_FAILED;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (!fstat(fd, &st) &&
	    st.st_size >= (off_t)sizeof(struct pt_index_header) &&
	    index_file_whole(fd, (size_t)st.st_size))
		base = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE,
			    fd, 0);
	close(fd);
	if (base == MAP_FAILED)
		return false;
	if (!index_attach(base, (size_t)st.st_size, ret)) {
		munmap(base, (size_t)st.st_size);
		return false;
	}
	ret->mapped = true;
	return true;
}

void pt_index_close(struct pt_index *index)
{
	if (index->mapped)
		munmap((void *)index->base, index->size);
	else
		g_free((void *)index->base);
	index->base = NULL;
	index->mapped = false;
}

void pt_index_release(const struct pt_index *index)
{
	/* Failing does no harm: the pages stay. */
	if (index->mapped)
		(void)madvise((void *)index->base, index->size, MADV_DONTNEED);
}

static void index_close(void *arg)
{
	pt_index_close(arg);
}

static bool index_has_id(const struct pt_index *index, const unsigned char *id,
			 size_t length)
{
	return index->header->build_id_length == length &&
	       !memcmp(index->header->build_id, id, length);
}

bool pt_index_peek(const char *path, const unsigned char *id, size_t length,
		   struct pt_index *ret)
{
	if (!index_map(path, ret))
		return false;
	if (index_has_id(ret, id, length))
		return true;
	pt_index_close(ret);
	return false;
}

/* True: PATH is an index of IMAGE, whole. */
static bool index_load(const struct pt_image *image, const char *path,
		       struct pt_index *ret)
{
	if (!pt_index_peek(path, image->build_id, image->build_id_length, ret))
		return false;
	if (ret->header->info_size == image->info.size)
		return true;
	pt_index_close(ret);
	return false;
}

/* Writes the SIZE bytes of a new index to PATH, and takes them from there. */
static struct pt_error *index_keep(struct pt_arena *arena,
				   const struct pt_image *image,
				   const char *path, struct pt_index *index)
{
	struct pt_index kept = { 0 };

	PT_TRY(pt_file_write(arena, path, index->base, index->size));
	if (!index_load(image, path, &kept))
		return NULL;
	pt_index_close(index);
	*index = kept;
	return NULL;
}

struct pt_error *pt_index_open(struct pt_arena *arena,
			       const struct pt_image *image, const char *path,
			       void (*progress)(const char *text),
			       struct pt_index **ret,
			       struct pt_error **ret_note, bool *ret_built)
{
	struct pt_index *index = pt_new(arena, struct pt_index);
	uint8_t *data;
	size_t size;

	pt_arena_defer(arena, index_close, index);
	*ret_built = false;
	*ret_note = NULL;
	*ret = index;
	if (path && index_load(image, path, index))
		return NULL;
	if (progress && image->info.size > LARGE)
		progress(pt_arena_printf(arena, "indexing the functions of %s",
					 image->path));
	PT_TRY(pt_indexer_build(arena, image, &data, &size));
	((struct pt_index_header *)data)->checksum = index_sum_all(data, size);
	if (!index_attach(data, size, index)) {
		g_free(data);
		return pt_error_new(arena, PT_E_INTERNAL,
				    "a new index of '%s' is not valid",
				    image->path);
	}
	if (path)
		*ret_note = index_keep(arena, image, path, index);
	*ret_built = true;
	return NULL;
}

const char *pt_index_string(const struct pt_index *index, uint32_t string)
{
	return string < index->strings_size ? index->strings + string : "";
}

uint32_t pt_index_unit_of(const struct pt_index *index, uint64_t offset)
{
	uint32_t low = 0, high = index->n_units;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (index->units[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || offset - index->units[low - 1].offset >=
			    index->units[low - 1].length)
		return UINT32_MAX;
	return low - 1;
}

const struct pt_index_scope *pt_index_scope_of(const struct pt_index *index,
					       uint32_t die)
{
	uint32_t low = 0, high = index->n_scopes;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (index->scopes[middle].die < die)
			low = middle + 1;
		else
			high = middle;
	}
	return low < index->n_scopes && index->scopes[low].die == die
		       ? &index->scopes[low]
		       : NULL;
}

typedef const char *(*name_of)(const struct pt_index *, uint32_t);

static const char *function_name(const struct pt_index *index, uint32_t i)
{
	return pt_index_string(index, index->functions[i].name);
}

static const char *symbol_name(const struct pt_index *index, uint32_t i)
{
	uint32_t symbol = index->symbol_names[i];

	return symbol < index->n_symbols
		       ? pt_index_string(index, index->symbols[symbol].name)
		       : "";
}

static const char *variable_name(const struct pt_index *index, uint32_t i)
{
	return pt_index_string(index, index->variables[i].name);
}

static const char *type_name(const struct pt_index *index, uint32_t i)
{
	return pt_index_string(index, index->types[i].name);
}

/* The first of COUNT names that is not below (ABOVE: is above) PREFIX. */
static uint32_t index_bound(const struct pt_index *index, name_of name,
			    uint32_t count, const char *prefix, bool above)
{
	size_t length = strlen(prefix);
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strncmp(name(index, middle), prefix, length);

		if (order < 0 || (above && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint32_t index_range(const struct pt_index *index, name_of name,
			    uint32_t count, const char *prefix,
			    uint32_t *ret_end)
{
	*ret_end = index_bound(index, name, count, prefix, true);
	return index_bound(index, name, count, prefix, false);
}

uint32_t pt_index_functions_from(const struct pt_index *index,
				 const char *prefix, uint32_t *ret_end)
{
	return index_range(index, function_name, index->n_functions, prefix,
			   ret_end);
}

uint32_t pt_index_symbols_from(const struct pt_index *index, const char *prefix,
			       uint32_t *ret_end)
{
	return index_range(index, symbol_name, index->n_symbols, prefix,
			   ret_end);
}

uint32_t pt_index_variables_from(const struct pt_index *index,
				 const char *prefix, uint32_t *ret_end)
{
	return index_range(index, variable_name, index->n_variables, prefix,
			   ret_end);
}

uint32_t pt_index_types_from(const struct pt_index *index, const char *prefix,
			     uint32_t *ret_end)
{
	return index_range(index, type_name, index->n_types, prefix, ret_end);
}

const struct pt_index_function *
pt_index_function_at(const struct pt_index *index, uint64_t address, bool exact)
{
	uint32_t low = 0, high = index->n_by_address;
	const struct pt_index_function *function;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		uint32_t i = index->by_address[middle];

		if (i < index->n_functions &&
		    index->functions[i].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	function = &index->functions[index->by_address[low - 1]];
	if (function->address == address)
		return function;
	if (exact || address - function->address >= function->size)
		return NULL;
	return function;
}

const struct pt_index_symbol *pt_index_symbol_at(const struct pt_index *index,
						 uint64_t address,
						 const char *like)
{
	const struct pt_index_symbol *best = NULL;
	uint32_t low = 0, high = index->n_symbols;
	uint64_t start;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (index->symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	while (low && index->symbols[low - 1].kind != PT_INDEX_SYMBOL_FUNCTION)
		low--;
	if (!low)
		return NULL;
	start = index->symbols[low - 1].address;
	for (; low && index->symbols[low - 1].address == start; low--) {
		const struct pt_index_symbol *s = &index->symbols[low - 1];

		if (s->kind != PT_INDEX_SYMBOL_FUNCTION)
			continue;
		if (like && !strcmp(pt_index_string(index, s->name), like))
			return s;
		if (!best || s->global > best->global)
			best = s;
	}
	return best;
}
