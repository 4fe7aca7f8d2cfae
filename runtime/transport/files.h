/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files under /proc/ptap-NAME (wire.h).
 */
#ifndef PTRT_TRANSPORT_FILES_H
#define PTRT_TRANSPORT_FILES_H

/* 0 or a negative error with nothing left behind.  From now on a controller may
 * start the session. */
int ptrt_files_create(void);

/* Waits for what is being read or written, closes what is open. */
void ptrt_files_destroy(void);

#endif
