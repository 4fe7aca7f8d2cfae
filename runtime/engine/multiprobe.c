// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Multiprobes: several probes at an address as a layer of its own (Panchamukhi,
 * April 2005), from when kprobes allowed one.  Here every site has a list of probes,
 * so a multiprobe is a kprobe that keeps the layer's rules: it does not share an
 * address with a kprobe that was there first, what its pre handler answers is not
 * heeded, and it always counts a fault as handled.
 */
#include "engine.h"

int ptap_register_multiprobe(struct ptap_multiprobe *p)
{
	struct ptap_kprobe *kp = &p->kp;
	int error;

	mutex_lock(&pte_lock);
	error = pte_register(&kp, 1, PTE_MULTI);
	mutex_unlock(&pte_lock);
	return error;
}

int ptap_unregister_multiprobe(struct ptap_multiprobe *p)
{
	struct ptap_kprobe *kp = &p->kp;
	int error = -EEXIST;

	mutex_lock(&pte_lock);
	if (kp->site && (kp->flags & PTE_MULTI)) {
		pte_unregister(&kp, 1);
		error = 0;
	}
	mutex_unlock(&pte_lock);
	return error;
}
