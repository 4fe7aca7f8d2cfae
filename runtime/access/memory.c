// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that may not be there.
 *
 * Kernel addresses are checked before they are touched: the fault handler
 * forgives a page that is missing, but complains of an address that cannot be.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "pagecache.h"
#include "../script.h"
#include "../../include/ptap/limits.h"

/* Bytes of a string that are looked at in one go: most are short. */
#define STRING_STEP 64

/* ---- numbers ---------------------------------------------------------- */

#ifdef CONFIG_X86_64
static bool kernel_range(u64 address, size_t size)
{
	unsigned int unused = 64 - boot_cpu_data.x86_virt_bits;
	u64 last = address + size - 1;

	return last >= address && address >= TASK_SIZE_MAX + PAGE_SIZE &&
	       (u64)((s64)(address << unused) >> unused) == address;
}

static u64 narrow(u64 address)
{
	return address;
}
#else
static bool kernel_range(u64 address, size_t size)
{
	u64 last = address + size - 1;

	return last >= address && last <= ULONG_MAX && address >= TASK_SIZE_MAX;
}

/* A script may have an address from a signed number of the kernel's. */
static u64 narrow(u64 address)
{
	return (s64)address == (s32)address ? (u32)address : address;
}
#endif

static bool load_kernel(u64 address, unsigned int size, u64 *ret)
{
	const void *at = (const void *)(unsigned long)address;

	if (!kernel_range(address, size))
		return false;
	pagefault_disable();
	switch (size) {
	case 1: {
		u8 v;

		__get_kernel_nofault(&v, at, u8, fault);
		*ret = v;
		break;
	}
	case 2: {
		u16 v;

		__get_kernel_nofault(&v, at, u16, fault);
		*ret = v;
		break;
	}
	case 4: {
		u32 v;

		__get_kernel_nofault(&v, at, u32, fault);
		*ret = v;
		break;
	}
	default: {
		u64 v;

		__get_kernel_nofault(&v, at, u64, fault);
		*ret = v;
	}
	}
	pagefault_enable();
	return true;
fault:
	pagefault_enable();
	return false;
}

static void fault_error(struct ptrt_context *c, const char *what, u64 address)
{
	ptrt_error(c, "%s at 0x%llx", what, (unsigned long long)address);
}

uint64_t ptrt_load(struct ptrt_context *c, uint64_t address, unsigned int size)
{
	u64 v;

	address = narrow(address);
	if (likely(load_kernel(address, size, &v)))
		return v;
	fault_error(c, "read fault [kernel memory]", address);
	return 0;
}

static bool copy_user(const struct ptrt_context *c, void *to, u64 address,
		      size_t n)
{
	if (address > ULONG_MAX)
		return false;
	if (!copy_from_user_nofault(to, (void __user *)(unsigned long)address,
				    n))
		return true;
	return c->probe &&
	       (c->probe->kind == PTRT_KIND_USER ||
		c->probe->kind == PTRT_KIND_USER_RETURN) &&
	       ptrt_pagecache_read(to, address, n);
}

uint64_t ptrt_load_user(struct ptrt_context *c, uint64_t address,
			unsigned int size)
{
	u64 v = 0;

	address = narrow(address);
	if (copy_user(c, &v, address, min_t(size_t, size, sizeof(v))))
		return v;
	fault_error(c, "read fault [user memory]", address);
	return 0;
}

void ptrt_store(struct ptrt_context *c, uint64_t address, unsigned int size,
		uint64_t value)
{
	void *at = (void *)(unsigned long)address;

	address = narrow(address);
	if (!kernel_range(address, size))
		goto bad;
	pagefault_disable();
	switch (size) {
	case 1: {
		u8 v = value;

		__put_kernel_nofault(at, &v, u8, fault);
		break;
	}
	case 2: {
		u16 v = value;

		__put_kernel_nofault(at, &v, u16, fault);
		break;
	}
	case 4: {
		u32 v = value;

		__put_kernel_nofault(at, &v, u32, fault);
		break;
	}
	default: __put_kernel_nofault(at, &value, u64, fault);
	}
	pagefault_enable();
	return;
fault:
	pagefault_enable();
bad:
	fault_error(c, "write fault [kernel memory]", address);
}

void ptrt_store_user(struct ptrt_context *c, uint64_t address,
		     unsigned int size, uint64_t value)
{
	address = narrow(address);
	if (address <= ULONG_MAX &&
	    !copy_to_user_nofault((void __user *)(unsigned long)address, &value,
				  min_t(size_t, size, sizeof(value))))
		return;
	fault_error(c, "write fault [user memory]", address);
}

uint64_t ptrt_percpu_address(uint64_t offset)
{
	return (unsigned long)offset + __per_cpu_offset[raw_smp_processor_id()];
}

/* ---- bytes ------------------------------------------------------------ */

static bool copy(const struct ptrt_context *c, char *to, u64 address, size_t n,
		 bool user)
{
	if (user)
		return copy_user(c, to, address, n);
	return address <= ULONG_MAX && kernel_range(address, n) &&
	       !copy_from_kernel_nofault(to, (void *)(unsigned long)address, n);
}

/* Length of the text, at most MAX; -1: a fault before its end. */
static int copy_string(const struct ptrt_context *c, char *to, u64 address,
		       unsigned int max, bool user)
{
	unsigned int n = 0;

	while (n < max) {
		/* A step ends with its page: the next may be missing. */
		size_t step =
			min3((size_t)(max - n), (size_t)STRING_STEP,
			     PAGE_SIZE - (size_t)((address + n) % PAGE_SIZE));
		size_t length;

		if (!copy(c, to + n, address + n, step, user))
			return -1;
		length = strnlen(to + n, step);
		n += length;
		if (length < step)
			break;
	}
	return n;
}

static struct ptrt_str string(struct ptrt_context *c, char *buffer, u64 address,
			      unsigned int max, bool *faulted, bool user)
{
	unsigned int limit = ptrt_script.limits[PTAP_LIMIT_maxstringlen] - 1;
	int n;

	address = narrow(address);
	n = copy_string(c, buffer, address, min(max, limit), user);

	if (n < 0) {
		n = 0;
		if (faulted)
			*faulted = true;
		else
			fault_error(c,
				    user ? "read fault [user string]"
					 : "read fault [kernel string]",
				    address);
	} else if (faulted) {
		*faulted = false;
	}
	buffer[n] = '\0';
	return (struct ptrt_str){ buffer, n };
}

struct ptrt_str ptrt_string_kernel(struct ptrt_context *c, char *buffer,
				   uint64_t address, unsigned int max,
				   bool *faulted)
{
	return string(c, buffer, address, max, faulted, false);
}

struct ptrt_str ptrt_string_user(struct ptrt_context *c, char *buffer,
				 uint64_t address, unsigned int max,
				 bool *faulted)
{
	return string(c, buffer, address, max, faulted, true);
}

struct ptrt_str ptrt_string_any(struct ptrt_context *c, char *buffer,
				uint64_t address, unsigned int max,
				bool *faulted)
{
	return string(c, buffer, address, max, faulted,
		      !kernel_range(narrow(address), 1));
}

struct ptrt_str ptrt_memory(struct ptrt_context *c, char *buffer,
			    uint64_t address, int64_t count, bool user)
{
	size_t n = count < 0 ? 1 : count;

	address = narrow(address);
	if (count > PTRT_MEMORY_MAX) {
		ptrt_error(c, "%lld is too many bytes for a memory dump",
			   (long long)count);
		n = 0;
	}
	if (n && !copy(c, buffer, address, n, user)) {
		fault_error(c,
			    user ? "read fault [user memory]"
				 : "read fault [kernel memory]",
			    address);
		n = 0;
	}
	return (struct ptrt_str){ buffer, n };
}
