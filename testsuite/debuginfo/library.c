/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A library whose thread-local variables are found in the ways that user.tcl asks for.
 */
__thread long counter __attribute__((visibility("hidden")));
#ifdef NEAR
static __thread int near __attribute__((tls_model("initial-exec")));
#endif

__attribute__((noipa)) long where(long by)
{
#ifdef NEAR
	near += (int)by;
#endif
#ifdef UNASKED
	return by;
#else
	return counter += by;
#endif
}

#ifdef NEAR
int how_near(void)
{
	return near;
}
#endif
