/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare FILE...: all text of ELF files, or of kernels as they are booted, by the
 * engine's decoder and by an independent one.
 */
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "debuginfo/vmlinuz.h"
#include "oracle.h"

struct totals {
	unsigned long files, instructions, bytes;
	unsigned long neither; /* bytes that are data to both */
	unsigned long different;
};

static void show(const char *path, const char *section, uint64_t address,
		 const uint8_t *code, const struct oracle_result *r)
{
	unsigned int i;

	printf("    %s %s %#llx:", path, section, (unsigned long long)address);
	for (i = 0; i < r->length || i < r->insn.length; i++)
		printf(" %02x", code[i]);
	printf(": %s, %s%s; ours: length %u class %u flags %#x\n",
	       r->verdict == ORACLE_ONLY_OURS	  ? "only ours"
	       : r->verdict == ORACLE_ONLY_THEIRS ? "only theirs"
						  : r->what,
	       *r->text ? "theirs: " : "", r->text, r->insn.length,
	       r->insn.class, r->insn.flags);
}

/* One instruction after the other, as the independent decoder sees them. */
static void sweep(const char *path, const char *section, uint64_t address,
		  const uint8_t *code, size_t n, bool wide,
		  struct totals *totals)
{
	struct oracle_result r;
	size_t at = 0;

	while (at < n) {
		oracle_compare(code + at, n - at, wide, &r);
		if (r.verdict == ORACLE_NEITHER) {
			totals->neither++;
		} else if (r.verdict == ORACLE_SAME) {
			totals->instructions++;
		} else {
			totals->different++;
			if (totals->different <= 200)
				show(path, section, address + at, code + at,
				     &r);
		}
		at += r.length;
	}
	totals->bytes += n;
}

static void read_file(const char *path, struct totals *totals)
{
	struct pt_arena *arena = pt_arena_create();
	const uint8_t *bytes;
	Elf_Scn *section = NULL;
	GElf_Ehdr ehdr;
	size_t names, size;
	Elf *elf;

	if (pt_vmlinuz_unpack(arena, path, &bytes, &size)) {
		fprintf(stderr, "%s: cannot be read\n", path);
		exit(2);
	}
	elf = elf_memory((char *)bytes, size);
	if (!elf || !gelf_getehdr(elf, &ehdr) ||
	    elf_getshdrstrndx(elf, &names)) {
		fprintf(stderr, "%s: %s\n", path, elf_errmsg(-1));
		exit(2);
	}
	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr shdr;
		Elf_Data *data;

		if (!gelf_getshdr(section, &shdr) ||
		    !(shdr.sh_flags & SHF_EXECINSTR) ||
		    shdr.sh_type != SHT_PROGBITS)
			continue;
		data = elf_rawdata(section, NULL);
		if (data && data->d_buf)
			sweep(path, elf_strptr(elf, names, shdr.sh_name),
			      shdr.sh_addr, data->d_buf, data->d_size,
			      ehdr.e_machine == EM_X86_64, totals);
	}
	totals->files++;
	elf_end(elf);
	pt_arena_destroy(arena);
}

int main(int argc, char **argv)
{
	struct totals totals = { 0 };
	int i;

	elf_version(EV_CURRENT);
	for (i = 1; i < argc; i++)
		read_file(argv[i], &totals);
	printf("%s: %lu files, %lu bytes, %lu instructions the same, %lu "
	       "different, %lu bytes of data\n",
	       totals.different ? "FAIL" : "PASS", totals.files, totals.bytes,
	       totals.instructions, totals.different, totals.neither);
	return totals.different != 0;
}
