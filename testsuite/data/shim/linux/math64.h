/* SPDX-License-Identifier: GPL-2.0-or-later */
#define div64_u64(a, b) ((uint64_t)(a) / (uint64_t)(b))
