// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "files.h"
#include "record.h"
#include "../core/context.h"
#include "../core/session.h"
#include "../core/skip.h"
#include "../data/alloc.h"

static struct proc_dir_entry *directory;

/* ---- control ---------------------------------------------------------- */

static atomic_t control_open = ATOMIC_INIT(0);
static unsigned int state_read; /* what the controller saw last */

static int open_control(struct inode *inode, struct file *file)
{
	if (atomic_cmpxchg(&control_open, 0, 1) != 0)
		return -EBUSY;
	state_read = -1U;
	return nonseekable_open(inode, file);
}

static int release_control(struct inode *inode, struct file *file)
{
	ptrt_session_abandon();
	atomic_set(&control_open, 0);
	return 0;
}

static ssize_t read_control(struct file *file, char __user *to, size_t count,
			    loff_t *position)
{
	struct ptap_status status;

	if (count < sizeof(status))
		return -EINVAL;
	ptrt_session_status(&status);
	if (copy_to_user(to, &status, sizeof(status)))
		return -EFAULT;
	WRITE_ONCE(state_read, status.state);
	return sizeof(status);
}

static int carry_out(const struct ptap_command *command)
{
	switch (command->kind) {
	case PTAP_CMD_START: return ptrt_session_start(command->arg);
	case PTAP_CMD_STOP: ptrt_session_stop(); return 0;
	case PTAP_CMD_MARK: ptrt_session_mark(); return 0;
	}
	return -EINVAL;
}

static ssize_t write_control(struct file *file, const char __user *from,
			     size_t count, loff_t *position)
{
	struct ptap_command command;
	int error;

	if (count != sizeof(command))
		return -EINVAL;
	if (copy_from_user(&command, from, sizeof(command)))
		return -EFAULT;
	if (command.magic != PTAP_WIRE_MAGIC)
		return -EINVAL;
	error = carry_out(&command);
	return error ? error : (ssize_t)count;
}

static __poll_t poll_control(struct file *file, struct poll_table_struct *table)
{
	ptrt_session_poll_wait(file, table);
	if (ptrt_session_state() != READ_ONCE(state_read))
		return EPOLLIN | EPOLLRDNORM;
	return 0;
}

static const struct proc_ops control_ops = {
	.proc_open = open_control,
	.proc_release = release_control,
	.proc_read = read_control,
	.proc_write = write_control,
	.proc_poll = poll_control,
};

/* ---- script ----------------------------------------------------------- */

static char *script_text;
static size_t script_size;

static size_t probes_size(void)
{
	size_t size = 0;
	unsigned int i;

	for (i = 0; i < ptrt_script.n_probes; i++)
		size += 2 + strlen(ptrt_script.probes[i].point);
	return size;
}

static void put_probes(char *at)
{
	unsigned int i;

	for (i = 0; i < ptrt_script.n_probes; i++) {
		const char *point = ptrt_script.probes[i].point;
		u16 length = strlen(point);

		memcpy(at, &length, 2);
		memcpy(at + 2, point, length);
		at += 2 + length;
	}
}

static int script_create(void)
{
	struct ptap_script_header *header;
	const s64 *limits = ptrt_script.limits;

	script_size =
		sizeof(*header) + ptrt_script.formats_size + probes_size();
	script_text = ptrt_alloc(script_size, -1);
	if (!script_text)
		return -ENOMEM;
	header = (struct ptap_script_header *)script_text;
	header->magic = PTAP_WIRE_MAGIC;
	header->version = PTAP_WIRE_VERSION;
	header->byte_order = PTAP_WIRE_BYTE_ORDER;
	header->size = script_size;
	header->n_formats = ptrt_script.n_formats;
	header->n_probes = ptrt_script.n_probes;
	header->n_cpus = ptrt_records_cpus();
	header->hist_width = limits[PTAP_LIMIT_hist_width];
	header->hist_elision = limits[PTAP_LIMIT_hist_elision];
	header->build_id_length = min_t(unsigned int, PTAP_BUILD_ID_MAX,
					ptrt_script.build_id_length);
	memcpy(header->build_id, ptrt_script.build_id, header->build_id_length);
	strscpy(header->name, THIS_MODULE->name, sizeof(header->name));
	memcpy(header + 1, ptrt_script.formats, ptrt_script.formats_size);
	put_probes((char *)(header + 1) + ptrt_script.formats_size);
	return 0;
}

static ssize_t read_script(struct file *file, char __user *to, size_t count,
			   loff_t *position)
{
	return simple_read_from_buffer(to, count, position, script_text,
				       script_size);
}

static const struct proc_ops script_ops = {
	.proc_read = read_script,
	.proc_lseek = default_llseek,
};

/* ---- skips ------------------------------------------------------------ */

static int show_skips(struct seq_file *file, void *unused)
{
	ptrt_skips_show(file);
	return 0;
}

/* ---- trace<N> --------------------------------------------------------- */

static unsigned int file_cpu(struct file *file)
{
	return (unsigned int)(unsigned long)pde_data(file_inode(file));
}

static ssize_t read_trace(struct file *file, char __user *to, size_t count,
			  loff_t *position)
{
	return ptrt_records_read(file_cpu(file), to, count);
}

static __poll_t poll_trace(struct file *file, struct poll_table_struct *table)
{
	if (ptrt_records_ready(file_cpu(file), file, table))
		return EPOLLIN | EPOLLRDNORM;
	return 0;
}

static int open_trace(struct inode *inode, struct file *file)
{
	return nonseekable_open(inode, file);
}

static const struct proc_ops trace_ops = {
	.proc_open = open_trace,
	.proc_read = read_trace,
	.proc_poll = poll_trace,
};

/* ---- all -------------------------------------------------------------- */

static bool create_all(void)
{
	char name[24];
	unsigned int i;

	for (i = 0; i < ptrt_records_cpus(); i++) {
		snprintf(name, sizeof(name), "trace%u", i);
		if (!proc_create_data(name, 0400, directory, &trace_ops,
				      (void *)(unsigned long)i))
			return false;
	}
	/* control comes last: who sees it sees all. */
	return proc_create("script", 0400, directory, &script_ops) &&
	       proc_create_single("skips", 0400, directory, show_skips) &&
	       proc_create("control", 0600, directory, &control_ops);
}

int ptrt_files_create(void)
{
	char name[sizeof(PTAP_PROC_PREFIX) + MODULE_NAME_LEN];
	int error = script_create();

	if (error)
		return error;
	snprintf(name, sizeof(name), PTAP_PROC_PREFIX "%s", THIS_MODULE->name);
	directory = proc_mkdir_mode(name, 0500, NULL);
	if (!directory || !create_all()) {
		ptrt_files_destroy();
		return -ENOMEM;
	}
	return 0;
}

void ptrt_files_destroy(void)
{
	proc_remove(directory);
	directory = NULL;
	ptrt_free(script_text, script_size);
	script_text = NULL;
}
