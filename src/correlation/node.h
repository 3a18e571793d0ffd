/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CORRELATION_NODE_H
#define WH_CORRELATION_NODE_H

#include "correlation/correlations.h"
#include "correlation/finding.h"
#include "correlation/state.h"
#include "sigma/rule.h"

/* A correlation among others: what correlations.c, link.c and report.c share. */

enum node_state {
	NODE_NEW,
	NODE_ENTERED, /* what it refers to is being looked for */
	NODE_LINKED,
	NODE_BROKEN,
};

/* One of the rules of a correlation: either a rule or a correlation. */
struct node_input {
	const struct rule *rule;
	struct correlation_node *node;
	GArray *fields; /* of a node: for each group_by and then each of `fields` of the outer
			   correlation, the index in the inner one's group_by (guint) */
};

/* An event that one of the rules matched. */
struct mention {
	const struct correlated_event *event;
	guint rank; /* of the event, in the order of time */
	guint rule; /* index in the correlation's rules */
	const char *texts[]; /* of group_by, then of `fields` */
};

struct correlation_node {
	struct correlation *correlation; /* its own */
	enum node_state state;
	unsigned height; /* correlations below it, itself included */
	bool is_silent; /* others refer to it, and none lets it report */
	guint host_fields; /* which of its group_by are the host: a bit each */
	bool is_for_across; /* it is one that does not group by the host, or one refers to it */
	bool is_idle; /* it surely holds nowhere: found out by the report */
	GArray *inputs; /* struct node_input */
	GPtrArray *mentions; /* struct mention */
	GPtrArray *holdings; /* struct holding: filled by the report */
	guint first_holding; /* among those of all */
};

/* What a rule is to a correlation. */
struct rule_feed {
	struct correlation_node *node;
	guint rule;
};

struct correlations {
	GPtrArray *nodes; /* struct correlation_node, its own */
	GPtrArray *order; /* those that are linked, referred-to ones before those that refer to
			     them; borrowed */
	GHashTable *feeds; /* struct rule → GArray of struct rule_feed */
	GHashTable *texts; /* a set: each text once */
	GPtrArray *events; /* struct correlated_event */
	struct correlated_event *current; /* the event at hand, once a rule matched it */
	enum correlation_scope scope;
	GPtrArray *saved; /* struct correlation_match: see correlations_get_saved() */
	guint mentions;
	size_t size; /* bytes kept */
	uint64_t left_out; /* mentions that did not fit */
};

/* Finds out, of all that are linked, which are across hosts. */
void correlations_mark_across(struct correlations *correlations);

/* Whether what is asked for needs the node's answer, and whether it is for that answer. */
bool correlation_node_is_asked(const struct correlations *correlations,
			       const struct correlation_node *node);
bool correlation_node_reports(const struct correlations *correlations,
			      const struct correlation_node *node);

/* Keeps what the rule's match says to that feed: `texts` are those of struct mention. */
void correlations_save(struct correlations *correlations, const struct rule *rule,
		       const struct rule_feed *feed, const char *const *texts);
void correlation_match_free(gpointer match);

#endif
