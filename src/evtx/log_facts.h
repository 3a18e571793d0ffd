/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_LOG_FACTS_H
#define WH_EVTX_LOG_FACTS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "event/event_kinds.h"
#include "event/event_ref.h"
#include "evtx/chunk_check.h"
#include "evtx/decode.h"
#include "evtx/sieve.h"

/* Events that are counted in a channel. */
enum log_counts { COUNTS_NOTHING, COUNTS_PROCESSES, COUNTS_SCRIPTS };

/* What a log holds of one host and channel. */
struct log_holding {
	char *host; /* NULL: its records name none, or one that is too long to be one */
	char *channel; /* NULL: the same */
	uint64_t from, to; /* FILETIME, the earliest and the latest record; 0: not known */
	/* The lowest and the highest number in a record's header; in an export its record id, 0
	 * where one has none. */
	uint64_t first_id, last_id;
	uint64_t records;
	enum log_counts counts; /* by its channel */
	bool is_met; /* the channel is one that a survey is to meet */
	uint64_t process_starts; /* 4688 of Security */
	uint64_t command_lines; /* of these */
	uint64_t scripts; /* 4104 of PowerShell */
};

/* What a log held, or a part of a large one, whatever was asked for of it. */
struct log_facts {
	struct event_ref ref; /* its place: path, entry, via, claimed, offset; borrowed */
	bool has_header;
	bool is_dirty; /* the file header says that the log was not closed, */
	bool is_full; /* or that nothing more fitted into it */
	bool is_partial; /* it was not read from start to end */
	bool is_unread; /* it is named like a log, and none could be read */
	enum event_format format; /* what it is: a log, or an export of events */
	uint64_t chunks;
	uint64_t left_out; /* records of hosts and channels that there was no room for */
	uint64_t read_errors;
	/* How many first labels of names its hosts have, when only the holdings of one of these are
	 * here; 0: all are. */
	uint64_t labels;
	uint64_t since, until; /* FILETIME: of the events that were asked for; 0: any */
	GPtrArray *holdings; /* struct log_holding, as they were met */
	struct event_kinds *kinds; /* of an export, and the fields of each; NULL: of a log */
};

/* Facts of nothing. Clear makes them so again, release frees what they hold. */
void log_facts_init(struct log_facts *facts);
void log_facts_clear(struct log_facts *facts);
void log_facts_release(struct log_facts *facts);

/* Adds a holding of that host and channel (copied; NULL: not named) without a record, and borrows
 * it; NULL when there are WH_MAX_LOG_HOLDINGS. */
struct log_holding *log_facts_add(struct log_facts *facts, const char *host, const char *channel);

/* Adds a record of that number (0: none) and time (FILETIME; 0: none). */
void log_holding_count(struct log_holding *holding, uint64_t record_id, uint64_t time);

/* Makes the time that records are known of reach from and to there; 0: not known. */
void log_holding_widen(struct log_holding *holding, uint64_t from, uint64_t to);

/* Adds an event, if it is one that is counted in its channel. */
void log_holding_count_event(struct log_holding *holding, uint32_t event_id,
			     bool with_command_line);

/* Adds those of a further part of the log. */
void log_facts_merge(struct log_facts *facts, const struct log_facts *more);

/* The first label of a host's name, folded; the caller frees it. */
char *log_facts_label(const char *host);

/* How many of these the hosts of the log have, wherever their holdings are. */
uint64_t log_facts_count_labels(const struct log_facts *facts);

/* Takes one of them out. */
void log_facts_drop(struct log_facts *facts, guint index);

/* Gathers the facts of a log, chunk after chunk. */
struct log_survey;

/* Borrows the decoder, for records whose template does not say where they are from, and the names
 * of channels (char *) that log_survey_meets() is about. */
struct log_survey *log_survey_new(struct decoder *decoder, const GPtrArray *channels);
void log_survey_free(struct log_survey *survey);

/* The facts by now; the caller may fill in what the chunks do not say, and clears them where
 * another log begins. */
struct log_facts *log_survey_facts(struct log_survey *survey);

/* Adds the records of the chunk that the sieve has begun. Those of one that is as told are given; a
 * count of 0: they are walked. Uses up the decoder's chunk. */
void log_survey_add(struct log_survey *survey, struct sieve *sieve, const struct chunk *chunk,
		    const struct told_record *records, size_t count);

/* Has a record of that chunk been logged to one of the channels, or was there no room to tell? */
bool log_survey_meets(const struct log_survey *survey);

#endif
