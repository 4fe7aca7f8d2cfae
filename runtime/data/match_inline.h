/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What =~ found last, for matched() and the like: one a CPU, in struct pg_percpu,
 * as a handler owns its CPU's context.  The generated file sets the sizes before
 * it includes script.h.
 */
#ifndef PTRT_DATA_MATCH_INLINE_H
#define PTRT_DATA_MATCH_INLINE_H

struct ptrt_match {
	int groups; /* of the expression; -1: it did not match, or none ran */
	struct {
		int begin, end; /* in text; begin -1: took no part */
	} at[PTRT_MATCH_GROUPS + 1];
	const char *tag[PTRT_MATCH_TAGS];	      /* the matcher's own */
	const char *capture[2 * PTRT_MATCH_CAPTURES]; /* the same */
	char text[MAXSTRINGLEN];		      /* what matched */
};

/* After a match: keeps all of it.  A matcher that read the end of the text stands
 * behind it. */
static inline void ptrt_match_found(struct ptrt_match *m, struct ptrt_str text,
				    int groups)
{
	const char *end = text.s + text.n;
	int i, n;

	if (m->capture[1] < end)
		end = m->capture[1];
	n = end - m->capture[0];
	if (n > MAXSTRINGLEN - 1)
		n = MAXSTRINGLEN - 1;
	for (i = 0; i < n; i++)
		m->text[i] = m->capture[0][i];
	m->text[n] = 0;
	m->groups = groups;
	m->at[0].begin = 0;
	m->at[0].end = n;
	for (i = 1; i <= groups; i++)
		m->at[i].begin = -1;
}

/* Group GROUP is capture CAPTURE if that took part. */
static inline void ptrt_match_group(struct ptrt_match *m, unsigned int group,
				    unsigned int capture)
{
	const char *begin = m->capture[2 * capture];
	const char *end = m->capture[2 * capture + 1];
	int most = m->at[0].end;

	if (!begin)
		return;
	m->at[group].begin = begin - m->capture[0];
	m->at[group].end = end - m->capture[0];
	if (m->at[group].begin > most)
		m->at[group].begin = most;
	if (m->at[group].end > most)
		m->at[group].end = most;
}

/* The text of group N; 0: the whole match. */
static inline struct ptrt_str ptrt_matched(struct ptrt_context *c,
					   const struct ptrt_match *m,
					   char *buffer, int64_t n)
{
	if (m->groups < 0) {
		ptrt_error(c, "matched: the last =~ found no match");
		return PTRT_EMPTY;
	}
	if (n < 0 || n > m->groups) {
		ptrt_error(c,
			   "matched: there is no group %lld, the expression "
			   "has %d",
			   n, m->groups);
		return PTRT_EMPTY;
	}
	if (m->at[n].begin < 0)
		return PTRT_EMPTY;
	return ptrt_copy(c, buffer,
			 (struct ptrt_str){ m->text + m->at[n].begin,
					    m->at[n].end - m->at[n].begin });
}

static inline int64_t ptrt_ngroups(struct ptrt_context *c,
				   const struct ptrt_match *m)
{
	if (m->groups < 0)
		ptrt_error(c, "ngroups: the last =~ found no match");
	return m->groups < 0 ? 0 : m->groups;
}

#endif
