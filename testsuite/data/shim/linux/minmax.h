/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_MINMAX_H
#define SHIM_MINMAX_H

#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define min_t(type, a, b) min((type)(a), (type)(b))
#define clamp_t(type, v, a, b)               \
	((type)(v) < (type)(a)	 ? (type)(a) \
	 : (type)(v) > (type)(b) ? (type)(b) \
				 : (type)(v))

#endif
