/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "object.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <glib.h>
#include <libelf.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

/* In hexadecimal digits, for g_free(); NULL: it has none. */
static char *section_id(Elf_Data *data)
{
	size_t at = 0, next, name, text;
	GElf_Nhdr note;

	while (data && at < data->d_size &&
	       (next = gelf_getnote(data, at, &note, &name, &text))) {
		const unsigned char *bytes = data->d_buf;
		GString *id;

		at = next;
		if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 ||
		    memcmp(bytes + name, "GNU", 4) != 0)
			continue;
		id = g_string_new("");
		for (size_t i = 0; i < note.n_descsz; i++)
			g_string_append_printf(id, "%02x", bytes[text + i]);
		return g_string_free(id, FALSE);
	}
	return NULL;
}

static char *build_id(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf_Scn *section = NULL;
	char *id = NULL;
	GElf_Shdr header;
	Elf *elf;

	if (fd < 0)
		return NULL;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	while (elf && !id && (section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) &&
		    header.sh_type == SHT_NOTE)
			id = section_id(elf_getdata(section, NULL));
	elf_end(elf);
	close(fd);
	return id;
}

static char *file_hash(const char *path)
{
	gchar *text = NULL;
	gsize size;
	char *hash;

	if (!g_file_get_contents(path, &text, &size, NULL))
		return NULL;
	hash = g_compute_checksum_for_data(G_CHECKSUM_SHA1,
					   (const guchar *)text, size);
	g_free(text);
	return hash;
}

bool pr_object_check(const char *value)
{
	char **parts = g_strsplit(value, ":", 3);
	bool hashed = !g_strcmp0(parts[0], "sha1");
	const char *path;
	char *found;
	bool good;

	if (g_strv_length(parts) != 3) {
		pr_error("the module is damaged: '%s' names no file", value);
		g_strfreev(parts);
		return false;
	}
	path = parts[2];
	found = hashed ? file_hash(path) : build_id(path);
	good = found && !strcmp(found, parts[1]);
	if (access(path, R_OK) < 0) {
		pr_error("cannot open '%s', which the script has probes in: %s",
			 path, strerror(errno));
	} else if (!good) {
		pr_error("'%s' has the %s %s, but the script was made for %s",
			 path, hashed ? "SHA-1 hash" : "build id",
			 found ? found : "(none)", parts[1]);
		pr_hint("build the script again for the file that is there "
			"now");
	}
	g_free(found);
	g_strfreev(parts);
	return good;
}
