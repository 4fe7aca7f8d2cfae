/* SPDX-License-Identifier: GPL-2.0-or-later */
#define pr_err(...) ((void)0)
