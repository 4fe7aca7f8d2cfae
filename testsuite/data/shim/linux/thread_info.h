/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tests want of it is in fpu_shim.h. */
