// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "parameter.h"
#include "../script.h"
#include "../../include/ptap/limits.h"
#include "../../include/ptap/wire.h"
#include "../data/parts.h"

static char *globals;
module_param(globals, charp, 0400);
MODULE_PARM_DESC(globals, "initial values of script globals: NAME=VALUE, "
			  "separated by 0x1f");

/* "%41" becomes 'A', in place. */
static void decode(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '%' && isxdigit(text[1]) && isxdigit(text[2])) {
			*to++ = hex_to_bin(text[1]) << 4 | hex_to_bin(text[2]);
			text += 2;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

static int set_string(const struct ptrt_parameter *parameter, const char *text)
{
	struct ptrt_strvar *variable = parameter->at;
	size_t most = ptrt_script.limits[PTAP_LIMIT_maxstringlen] - 1;

	variable->n = min(strlen(text), most);
	memcpy(variable->s, text, variable->n);
	variable->s[variable->n] = '\0';
	return 0;
}

static int set_long(const struct ptrt_parameter *parameter, const char *text)
{
	s64 value;
	u64 large;

	if (kstrtos64(text, 0, &value)) {
		/* As in a script, up to 2^64 - 1. */
		if (kstrtou64(text, 0, &large))
			return -EINVAL;
		value = large;
	}
	if (parameter->at) {
		*(s64 *)parameter->at = value;
	} else {
		char *part;
		unsigned int id;

		for_each_possible_cpu(id) {
			part = ptrt_parts_of(id);
			*(s64 *)(part + parameter->counter_offset) = value;
			value = 0;
		}
	}
	return 0;
}

static const struct ptrt_parameter *find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ptrt_script.n_parameters; i++)
		if (!strcmp(ptrt_script.parameters[i].name, name))
			return &ptrt_script.parameters[i];
	return NULL;
}

static int apply(char *pair)
{
	const struct ptrt_parameter *parameter;
	char *value = strchr(pair, '=');
	int error = -EINVAL;

	if (value) {
		*value++ = '\0';
		decode(value);
		parameter = find(pair);
		if (!parameter)
			pr_err("ptap: no global '%s' to set\n", pair);
		else if (parameter->is_string)
			error = set_string(parameter, value);
		else
			error = set_long(parameter, value);
		if (parameter && error)
			pr_err("ptap: global '%s' cannot be '%s': not a "
			       "number\n",
			       pair, value);
	} else {
		pr_err("ptap: globals: '%s' is not NAME=VALUE\n", pair);
	}
	return error;
}

int ptrt_parameters_apply(void)
{
	static const char separators[] = { PTAP_GLOBALS_SEPARATOR, '\0' };
	char *copy, *rest, *pair;
	int error = 0;

	if (!globals)
		return 0;
	copy = kstrdup(globals, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	rest = copy;
	while (!error && (pair = strsep(&rest, separators)))
		if (*pair)
			error = apply(pair);
	kfree(copy);
	return error;
}
