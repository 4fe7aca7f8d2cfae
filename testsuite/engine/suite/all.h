/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes on many functions of the kernel, a batch at a time.
 *
 * Addresses go to /proc/.../functions, one in hexadecimal a line.  Writing "arm FIRST COUNT"
 * to /proc/.../all tries COUNT of them from the FIRST, at the functions' entries, and arms
 * those that are not refused; "disarm" takes them back; "clear" forgets the addresses.
 * Reading it gives figures: functions, armed, refused by reason, hit, hits, missed.
 */
#ifndef ALL_H
#define ALL_H

struct proc_dir_entry;

int suite_all_init(struct proc_dir_entry *dir);
void suite_all_exit(void); /* disarms; after the files are gone */

#endif
