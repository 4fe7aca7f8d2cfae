/* SPDX-License-Identifier: GPL-2.0-or-later */
#define cpu_to_node(cpu) 0
