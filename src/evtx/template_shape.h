/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_TEMPLATE_SHAPE_H
#define WH_EVTX_TEMPLATE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a template definition says, apart from where in a chunk it stands and which of its names
 * were written before: two that have the same shape give the same tokens with the same names.
 */
struct template_shape;

/* That of the definition at `offset` of a chunk's `size` bytes; NULL when it is damaged or has
 * tokens that are rare. */
struct template_shape *template_shape_new(const uint8_t *data, size_t size, uint32_t offset);
void template_shape_free(struct template_shape *shape);

/* Is it that of this definition, too? */
bool template_shape_fits(const struct template_shape *shape, const uint8_t *data, size_t size,
			 uint32_t offset);

/* How many bytes it holds, about. */
size_t template_shape_size(const struct template_shape *shape);

#endif
