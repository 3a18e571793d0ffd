/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_PACKS_H
#define WH_SIGMA_PACKS_H

#include <gio/gio.h>

/* The packs inside the program, under /wmihunt/hunts/. Borrowed. The build makes this
 * function, and the data, from the files that hunts/local.mk lists. */
GResource *hunt_packs_get_resource(void);

#endif
