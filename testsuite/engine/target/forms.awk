# SPDX-License-Identifier: GPL-2.0-or-later
#
# awk -v width=64 -f forms.awk forms.list: an assembler file with each form of the
# list in three variants (forms.h says which), and a table of them.

function native(text) # what the list leaves to the word size
{
	if (width == 64) {
		gsub(/%R/, "%r", text)
		gsub(/jRcxz/, "jrcxz", text)
		gsub(/~/, "q", text)
		gsub(/PTR/, "8", text)
		while (match(text, /P\([^()]*\)/))
			text = substr(text, 1, RSTART - 1) \
				substr(text, RSTART + 2, RLENGTH - 3) "(%rip)" \
				substr(text, RSTART + RLENGTH)
		return text
	}
	gsub(/%R/, "%e", text)
	gsub(/jRcxz/, "jecxz", text)
	gsub(/~/, "l", text)
	gsub(/PTR/, "4", text)
	while (match(text, /P\([^()]*\)/))
		text = substr(text, 1, RSTART - 1) \
			substr(text, RSTART + 2, RLENGTH - 3) \
			substr(text, RSTART + RLENGTH)
	return text
}

# A place of the form, T B S or C, as a word of its own, is a label.
function labelled(text, prefix,    out, at, before, after)
{
	out = ""
	while (match(text, /[TBSC]/)) {
		before = RSTART > 1 ? substr(text, RSTART - 1, 1) : " "
		after = substr(text, RSTART + 1, 1)
		out = out substr(text, 1, RSTART - 1)
		at = substr(text, RSTART, 1)
		if (before ~ /[ (]/ && after !~ /[A-Za-z0-9_]/) {
			used[at] = 1
			at = prefix at
		}
		out = out at
		text = substr(text, RSTART + 1)
	}
	return out text
}

function place(letter, prefix, text)
{
	if (letter in used)
		printf "%s%s:\t%s ; ret\n", prefix, letter, native(text)
}

function variant(v,    prefix, entry, i)
{
	entry = "ptt_form_" count "_" v
	prefix = ".L" entry "_" # no symbols: they would cut the function
	split("", used)
	setup = labelled(native(before), prefix)
	tested = labelled(native(insn), prefix)
	tail = labelled(native(after), prefix)
	printf "\t.globl %s\n\t.type %s, @function\n%s:\n", entry, entry, entry
	if ("B" in used) {
		printf "\tjmp %sstart\n", prefix
		place("B", prefix, "mov $0x7a7a, %eax")
		printf "%sstart:\n", prefix
	}
	printf "\t%s\n", setup
	if (v == 2)
		printf "%sprobe:\tnop\n\t%s\n", prefix, tested
	else
		printf "%sprobe:\n\t%s\n", prefix, tested
	printf "%snext:\n", prefix
	for (i = 0; i < 5 && v; i++)
		printf "\tnop\n"
	printf "\t%s\n\tret\n", tail
	if (!v)
		printf "\tjmp %sprobe + 1\n", prefix
	place("T", prefix, "mov $0x7a7a, %eax")
	place("S", prefix, "lea PTR(%Rsp), %Rsp ; mov $0x7a7a, %eax")
	place("C", prefix, "mov (%Rsp), %Rax ; mov $0x7a7b, %edx")
	printf "\t.size %s, . - %s\n", entry, entry
	table = table "\t" word " " entry ", " prefix "probe, " prefix "next, " \
		(target in used ? prefix target : "0") "\n"
}

function flags(    all)
{
	all = (fpu ? "FORM_FPU" : "0") (engine ? " | FORM_ENGINE" : "")
	if (before != "")
		all = all " | FORM_SETUP"
	if (after != "")
		all = all " | FORM_TAIL"
	if (target != "")
		all = all " | FORM_FLOW"
	return all
}

function form(line,    parts, n, v)
{
	before = after = target = ""
	n = split(line, parts, / ;;; /)
	after = n > 1 ? parts[2] : ""
	n = split(parts[1], parts, / ;; /)
	if (n > 1)
		before = parts[1]
	insn = parts[n]
	if (match(insn, / => ./)) {
		target = substr(insn, RSTART + 4)
		insn = substr(insn, 1, RSTART - 1)
	} else if (match(insn, / [TBC]$/)) {
		target = substr(insn, RSTART + 1)
	}
	if (config != "")
		print "#ifdef CONFIG_" config
	name = native(insn)
	table = "\t" word " ptt_class_" classes ", 1f\n"
	for (v = 0; v < 3; v++)
		variant(v)
	printf "\t.section .rodata.forms, \"a\"\n%s", table
	printf "\t.long %s, %s\n", flags(), needs
	printf "\t.section .rodata.str\n1:\t.asciz \"%s\"\n\t.text\n", name
	if (config != "")
		print "#endif"
	count++
}

function expand(line,    head, body, rest, choices, n, i)
{
	if (!match(line, /\[[^]]*\]/)) {
		form(line)
		return
	}
	head = substr(line, 1, RSTART - 1)
	body = substr(line, RSTART + 1, RLENGTH - 2)
	rest = substr(line, RSTART + RLENGTH)
	n = split(body, choices, " ")
	for (i = 1; i <= n; i++)
		expand(head choices[i] rest)
}

BEGIN {
	word = width == 64 ? ".quad" : ".long"
	print "/* Made by forms.awk of forms.list. */"
	print "#include <asm/cpufeatures.h>"
	print "#include \"forms.h\"\n"
	print "\t.section .rodata.str, \"a\"\n\t.section .rodata.forms, \"a\""
	print "\t.balign 8\n\t.globl ptt_forms\nptt_forms:\n\t.text"
}

/^(#|$)/ { next }

/^== / {
	classes++
	skipped = fpu = engine = 0
	needs = "-1"
	config = ""
	text = $0
	sub(/^== /, "", text)
	options = text
	sub(/ ==.*/, "", text)
	sub(/.* ==/, "", options)
	n = split(options, words, " ")
	for (i = 1; i <= n; i++) {
		if (words[i] ~ /^(32|64)$/ && words[i] != width)
			skipped = 1
		else if (words[i] == "fpu")
			fpu = 1
		else if (words[i] == "engine")
			engine = 1
		else if (sub(/^needs=/, "", words[i]))
			needs = "X86_FEATURE_" words[i]
		else if (sub(/^config=/, "", words[i]))
			config = words[i]
	}
	printf "\t.section .rodata.str\nptt_class_%d:\t.asciz \"%s\"\n\t.text\n", \
		classes, text
	next
}

!skipped { expand($0) }

END {
	print "\t.section .rodata.forms, \"a\"\n\t.globl ptt_forms_end"
	print "ptt_forms_end:"
	print "\t.section .note.GNU-stack, \"\", @progbits"
}
