/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_LOG_HOST_H
#define WH_EVTX_LOG_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Enough of a log to find the host of its first record. */
#define WH_LOG_HOST_HEAD 8192

/*
 * Finds the host that the first record of a log names, without decoding it: the text of the first
 * element of the name Computer in its first `size` bytes. The name is `*host_size` bytes of UTF-16
 * inside `data`. False when it is not there, as in a log without records.
 */
bool log_find_host(const uint8_t *data, size_t size, const uint8_t **host, size_t *host_size);

#endif
