// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/cpu.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/relay.h>
#include <linux/ktime.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "record.h"
#include "../core/context.h"
#include "../data/alloc.h"

#define SUBBUFS 16	 /* a buffer has, a power of two */
#define SUBBUF_MIN 16384 /* more than PTAP_RECORD_MAX */
#define BUFFER_DEFAULT (16UL << 20)
/* All buffers together take at most this part of the memory by default, */
#define MEMORY_PART 16
/* and this part of the addresses that they are mapped at: i386 has few. */
#define ADDRESSES_PART 4

static struct rchan *channel;
static unsigned int n_cpus;

/* ---- the writer ------------------------------------------------------- */

/* Goes to the next sub-buffer; false: all are full. */
static bool next_subbuf(struct ptrt_cpu *cpu)
{
	struct rchan_buf *buf = cpu->buffer;
	size_t size;

	if (!buf)
		return false;
	size = buf->chan->subbuf_size;
	/* relay marks a full buffer by an offset beyond its end. */
	if (buf->offset <= size)
		buf->offset = cpu->at - (char *)buf->data;
	if (!relay_switch_subbuf(buf, SUBBUF_MIN)) {
		cpu->at = NULL;
		cpu->end = NULL;
		return false;
	}
	cpu->at = buf->data;
	cpu->end = cpu->at + size;
	smp_store_release(&cpu->published, buf->subbufs_produced * size);
	return true;
}

static __always_inline struct ptap_record *
reserve(struct ptrt_cpu *cpu, unsigned int format, unsigned int size)
{
	unsigned int length = sizeof(struct ptap_record) + size;
	u32 seq = cpu->seq++;
	struct ptap_record *record;
	u64 now;

	/* A sub-buffer is never filled to its last byte: a position is always
	 * in the one that it belongs to. */
	if (unlikely(length >= (size_t)(cpu->end - cpu->at)) &&
	    !next_subbuf(cpu)) {
		cpu->lost++;
		return NULL;
	}
	record = (struct ptap_record *)cpu->at;
	now = ktime_get_mono_fast_ns();
	if (unlikely(now < cpu->last_time))
		now = cpu->last_time;
	cpu->last_time = now;
	record->time = now;
	record->units = length / 8;
	record->format = format;
	record->seq = seq;
	cpu->reserved = length;
	return record;
}

static __always_inline void commit(struct ptrt_cpu *cpu)
{
	u32 length = cpu->reserved;

	cpu->at += length;
	cpu->written++;
	smp_store_release(&cpu->published, cpu->published + length);
}

void *ptrt_record_reserve(struct ptrt_context *c, unsigned int format,
			  unsigned int size)
{
	struct ptap_record *record =
		reserve(container_of(c, struct ptrt_cpu, c), format, size);

	return likely(record) ? record + 1 : NULL;
}

void ptrt_record_commit(struct ptrt_context *c)
{
	commit(container_of(c, struct ptrt_cpu, c));
}

void ptrt_record_text(struct ptrt_cpu *cpu, unsigned int format,
		      const char *text, unsigned int n)
{
	struct ptrt_str string = { text, min(n, PTAP_PRINT_MAX - 8u) };
	struct ptap_record *record =
		reserve(cpu, format, ptrt_size_str(string));

	if (record) {
		ptrt_put_str(record + 1, string);
		commit(cpu);
	}
}

void ptrt_warn(struct ptrt_context *c, struct ptrt_str text)
{
	ptrt_record_text(container_of(c, struct ptrt_cpu, c),
			 PTAP_FORMAT_WARNING, text.s, text.n);
}

/* ---- the reader ------------------------------------------------------- */

struct reader {
	struct mutex mutex;
	unsigned long position; /* as ptrt_cpu.published */
};

static struct reader *readers;

/* Length of the whole records in the LENGTH bytes at START that fit in COUNT. */
static size_t whole_records(const char *start, size_t length, size_t count)
{
	size_t n = 0;

	if (length <= count)
		return length;
	while (n < length) {
		const struct ptap_record *record =
			(const struct ptap_record *)(start + n);

		if (n + record->units * 8u > count)
			break;
		n += record->units * 8u;
	}
	return n;
}

/* What CPU's reader may read in one piece.  *START: its begin. */
static size_t readable(const struct ptrt_cpu *cpu, struct reader *reader,
		       const char **start)
{
	struct rchan_buf *buf = cpu->buffer;
	size_t size = channel->subbuf_size;
	unsigned long published = smp_load_acquire(&cpu->published);
	size_t index, offset, end;

	for (;;) {
		index = (reader->position / size) % channel->n_subbufs;
		offset = reader->position % size;
		*start = (char *)buf->start + index * size + offset;
		if (published / size == reader->position / size)
			return published - reader->position;
		/* The writer has left this one. */
		end = size - buf->padding[index];
		if (offset < end)
			return end - offset;
		reader->position += size - offset;
		relay_subbufs_consumed(channel, cpu->id, 1);
	}
}

/* A sub-buffer that was read to its end: free, even before the next read. */
static void advance(const struct ptrt_cpu *cpu, struct reader *reader, size_t n)
{
	struct rchan_buf *buf = cpu->buffer;
	size_t size = channel->subbuf_size;
	size_t index = (reader->position / size) % channel->n_subbufs;
	unsigned long published = smp_load_acquire(&cpu->published);
	size_t offset;

	reader->position += n;
	offset = (reader->position - 1) % size + 1;
	if (published / size != (reader->position - 1) / size &&
	    offset == size - buf->padding[index]) {
		reader->position += size - offset;
		relay_subbufs_consumed(channel, cpu->id, 1);
	}
}

ssize_t ptrt_records_read(unsigned int id, char __user *to, size_t count)
{
	struct ptrt_cpu *cpu = ptrt_cpu_of(id);
	struct reader *reader = &readers[id];
	size_t n, done = 0;
	const char *start;

	if (!cpu || !cpu->buffer)
		return 0;
	if (mutex_lock_interruptible(&reader->mutex))
		return -ERESTARTSYS;
	while ((n = readable(cpu, reader, &start))) {
		n = whole_records(start, n, count - done);
		if (!n)
			break;
		if (copy_to_user(to + done, start, n)) {
			mutex_unlock(&reader->mutex);
			return done ? (ssize_t)done : -EFAULT;
		}
		advance(cpu, reader, n);
		done += n;
	}
	mutex_unlock(&reader->mutex);
	return done;
}

bool ptrt_records_ready(unsigned int id, struct file *file,
			struct poll_table_struct *table)
{
	struct ptrt_cpu *cpu = ptrt_cpu_of(id);
	struct reader *reader = &readers[id];
	const char *start;
	bool ready;

	if (!cpu || !cpu->buffer)
		return false;
	poll_wait(file, &cpu->buffer->read_wait, table);
	mutex_lock(&reader->mutex);
	ready = readable(cpu, reader, &start) != 0;
	mutex_unlock(&reader->mutex);
	return ready;
}

/* ---- life ------------------------------------------------------------- */

/*
 * relay asks here whether one buffer serves all CPUs.  Without a base name it
 * makes no file and never looks behind the pointer; NULL would mean a failure
 * (2c1cf00eeacb, "relay: check return of create_buf_file() properly").
 */
static struct dentry *no_file(const char *name, struct dentry *parent,
			      umode_t mode, struct rchan_buf *buf,
			      int *is_global)
{
	return (struct dentry *)buf;
}

static int no_file_to_remove(struct dentry *dentry)
{
	return 0;
}

static const struct rchan_callbacks callbacks = {
	.create_buf_file = no_file,
	.remove_buf_file = no_file_to_remove,
};

static size_t subbuf_size(void)
{
	size_t size = ptrt_script.limits[PTAP_LIMIT_buffer_kb] * 1024UL;
	unsigned long most; /* pages */

	if (!size) {
		most = min(totalram_pages() / MEMORY_PART,
			   (VMALLOC_TOTAL >> PAGE_SHIFT) / ADDRESSES_PART) /
		       num_online_cpus();
		most = min(most, BUFFER_DEFAULT >> PAGE_SHIFT);
		size = rounddown_pow_of_two(max(most, 1UL)) << PAGE_SHIFT;
	}
	size = roundup_pow_of_two(DIV_ROUND_UP(size, SUBBUFS));
	return max_t(size_t, size, SUBBUF_MIN);
}

static size_t readers_size(void)
{
	return nr_cpu_ids * sizeof(*readers);
}

int ptrt_records_create(void)
{
	unsigned int id;

	BUILD_BUG_ON(SUBBUF_MIN < PTAP_RECORD_MAX);
	readers = ptrt_alloc(readers_size(), -1);
	if (!readers)
		return -ENOMEM;
	channel = relay_open(NULL, NULL, subbuf_size(), SUBBUFS, &callbacks,
			     NULL);
	if (!channel) {
		ptrt_free(readers, readers_size());
		return -ENOMEM;
	}
	cpus_read_lock();
	for_each_online_cpu(id) {
		struct rchan_buf *buf = *per_cpu_ptr(channel->buf, id);
		struct ptrt_cpu *cpu = ptrt_cpu_of(id);

		mutex_init(&readers[id].mutex);
		if (!buf)
			continue;
		cpu->at = buf->data;
		cpu->end = cpu->at + channel->subbuf_size;
		cpu->buffer = buf;
		n_cpus = id + 1;
	}
	cpus_read_unlock();
	return 0;
}

void ptrt_records_destroy(void)
{
	relay_close(channel);
	ptrt_free(readers, readers_size());
	channel = NULL;
	readers = NULL;
}

unsigned int ptrt_records_cpus(void)
{
	return n_cpus;
}
