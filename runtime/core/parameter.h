/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Script globals set when the module is loaded (-G).
 */
#ifndef PTRT_CORE_PARAMETER_H
#define PTRT_CORE_PARAMETER_H

/* Sets what the module parameter "globals" says (wire.h).  -EINVAL, with a
 * message in the kernel's log, if a name is not a scalar global or a value is
 * not one of its type.  The script's data exist, nothing runs. */
int ptrt_parameters_apply(void);

#endif
