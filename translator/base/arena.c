/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "arena.h"

#include <stdarg.h>
#include <string.h>

#define CHUNK_SIZE (64 * 1024)
#define ALIGNMENT 16

struct chunk {
	struct chunk *next;
	size_t used; /* of data */
	size_t size;
	_Alignas(ALIGNMENT) char data[];
};

struct release {
	struct release *next;
	void (*function)(void *);
	void *arg;
};

struct pt_arena {
	struct chunk *chunks; /* the first is the one that is being filled */
	struct release *releases;
};

static struct chunk *chunk_new(size_t size)
{
	struct chunk *chunk = g_malloc0(sizeof(*chunk) + size);

	chunk->size = size;
	return chunk;
}

struct pt_arena *pt_arena_create(void)
{
	struct pt_arena *arena = g_new0(struct pt_arena, 1);

	arena->chunks = chunk_new(CHUNK_SIZE);
	return arena;
}

void pt_arena_destroy(struct pt_arena *arena)
{
	struct release *release;
	struct chunk *chunk;

	for (release = arena->releases; release; release = release->next)
		release->function(release->arg);
	while ((chunk = arena->chunks)) {
		arena->chunks = chunk->next;
		g_free(chunk);
	}
	g_free(arena);
}

void *pt_arena_alloc(struct pt_arena *arena, size_t size)
{
	struct chunk *chunk = arena->chunks;
	void *memory;

	if (size > G_MAXSIZE - CHUNK_SIZE)
		g_error("a request of %zu bytes cannot be served", size);
	size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (size > CHUNK_SIZE / 4) {
		/* On its own, behind the chunk that is being filled. */
		struct chunk *big = chunk_new(size);

		big->used = size;
		big->next = chunk->next;
		chunk->next = big;
		return big->data;
	}
	if (size > chunk->size - chunk->used) {
		chunk = chunk_new(CHUNK_SIZE);
		chunk->next = arena->chunks;
		arena->chunks = chunk;
	}
	memory = chunk->data + chunk->used;
	chunk->used += size;
	return memory;
}

char *pt_arena_strdup(struct pt_arena *arena, const char *text)
{
	return text ? pt_arena_strndup(arena, text, strlen(text)) : NULL;
}

char *pt_arena_strndup(struct pt_arena *arena, const char *text, size_t length)
{
	char *copy = pt_arena_alloc(arena, length + 1);

	if (length)
		memcpy(copy, text, length);
	return copy;
}

char *pt_arena_printf(struct pt_arena *arena, const char *format, ...)
{
	va_list args;
	char *text, *copy;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	copy = pt_arena_strdup(arena, text);
	g_free(text);
	return copy;
}

static void release_ptr_array(void *array)
{
	g_ptr_array_unref(array);
}

GPtrArray *pt_arena_ptr_array(struct pt_arena *arena)
{
	GPtrArray *array = g_ptr_array_new();

	pt_arena_defer(arena, release_ptr_array, array);
	return array;
}

static void release_hash(void *hash)
{
	g_hash_table_unref(hash);
}

GHashTable *pt_arena_str_hash(struct pt_arena *arena)
{
	GHashTable *hash = g_hash_table_new(g_str_hash, g_str_equal);

	pt_arena_defer(arena, release_hash, hash);
	return hash;
}

static void release_string(void *string)
{
	g_string_free(string, TRUE);
}

GString *pt_arena_string(struct pt_arena *arena)
{
	GString *string = g_string_new(NULL);

	pt_arena_defer(arena, release_string, string);
	return string;
}

void pt_arena_defer(struct pt_arena *arena, void (*release)(void *), void *arg)
{
	struct release *entry = pt_new(arena, struct release);

	entry->function = release;
	entry->arg = arg;
	entry->next = arena->releases;
	arena->releases = entry;
}
