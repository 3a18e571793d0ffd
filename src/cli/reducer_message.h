/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_REDUCER_MESSAGE_H
#define WH_CLI_REDUCER_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

/* What the parent and the reducer send each other, as types of frames. */

enum reducer_order {
	ORDER_PATH = 1, /* of the input that the next events were read from */
	ORDER_EVENT, /* packed */
	ORDER_OBJECT, /* packed */
	ORDER_LOG, /* ANSWER_LOG of map/protocol.h */
	ORDER_LINE, /* for the output */
	ORDER_FAULT, /* fault_encode(): a read error, for reports */
	ORDER_END, /* there are no more events */
};

enum reducer_answer {
	ANSWER_REPORTED_FAULT = 1, /* fault_encode() */
	ANSWER_NOTE, /* text */
	ANSWER_COUNT, /* uint64_t, and the name */
	ANSWER_STOP, /* it takes no more events */
	ANSWER_RESULT, /* struct reducer_result: it has printed */
	ANSWER_WRITTEN, /* int32_t: the errno of all writes, or 0; the last */
};

struct reducer_result {
	uint32_t found;
	uint32_t failed;
	uint64_t duplicates;
};

#endif
