/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flags: -g -O1 -fPIC -shared -ftls-model=initial-exec */
/*
 * The same, with variables at a fixed distance from the thread pointer.
 */
#include "userplugin.c"
