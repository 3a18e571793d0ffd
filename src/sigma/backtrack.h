/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_BACKTRACK_H
#define WH_SIGMA_BACKTRACK_H

#include <stdbool.h>
#include <stddef.h>

#include "sigma/regex.h"

/*
 * Can a regex (`source` as compiled to `regex`) take very long on a text that it does not
 * match? Looks for repeats of repeats, then tries it on texts that are made to tire it.
 * A suspicion, not a proof; *offset is where in the source the trouble begins.
 */
bool regex_backtracks_badly(const char *source, const struct regex *regex, size_t *offset);

#endif
