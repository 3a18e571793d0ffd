/* SPDX-License-Identifier: Apache-2.0 */
#include "report/case_report.h"

#include "event/event_id.h"
#include "event/filetime.h"
#include "evidence/evidence.h"
#include "evidence/timeline.h"
#include "report/case_database.h"
#include "report/finding_cells.h"
#include "report/jsonl.h"
#include "report/row.h"
#include "wmi/event_line.h"
#include "wmi/payload.h"
#include "wmi/stored.h"

#define PIECE ((size_t)1 << 20) /* bytes that are written at once */

void case_report_begin(struct report *report)
{
	report->state = case_database_new(report->options.earlier);
}

/* In pieces: what is written is held twice. */
static void write_all(const struct report_sink *sink, const char *bytes, size_t size)
{
	bool go_on = true;

	for (size_t at = 0; go_on && at < size; at += PIECE)
		go_on = sink->write(sink->context, bytes + at, MIN(size - at, PIECE));
}

void case_report_end(struct report *report)
{
	struct case_database *database = report->state;
	const char *bytes;
	size_t size;

	if (case_database_finish(database, &bytes, &size))
		write_all(&report->sink, bytes, size);
	else
		report->problem = g_strdup(case_database_problem(database));
	case_database_free(database);
}

static void put_texts(struct case_database *database, const GPtrArray *texts, const char *between)
{
	g_autoptr(GString) all = g_string_new(NULL);

	for (guint i = 0; texts && i < texts->len; i++)
		g_string_append_printf(all, "%s%s", i ? between : "", (char *)texts->pdata[i]);
	case_row_text(database, all->str);
}

static void put_count(struct case_database *database, uint64_t count)
{
	case_row_number(database, true, (int64_t)MIN(count, G_MAXINT64));
}

static void put_host(struct case_database *database, const char *host)
{
	if (!host || !*host)
		return;
	case_row_begin(database, CASE_HOST);
	case_row_text(database, host);
	case_row_end(database);
}

/* The line without its line feed. */
static void put_line(struct case_database *database, const GString *line)
{
	case_row_exact(database, line->str, line->len - 1);
}

static void put_source(struct case_database *database, const struct event_ref *ref)
{
	g_autofree char *source = ref->path ? event_ref_text(ref) : NULL;

	case_row_text(database, source);
}

static void put_ids(struct case_database *database, const struct event_ref *ref)
{
	case_row_number(database, ref->has_event_id, ref->event_id);
	case_row_number(database, ref->has_record_id, (int64_t)MIN(ref->record_id, G_MAXINT64));
}

/* What the event says beyond its head; `fact` may be NULL. */
static void put_content(struct case_database *database, const struct evidence *evidence,
			const struct wmi_fact *fact)
{
	const struct parent_cells parent = parent_cells_read(evidence);
	const struct wmi_filter *filter = fact ? fact->filter : NULL;
	const struct wmi_consumer *consumer = fact ? fact->consumer : NULL;

	case_row_text(database,
		      fact ? wmi_operation_name(fact->operation) : evidence->traits->name);
	case_row_text(database, fact && fact->user ? fact->user : evidence->user);
	case_row_text(database, evidence->user_name);
	case_row_text(database, evidence->image);
	case_row_number(database, evidence->has_process_id, evidence->process_id);
	case_row_text(database, parent.image);
	case_row_number(database, parent.has_process_id, parent.process_id);
	case_row_text(database, evidence->from);
	case_row_text(database, fact ? fact->namespace : evidence->namespace);
	case_row_text(database, consumer ? consumer->class_name : evidence->class_name);
	case_row_text(database, filter ? filter->name : evidence->filter);
	case_row_text(database, consumer ? consumer->name : evidence->consumer);
	case_row_text(database, filter ? filter->query : evidence->query);
	case_row_text(database, consumer ? consumer_find_payload(consumer) : evidence->text);
}

/* Returns its id. */
static struct line_id put_event(struct case_database *database, const struct evidence *evidence,
				const struct wmi_fact *fact)
{
	const struct event *event = &evidence->event;
	g_autoptr(GString) line = g_string_new(NULL);
	struct line_id id;

	event_identify(event, &id);
	event_line_append(event, fact, line);
	put_host(database, event->host);
	case_row_begin(database, CASE_EVENT);
	case_row_text(database, id.text);
	case_row_time(database, event->ref.time);
	case_row_text(database, event->host);
	case_row_text(database, event->ref.channel);
	case_row_text(database, event->provider);
	put_ids(database, &event->ref);
	put_content(database, evidence, fact);
	put_source(database, &event->ref);
	put_line(database, line);
	case_row_end(database);
	return id;
}

void case_report_add_event(struct report *report, const struct event *event,
			   const struct wmi_fact *fact)
{
	struct evidence *evidence = evidence_from_event(event);

	put_event(report->state, evidence, fact);
	evidence_free(evidence);
}

static const char *first_of(const char *one, const char *other)
{
	return one && *one ? one : other;
}

static void put_creator(struct case_database *database, const struct subscription *subscription)
{
	const struct wmi_consumer *consumer = subscription->consumer;
	const struct wmi_filter *filter = subscription->filter;

	case_row_text(database, first_of(consumer ? consumer->creator_sid : NULL,
					 filter ? filter->creator_sid : NULL));
	case_row_text(database, first_of(consumer ? consumer->creator : NULL,
					 filter ? filter->creator : NULL));
}

static void put_subscription(struct case_database *database, const struct finding *finding)
{
	const struct subscription *subscription = finding->subscription;
	const struct finding_cells cells = finding_cells_read(finding);
	const struct stored *stored = subscription->stored;
	const struct stored_class *class = stored ? stored->class : NULL;
	g_autoptr(GPtrArray) decoded =
		cells.consumer ? payload_decode_consumer(cells.consumer) : NULL;

	case_row_begin(database, CASE_SUBSCRIPTION);
	case_row_text(database, subscription->id.text);
	case_row_text(database, cells.host);
	case_row_text(database, cells.namespace);
	case_row_text(database, cells.state);
	case_row_text(database, cells.filter);
	case_row_text(database, cells.query);
	case_row_text(database, cells.consumer_name);
	case_row_text(database, class ? class->name : cells.class_name);
	case_row_text(database, class ? class->value : cells.runs);
	case_row_text(database,
		      cells.consumer ? consumer_find_text(cells.consumer, "ScriptText") : NULL);
	put_texts(database, decoded, "\n");
	put_creator(database, subscription);
	case_row_time(database, cells.first);
	case_row_time(database, cells.last);
	put_count(database, subscription->events->len);
	case_row_text(database, stored ? stored_presence_name(stored->presence) : NULL);
	case_row_end(database);
}

/* A later run knows the entry by this, whatever it adds to it. */
static void identify_entry(const struct subscription *subscription,
			   const struct timeline_entry *entry, struct line_id *out)
{
	GString *name = line_name_new("timeline", NULL);

	line_name_add(name, subscription->id.text);
	line_name_add(name, entry->what);
	line_name_add(name, entry->ref.channel);
	line_name_add_number(name, entry->ref.time);
	line_name_add_number(name, entry->ref.has_event_id ? entry->ref.event_id : 0);
	line_name_add_number(name, entry->ref.has_record_id ? entry->ref.record_id : 0);
	line_name_add(name, entry->process);
	line_name_add(name, entry->detail);
	line_id_set(out, name);
}

static void put_entry(struct case_database *database, const struct subscription *subscription,
		      const struct timeline_entry *entry)
{
	struct line_id id;

	identify_entry(subscription, entry, &id);
	case_row_begin(database, CASE_TIMELINE);
	case_row_text(database, id.text);
	case_row_text(database, subscription->id.text);
	case_row_time(database, entry->ref.time);
	case_row_time(database, entry->count > 1 ? entry->last : entry->ref.time);
	put_count(database, MAX(entry->count, 1));
	case_row_text(database, entry->what);
	case_row_text(database, subscription->host);
	case_row_text(database, entry->user);
	case_row_text(database, entry->user_name);
	case_row_text(database, entry->process);
	case_row_number(database, entry->has_process_id, entry->process_id);
	case_row_text(database, entry->from);
	case_row_text(database, entry->detail);
	case_row_text(database, entry->why);
	case_row_text(database, entry->ref.channel);
	put_ids(database, &entry->ref);
	put_source(database, &entry->ref);
	case_row_end(database);
}

static void put_timeline(struct case_database *database, const struct subscription *subscription)
{
	g_autoptr(GPtrArray) plain =
		subscription->timeline ? NULL : timeline_from_sightings(subscription);
	const GPtrArray *entries = plain ? plain : subscription->timeline;

	for (guint i = 0; i < entries->len; i++)
		put_entry(database, subscription, entries->pdata[i]);
}

static void put_matches(struct case_database *database, const char *id, const GPtrArray *matches)
{
	case_row_begin(database, CASE_FORGET_MATCHES);
	case_row_text(database, id);
	case_row_end(database);
	for (guint i = 0; i < matches->len; i++) {
		const struct match *match = matches->pdata[i];
		const char *rule_id = match->rule_id ? match->rule_id : "-";

		case_row_begin(database, CASE_MATCH);
		case_row_text(database, id);
		case_row_text(database, rule_id);
		case_row_text(database, first_of(match->title, "-"));
		case_row_text(database, rule_level_name(match->level));
		put_texts(database, match->tags, "; ");
		case_row_end(database);
	}
}

static void put_link(struct case_database *database, const struct evidence *evidence,
		     const struct evidence_link *link)
{
	const struct subscription *subscription = link->subscription;
	const struct wmi_consumer *consumer = subscription->consumer;

	if (!*subscription->id.text)
		return;
	case_row_begin(database, CASE_LINKED);
	case_row_text(database, subscription->id.text);
	case_row_text(database, evidence->event.host);
	case_row_text(database, subscription->namespace);
	case_row_text(database, subscription->filter ? subscription->filter->name : NULL);
	case_row_text(database, consumer ? consumer->name : NULL);
	case_row_text(database, consumer ? consumer->class_name : NULL);
	case_row_end(database);
	case_row_begin(database, CASE_LINK);
	case_row_text(database, subscription->id.text);
	case_row_text(database, evidence->id.text);
	case_row_text(database, link->why);
	case_row_end(database);
}

/* `event_id`: of the event that it is about; NULL: none. */
static void put_finding(struct case_database *database, const struct finding *finding, bool explain,
			const char *event_id)
{
	const struct finding_cells cells = finding_cells_read(finding);
	g_autoptr(GString) line = g_string_new(NULL);
	bool is_subscription = finding->kind == FINDING_SUBSCRIPTION;
	int level = finding_level(finding);

	finding_line_append(finding, explain, line);
	case_row_begin(database, CASE_FINDING);
	case_row_text(database, cells.id);
	case_row_text(database, cells.kind);
	case_row_text(database, level < 0 ? NULL : rule_level_name((enum rule_level)level));
	case_row_number(database, level >= 0, level);
	case_row_text(database, cells.host);
	case_row_time(database, cells.first);
	case_row_time(database, cells.last);
	put_count(database, cells.count);
	case_row_number(database, true, finding->is_related);
	case_row_text(database, first_of(finding->known_good_id, finding->known_good_title));
	case_row_text(database, is_subscription ? cells.id : NULL);
	case_row_text(database, event_id);
	put_line(database, line);
	case_row_end(database);
	put_matches(database, cells.id, finding->matches);
}

void case_report_add_finding(struct report *report, const struct finding *finding)
{
	struct case_database *database = report->state;
	const GPtrArray *links = NULL;
	struct line_id event_id = {""};

	put_host(database, finding_cells_read(finding).host);
	if (finding->kind == FINDING_SUBSCRIPTION) {
		put_subscription(database, finding);
		put_timeline(database, finding->subscription);
	} else if (finding->kind == FINDING_EVIDENCE) {
		event_id = put_event(database, finding->evidence, NULL);
		links = finding->evidence->links;
	}
	put_finding(database, finding, report->options.explain, event_id.text);
	for (guint i = 0; links && i < links->len; i++)
		put_link(database, finding->evidence, links->pdata[i]);
}

static void put_cleared(struct case_database *database, const GArray *cleared)
{
	g_autoptr(GString) out = g_string_new(NULL);
	char text[WH_FILETIME_TEXT];

	for (guint i = 0; cleared && i < cleared->len; i++) {
		filetime_format(g_array_index(cleared, uint64_t, i), text);
		g_string_append_printf(out, "%s%s", i ? "; " : "", text);
	}
	case_row_text(database, out->str);
}

static void put_log(struct case_database *database, const char *host, enum wanted_log wanted,
		    const struct log_coverage *log)
{
	case_row_begin(database, CASE_COVERAGE);
	case_row_text(database, host);
	case_row_text(database, wanted_log_name(wanted));
	case_row_text(database, log_state_name(log->state));
	case_row_number(database, true, log->state);
	case_row_time(database, log->from);
	case_row_time(database, log->to);
	put_count(database, log->records);
	put_count(database, log->missing);
	put_count(database, log->reports);
	put_count(database, log->process_starts);
	put_count(database, log->command_lines);
	put_count(database, log->scripts);
	case_row_number(database, true, log->is_dirty);
	case_row_number(database, true, log->is_full);
	case_row_number(database, true, log->is_partial);
	put_cleared(database, log->cleared);
	put_count(database, log->read_errors);
	case_row_end(database);
}

/* All but the last, which is the host's. */
static void put_other_names(struct case_database *database, const struct host_identity *identity)
{
	g_autoptr(GPtrArray) others = g_ptr_array_new();

	for (guint i = 0; identity->names && i + 1 < identity->names->len; i++)
		g_ptr_array_add(others, identity->names->pdata[i]);
	put_texts(database, others, "; ");
}

void case_report_add_coverage(struct report *report, const struct host_coverage *host)
{
	struct case_database *database = report->state;
	const char *name = first_of(host->identity->name, "-");

	case_row_begin(database, CASE_HOST_COVERAGE);
	case_row_text(database, name);
	put_other_names(database, host->identity);
	case_row_text(database, covered_name(host->covered));
	case_row_number(database, true, host->covered);
	put_count(database, host->findings);
	case_row_text(database, host->version);
	case_row_number(database, host->version != NULL, host->build);
	case_row_text(database, host->zone);
	case_row_number(database, host->zone != NULL, host->bias);
	put_count(database, host->starts);
	put_count(database, host->read_errors);
	put_count(database, host->left_out);
	case_row_time(database, host->since);
	case_row_time(database, host->until);
	put_texts(database, host->blind, "\n");
	case_row_end(database);
	for (unsigned i = 0; i < WANTED_LOGS; i++)
		put_log(database, name, i, &host->logs[i]);
}

void case_report_add_fault(struct report *report, const struct fault *fault)
{
	struct case_database *database = report->state;
	bool has_sizes = fault->need || fault->have;
	struct line_id id;

	fault_identify(fault, &id);
	case_row_begin(database, CASE_READ_ERROR);
	case_row_text(database, id.text);
	case_row_text(database, fault_kind_get(fault->code)->name);
	case_row_text(database, first_of(fault->what, "-"));
	case_row_text(database, fault->path);
	case_row_text(database, fault->entry);
	case_row_text(database, fault->via);
	case_row_number(database, fault->has_offset, (int64_t)MIN(fault->offset, G_MAXINT64));
	case_row_number(database, has_sizes, (int64_t)MIN(fault->need, G_MAXINT64));
	case_row_number(database, has_sizes, (int64_t)MIN(fault->have, G_MAXINT64));
	put_count(database, MAX(fault->count, 1));
	case_row_end(database);
}
