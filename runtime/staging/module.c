/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ptap/wire.h>

#include "message.h"

#define MODULE_SECTION ".gnu.linkonce.this_module"

static Elf *begin(int fd, const char *path, Elf_Cmd command)
{
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, command, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF) {
		pr_error("%s is not a kernel module", path);
		elf_end(elf);
		return NULL;
	}
	return elf;
}

static Elf_Data *section_data(Elf *elf, const char *name)
{
	Elf_Scn *section = NULL;
	size_t names;
	GElf_Shdr header;

	if (elf_getshdrstrndx(elf, &names) < 0)
		return NULL;
	while ((section = elf_nextscn(elf, section))) {
		const char *s;

		if (!gelf_getshdr(section, &header))
			return NULL;
		s = elf_strptr(elf, names, header.sh_name);
		if (s && strcmp(s, name) == 0)
			return elf_getdata(section, NULL);
	}
	return NULL;
}

/* The first value of NAME in .modinfo, a row of "name=value" strings, at or behind
 * FROM (NULL: its start); NULL: none. */
static const char *modinfo(const Elf_Data *data, const char *name,
			   const char *from)
{
	size_t length = strlen(name);
	const char *start = data->d_buf, *end = start + data->d_size;
	const char *at = from ? from : start;

	while (at < end) {
		size_t n = strnlen(at, (size_t)(end - at));

		if (n == (size_t)(end - at))
			break;
		if (n > length && at[length] == '=' &&
		    memcmp(at, name, length) == 0)
			return at + length + 1;
		at += n + 1;
	}
	return NULL;
}

bool pr_module_info(int fd, const char *path, const char *name,
		    bool (*each)(const char *value))
{
	Elf *elf = begin(fd, path, ELF_C_READ);
	const Elf_Data *data = elf ? section_data(elf, ".modinfo") : NULL;
	const char *value = NULL;
	bool good = true;

	while (good && data && data->d_buf &&
	       (value = modinfo(data, name, value)))
		good = each(value);
	elf_end(elf);
	return good;
}

bool pr_module_read(int fd, const char *path, struct pr_module *ret)
{
	Elf *elf = begin(fd, path, ELF_C_READ);
	const char *name, *vermagic;
	const Elf_Data *data;
	bool good = false;

	if (!elf)
		return false;
	data = section_data(elf, ".modinfo");
	name = data && data->d_buf ? modinfo(data, "name", NULL) : NULL;
	if (!name || !*name || strlen(name) >= PTAP_NAME_MAX) {
		pr_error("%s is not a kernel module", path);
	} else {
		vermagic = modinfo(data, "vermagic", NULL);
		snprintf(ret->name, sizeof(ret->name), "%s", name);
		snprintf(ret->vermagic, sizeof(ret->vermagic), "%s",
			 vermagic ? vermagic : "");
		good = true;
	}
	elf_end(elf);
	return good;
}

static bool copy_file(int from, int to)
{
	off_t offset = 0;
	struct stat st;

	if (fstat(from, &st) < 0)
		return false;
	while (offset < st.st_size)
		if (sendfile(to, from, &offset,
			     (size_t)(st.st_size - offset)) <= 0)
			return false;
	return true;
}

/* The name in struct module: the only text in that section. */
static bool rename_struct(Elf *elf, const char *old, const char *name)
{
	Elf_Data *data = section_data(elf, MODULE_SECTION);
	char *at;

	if (!data || !data->d_buf)
		return false;
	at = memmem(data->d_buf, data->d_size, old, strlen(old) + 1);
	if (!at || (size_t)(at - (const char *)data->d_buf) + PTAP_NAME_MAX >
			   data->d_size)
		return false;
	memset(at, 0, PTAP_NAME_MAX);
	memcpy(at, name, strlen(name));
	elf_flagdata(data, ELF_C_SET, ELF_F_DIRTY);
	return true;
}

/* .modinfo with another name, and so of another size; the copy lives until
 * *RET_COPY is freed. */
static bool rename_info(Elf *elf, const char *old, const char *name,
			char **ret_copy)
{
	Elf_Data *data = section_data(elf, ".modinfo");
	size_t before, after;
	const char *at;
	char *copy;

	at = data && data->d_buf ? modinfo(data, "name", NULL) : NULL;
	if (!at)
		return false;
	before = (size_t)(at - (const char *)data->d_buf);
	after = data->d_size - before - strlen(old);
	copy = malloc(before + strlen(name) + after);
	if (!copy)
		return false;
	memcpy(copy, data->d_buf, before);
	memcpy(copy + before, name, strlen(name));
	memcpy(copy + before + strlen(name), at + strlen(old), after);
	data->d_buf = copy;
	data->d_size = before + strlen(name) + after;
	elf_flagdata(data, ELF_C_SET, ELF_F_DIRTY);
	*ret_copy = copy;
	return true;
}

int pr_module_rename(int fd, const char *path, const struct pr_module *old,
		     const char *name)
{
	int copy_fd = memfd_create(name, MFD_CLOEXEC);
	char *info = NULL;
	bool good = false;
	Elf *elf;

	if (copy_fd < 0 || !copy_file(fd, copy_fd)) {
		pr_error("cannot copy %s: %s", path, strerror(errno));
		goto out;
	}
	elf = begin(copy_fd, path, ELF_C_RDWR);
	if (!elf)
		goto out;
	good = rename_struct(elf, old->name, name) &&
	       rename_info(elf, old->name, name, &info) &&
	       elf_update(elf, ELF_C_WRITE) >= 0;
	if (!good)
		pr_error("cannot rename the module %s", path);
	elf_end(elf);
	free(info);
out:
	if (!good && copy_fd >= 0) {
		close(copy_fd);
		copy_fd = -1;
	}
	return copy_fd;
}
