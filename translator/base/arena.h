/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Per-run memory.  A pass allocates and never frees; the arena goes at the end
 * of the run.  Allocation failure ends the program (as GLib's does), so no
 * function here returns NULL.
 */
#ifndef PT_ARENA_H
#define PT_ARENA_H

#include <glib.h>
#include <stddef.h>

struct pt_arena;

struct pt_arena *pt_arena_create(void);

/* Runs what pt_arena_defer() registered, last first, then frees everything. */
void pt_arena_destroy(struct pt_arena *arena);

/* SIZE zeroed bytes, aligned for any type. */
void *pt_arena_alloc(struct pt_arena *arena, size_t size) G_GNUC_MALLOC;

#define pt_new(arena, type) ((type *)pt_arena_alloc((arena), sizeof(type)))
#define pt_new_array(arena, type, n) \
	((type *)pt_arena_alloc((arena), sizeof(type) * (n)))

char *pt_arena_strdup(struct pt_arena *arena, const char *text);
char *pt_arena_strndup(struct pt_arena *arena, const char *text, size_t length);
char *pt_arena_printf(struct pt_arena *arena, const char *format, ...)
	G_GNUC_PRINTF(2, 3);

/* GLib containers that live as long as the arena.  The hash maps strings
 * (compared by content, not copied) to pointers. */
GPtrArray *pt_arena_ptr_array(struct pt_arena *arena);
GHashTable *pt_arena_str_hash(struct pt_arena *arena);
GString *pt_arena_string(struct pt_arena *arena);

/* Calls RELEASE(ARG) in pt_arena_destroy(): for file descriptors and handles of
 * libraries, never for memory. */
void pt_arena_defer(struct pt_arena *arena, void (*release)(void *), void *arg);

#endif
