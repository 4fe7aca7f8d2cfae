// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strings of scripts: a pointer, a length, and a NUL after the text.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>

#include "../script.h"
#include "../../include/ptap/limits.h"
#include "../format/format.h"
#include "bytes.h"

static_assert(sizeof(struct ptrt_arg) == sizeof(struct ptfmt_arg));
static_assert(offsetof(struct ptrt_arg, s) == offsetof(struct ptfmt_arg, s));
static_assert(offsetof(struct ptrt_arg, n) == offsetof(struct ptfmt_arg, n));

static u32 longest(void)
{
	return ptrt_script.limits[PTAP_LIMIT_maxstringlen] - 1;
}

void ptrt_strvar_set(struct ptrt_context *c, struct ptrt_strvar *v,
		     struct ptrt_str value)
{
	u32 n = min(value.n, longest());

	memmove(v->s, value.s, n);
	v->s[n] = 0;
	v->n = n;
}

struct ptrt_str ptrt_copy(struct ptrt_context *c, char *buffer,
			  struct ptrt_str value)
{
	u32 n = min(value.n, longest());

	memmove(buffer, value.s, n);
	buffer[n] = 0;
	return (struct ptrt_str){ buffer, n };
}

struct ptrt_str ptrt_concat(struct ptrt_context *c, char *buffer,
			    struct ptrt_str a, struct ptrt_str b)
{
	u32 a_n = min(a.n, longest());
	u32 b_n = min(b.n, longest() - a_n);

	if (a.s == buffer || b.s >= buffer + a_n || b.s + b_n <= buffer) {
		memmove(buffer, a.s, a_n);
		memmove(buffer + a_n, b.s, b_n);
	} else {
		/* B is where A goes. */
		memmove(buffer + a_n, b.s, b_n);
		memmove(buffer, a.s, a_n);
	}
	buffer[a_n + b_n] = 0;
	return (struct ptrt_str){ buffer, a_n + b_n };
}

int ptrt_compare(struct ptrt_str a, struct ptrt_str b)
{
	int d = memcmp(a.s, b.s, min(a.n, b.n));

	if (d)
		return d;
	return a.n < b.n ? -1 : a.n > b.n;
}

struct ptrt_str ptrt_from_c(const char *text)
{
	return (struct ptrt_str){ text, strnlen(text, longest()) };
}

struct ptrt_str ptrt_sprintf(struct ptrt_context *c, char *buffer,
			     const char *format, const struct ptrt_arg *args,
			     unsigned int n_args)
{
	struct ptfmt_out out = { .at = buffer, .end = buffer + longest() };

	ptfmt_format(&out, format, strlen(format),
		     (const struct ptfmt_arg *)args, n_args);
	*out.at = 0;
	/* "%c" of 0 ends a string, as it does in C. */
	return (struct ptrt_str){ buffer, strnlen(buffer, out.at - buffer) };
}

void *ptrt_put_str(void *at, struct ptrt_str v)
{
	unsigned int size = ptrt_size_str(v);
	char *text = (char *)at + sizeof(u32);

	/* The zeros after the text; what stands there before is overwritten. */
	*(u64 *)((char *)at + size - 8) = 0;
	*(u32 *)at = v.n;
	ptrt_copy_bytes(text, v.s, v.n);
	return (char *)at + size;
}

unsigned int ptrt_fit_str(struct ptrt_str *v, unsigned int left)
{
	unsigned int most = left / 8 * 8, size;

	if (ptrt_size_str(*v) > most)
		v->n = most > 4 ? most - 4 : 0;
	size = ptrt_size_str(*v);
	return left > size ? left - size : 0;
}
