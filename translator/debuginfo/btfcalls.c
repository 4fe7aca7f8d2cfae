/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "btfcalls.h"

#include <dwarf.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>

#include "dbg.h"
#include "tracepoints.h"

/* Of a name that BTF has several prototypes for, or that several functions have,
 * none is of use: nothing says which of the functions has which. */
#define SEVERAL UINT32_MAX

#define MOST_ARGUMENTS 6

struct call {
	const char *name;
	uint64_t address;
	uint32_t size;
	uint32_t prototype; /* 0: not known */
	bool is_function;
};

struct system_call {
	const char *name; /* "__do_sys_open" */
	unsigned count;
	const char *types[MOST_ARGUMENTS], *arguments[MOST_ARGUMENTS];
};

struct btf_calls {
	struct pt_arena *arena;
	const struct pt_btf_source *source;
	GArray *calls;	      /* struct call */
	GArray *system_calls; /* struct system_call */
	GHashTable *types;    /* "struct file", "size_t" to BTF's number */
	uint64_t fentry;      /* the address of __fentry__ */
};

/* ---- functions -------------------------------------------------------- */

static bool is_text(const struct pt_kallsym *symbol)
{
	return strchr("tTwW", symbol->type) && symbol->address &&
	       symbol->name[0] != '.' && !strstr(symbol->name, ".cold") &&
	       !g_str_has_prefix(symbol->name, "__pfx_") &&
	       !g_str_has_prefix(symbol->name, "__cfi_");
}

static int call_compare(const void *x, const void *y)
{
	const struct call *a = x, *b = y;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* Prototypes by the names of functions. */
static GHashTable *list_prototypes(const struct pt_btf_source *source)
{
	const struct pt_btf *btf = &source->btf;
	GHashTable *ret = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint id = btf->own; id < btf->types->len; id++) {
		const struct btf_type *type = pt_btf_type(btf, id);
		const char *name = pt_btf_name(btf, type->name_off);
		uint32_t prototype = type->type;
		gpointer known;

		if (BTF_INFO_KIND(type->info) != BTF_KIND_FUNC)
			continue;
		if (g_hash_table_lookup_extended(ret, name, NULL, &known) &&
		    GPOINTER_TO_UINT(known) != prototype)
			prototype = SEVERAL;
		g_hash_table_insert(ret, (gpointer)name,
				    GUINT_TO_POINTER(prototype));
	}
	for (guint i = 0; i < source->symbols->len; i++) {
		const struct pt_kallsym *symbol =
			&g_array_index(source->symbols, struct pt_kallsym, i);

		if (is_text(symbol) &&
		    !g_hash_table_add(seen, (gpointer)symbol->name) &&
		    g_hash_table_contains(ret, symbol->name))
			g_hash_table_insert(ret, (gpointer)symbol->name,
					    GUINT_TO_POINTER(SEVERAL));
	}
	g_hash_table_unref(seen);
	return ret;
}

/*
 * A clone ("foo.isra.0") is called by the name of what it was made from; the
 * compiler chose its parameters.  What else BTF has no function of is no C: marks
 * of the linker, trampolines, labels in assembly, where a probe may do harm; it
 * only says where the function before it ends.  Without types a function is what
 * can be traced, or calls a tracepoint's probes.
 */
static void add_call(struct btf_calls *calls, const struct pt_kallsym *symbol,
		     GHashTable *prototypes)
{
	struct call call = { .name = symbol->name, .address = symbol->address };
	size_t length = strcspn(symbol->name, ".");
	gpointer prototype;

	if (symbol->name[length]) {
		call.name =
			pt_arena_strndup(calls->arena, symbol->name, length);
		call.is_function = true;
	} else if (g_hash_table_lookup_extended(prototypes, symbol->name, NULL,
						&prototype)) {
		call.is_function = true;
		if (prototype != GUINT_TO_POINTER(SEVERAL))
			call.prototype = GPOINTER_TO_UINT(prototype);
	}
	if (!calls->source->has_types)
		call.is_function =
			calls->source->told ||
			g_str_has_prefix(symbol->name, PT_TRACEPOINT_CALLER) ||
			pt_btf_fentry_call(calls->source, symbol->address,
					   calls->fentry);
	g_array_append_val(calls->calls, call);
}

static void list_calls(struct btf_calls *calls)
{
	GHashTable *prototypes = list_prototypes(calls->source);
	struct call *sorted;

	for (guint i = 0; i < calls->source->symbols->len; i++) {
		const struct pt_kallsym *symbol = &g_array_index(
			calls->source->symbols, struct pt_kallsym, i);

		if (is_text(symbol))
			add_call(calls, symbol, prototypes);
	}
	g_hash_table_unref(prototypes);
	if (!calls->calls->len)
		return;
	sorted = (void *)calls->calls->data;
	qsort(sorted, calls->calls->len, sizeof(*sorted), call_compare);
	/* A function ends where the next one starts. */
	for (guint i = calls->calls->len; i-- > 0;) {
		uint64_t size = 1;

		if (i + 1 < calls->calls->len)
			size = sorted[i + 1].address - sorted[i].address;
		if (!size)
			size = sorted[i + 1].size;
		sorted[i].size = (uint32_t)MIN(size, UINT32_MAX);
	}
}

/* ---- places of parameters --------------------------------------------- */

/* DWARF's numbers of rdi, rsi, rdx, rcx, r8, r9. */
static const uint8_t argument_registers[] = { 5, 4, 1, 2, 8, 9 };

#define WORD 8

struct passing {
	unsigned used;	/* registers */
	uint64_t stack; /* bytes */
};

/* The size of a parameter; 0: it is of no size, or floating point, which kernel
 * code does not pass. */
static uint64_t size_of(const struct pt_btf *btf, uint32_t id)
{
	for (unsigned depth = 0; id && depth < 32; depth++) {
		const struct btf_type *type = pt_btf_type(btf, id);

		switch (BTF_INFO_KIND(type->info)) {
		case BTF_KIND_PTR: return WORD;
		case BTF_KIND_INT:
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64: return type->size;
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_CONST:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG: id = type->type; continue;
		default: return 0;
		}
	}
	return 0;
}

static void put_register(GByteArray *to, unsigned number)
{
	uint8_t code = (uint8_t)(DW_OP_reg0 + argument_registers[number]);

	g_byte_array_append(to, &code, 1);
}

static void put_piece(GByteArray *to, uint64_t size)
{
	uint8_t code[] = { DW_OP_piece, (uint8_t)size };

	g_byte_array_append(to, code, sizeof(code));
}

/*
 * The System V ABI's rules for what has no floating point in it: up to 16 bytes
 * go in one or two registers if there are that many left, all else on the stack,
 * in words, above the return address.
 */
static void place(struct passing *passing, uint64_t size, GByteArray *to)
{
	unsigned words = (unsigned)((size + WORD - 1) / WORD);

	g_byte_array_set_size(to, 0);
	if (!size)
		return;
	if (size > 2 * WORD ||
	    passing->used + words > G_N_ELEMENTS(argument_registers)) {
		btfw_expression_frame(to, (int64_t)passing->stack);
		passing->stack += (size + WORD - 1) / WORD * WORD;
		return;
	}
	put_register(to, passing->used);
	if (words == 2) {
		put_piece(to, WORD);
		put_register(to, passing->used + 1);
		put_piece(to, size - WORD);
	}
	passing->used += words;
}

static void write_parameters(struct btfw *w, const struct btf_type *prototype)
{
	const struct btf_param *parameter = (const void *)(prototype + 1);
	struct passing passing = { 0 };

	/* A result that does not fit into registers: the caller says where it
	 * shall go. */
	if (size_of(w->btf, prototype->type) > 2 * WORD)
		passing.used = 1;
	for (uint32_t i = 0; i < BTF_INFO_VLEN(prototype->info);
	     i++, parameter++) {
		uint64_t size = size_of(w->btf, parameter->type);

		if (!parameter->type) {
			btfw_entry(w, BTFW_MORE_PARAMETERS, 0, 0);
			continue;
		}
		place(&passing, size, w->expression);
		if (!parameter->name_off)
			continue;
		btfw_entry(w, size ? BTFW_PARAMETER_AT : BTFW_PARAMETER,
			   btfw_name(w, parameter->name_off),
			   btfw_type(w, parameter->type));
		if (size)
			btfw_expression(w, w->expression);
	}
}

/* ---- system calls ----------------------------------------------------- */

/*
 * BTF has no function for most bodies of system calls, as they are inlined into
 * their wrappers.  What the kernel keeps for its tracepoints of system calls
 * has their arguments as they were written.
 */
struct metadata {
	uint64_t name;
	int32_t number, count;
	uint64_t types, arguments; /* arrays of addresses of texts */
};

#define METADATA "__syscall_meta_"

static const char *text_at(const struct pt_btf_source *source, uint64_t address)
{
	size_t length;

	/* Longer than any name of a type or an argument. */
	for (length = 0; length < 128; length++) {
		const char *at = pt_btf_memory(source, address + length, 1);

		if (!at)
			return NULL;
		if (!*at)
			return at - length;
	}
	return NULL;
}

static bool texts_at(const struct pt_btf_source *source, uint64_t address,
		     unsigned count, const char **ret)
{
	const uint8_t *at =
		pt_btf_memory(source, address, count * sizeof(uint64_t));

	for (unsigned i = 0; at && i < count; i++) {
		uint64_t text;

		memcpy(&text, at + i * sizeof(text), sizeof(text));
		ret[i] = text_at(source, text);
		if (!ret[i])
			return false;
	}
	return at;
}

static void add_system_call(struct btf_calls *calls, uint64_t address)
{
	const void *at =
		pt_btf_memory(calls->source, address, sizeof(struct metadata));
	struct system_call call = { 0 };
	struct metadata metadata;

	if (!at)
		return;
	memcpy(&metadata, at, sizeof(metadata));
	call.name = text_at(calls->source, metadata.name);
	if (!call.name || metadata.count < 1 ||
	    metadata.count > MOST_ARGUMENTS ||
	    !g_str_has_prefix(call.name, "sys_"))
		return;
	call.count = (unsigned)metadata.count;
	if (!texts_at(calls->source, metadata.types, call.count, call.types) ||
	    !texts_at(calls->source, metadata.arguments, call.count,
		      call.arguments))
		return;
	call.name = pt_arena_printf(calls->arena, "__do_%s", call.name);
	g_array_append_val(calls->system_calls, call);
}

static const char *type_key(struct btf_calls *calls,
			    const struct btf_type *type)
{
	const char *name = pt_btf_name(&calls->source->btf, type->name_off);
	const char *keyword = NULL;

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_TYPEDEF: return name;
	case BTF_KIND_STRUCT: keyword = "struct"; break;
	case BTF_KIND_UNION: keyword = "union"; break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64: keyword = "enum"; break;
	case BTF_KIND_FWD:
		keyword = BTF_INFO_KFLAG(type->info) ? "union" : "struct";
		break;
	default: return NULL;
	}
	return pt_arena_printf(calls->arena, "%s %s", keyword, name);
}

static void list_types(struct btf_calls *calls)
{
	const struct pt_btf *btf = &calls->source->btf;

	for (guint id = 1; id < btf->types->len; id++) {
		const struct btf_type *type = pt_btf_type(btf, id);
		const char *key;

		if (!type->name_off)
			continue;
		key = type_key(calls, type);
		if (key && !g_hash_table_contains(calls->types, key))
			g_hash_table_insert(calls->types, (gpointer)key,
					    GUINT_TO_POINTER(id));
	}
}

/* The entry of a type as an argument has it, "const char *"; 0: not known. */
static uint32_t written_type(struct btf_calls *calls, struct btfw *w,
			     const char *text)
{
	char *words[4] = { NULL };
	char *copy = g_strdup(text), *save = NULL, *word;
	unsigned n = 0, stars = 0;
	bool is_const = false;
	const char *number;
	uint32_t type;

	for (char *at = copy; *at; at++)
		if (*at == '*') {
			stars++;
			*at = ' ';
		}
	for (word = strtok_r(copy, " ", &save); word && n < 3;
	     word = strtok_r(NULL, " ", &save))
		if (!strcmp(word, "const"))
			is_const = true;
		else
			words[n++] = word;
	number = pt_type_number(words);
	if (!number)
		number = n > 1 ? pt_arena_printf(calls->arena, "%s %s",
						 words[0], words[1])
			       : words[0];
	type = !n ? 0
		  : btfw_type(w, GPOINTER_TO_UINT(g_hash_table_lookup(
					 calls->types, number)));
	g_free(copy);
	if (is_const && type)
		type = btfw_entry(w, BTFW_CONST, 0, type);
	for (; stars; stars--)
		type = btfw_pointer(w, type);
	return type;
}

/* The wrappers of system calls, which BTF seldom has prototypes of, return long
 * (include/linux/syscalls.h, SYSCALL_DEFINEx). */
static bool is_wrapper(const char *name)
{
	static const char *const prefixes[] = { "__x64_sys_", "__ia32_sys_",
						"__x64_compat_sys_",
						"__ia32_compat_sys_" };

	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
		if (g_str_has_prefix(name, prefixes[i]))
			return true;
	return false;
}

static void write_call(struct btf_calls *calls, struct btfw *w,
		       const struct call *call)
{
	const struct btf_type *prototype = NULL;
	uint8_t base = DW_OP_call_frame_cfa;
	uint32_t returned = 0;

	if (call->prototype) {
		prototype = pt_btf_type(w->btf, call->prototype);
		returned = btfw_type(w, prototype->type);
	} else if (is_wrapper(call->name)) {
		returned = written_type(calls, w, "long");
	}
	btfw_entry(w,
		   prototype || returned ? BTFW_TYPED_FUNCTION : BTFW_FUNCTION,
		   btfw_string(w, call->name), returned);
	btfw_put(w, call->address, w->source->arch->word);
	btfw_put(w, call->size, 4);
	g_byte_array_set_size(w->expression, 0);
	g_byte_array_append(w->expression, &base, 1);
	btfw_expression(w, w->expression);
	if (prototype)
		write_parameters(w, prototype);
	btfw_end(w);
}

static void write_system_call(struct btf_calls *calls, struct btfw *w,
			      const struct system_call *call)
{
	uint32_t types[MOST_ARGUMENTS];

	for (unsigned i = 0; i < call->count; i++)
		types[i] = written_type(calls, w, call->types[i]);
	btfw_entry(w, BTFW_SOURCE, btfw_string(w, call->name), 0);
	btfw_put(w, DW_INL_inlined, 1);
	for (unsigned i = 0; i < call->count; i++)
		btfw_entry(w, BTFW_PARAMETER,
			   btfw_string(w, call->arguments[i]), types[i]);
	btfw_end(w);
}

/* ---- the whole -------------------------------------------------------- */

struct btf_calls *btf_calls_create(struct pt_arena *arena,
				   const struct pt_btf_source *source)
{
	struct btf_calls *calls = pt_new(arena, struct btf_calls);

	calls->arena = arena;
	calls->source = source;
	calls->calls = g_array_new(FALSE, FALSE, sizeof(struct call));
	pt_arena_defer(arena, (void (*)(void *))g_array_unref, calls->calls);
	calls->system_calls =
		g_array_new(FALSE, FALSE, sizeof(struct system_call));
	pt_arena_defer(arena, (void (*)(void *))g_array_unref,
		       calls->system_calls);
	calls->types = pt_arena_str_hash(arena);
	calls->fentry = pt_btf_symbol(source, "__fentry__");
	list_calls(calls);
	for (guint i = 0; i < source->symbols->len; i++) {
		const struct pt_kallsym *symbol =
			&g_array_index(source->symbols, struct pt_kallsym, i);

		if (g_str_has_prefix(symbol->name, METADATA))
			add_system_call(calls, symbol->address);
	}
	if (calls->system_calls->len)
		list_types(calls);
	return calls;
}

void btf_calls_write(struct btf_calls *calls, struct btfw *w)
{
	for (guint i = 0; i < calls->calls->len; i++) {
		const struct call *call =
			&g_array_index(calls->calls, struct call, i);

		if (call->is_function)
			write_call(calls, w, call);
	}
	for (guint i = 0; i < calls->system_calls->len; i++)
		write_system_call(calls, w,
				  &g_array_index(calls->system_calls,
						 struct system_call, i));
}
