/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/coverage.h"

#include <stdarg.h>
#include <string.h>

#include "event/filetime.h"

/* The build of the first Windows that logs 5861, Windows 10; Server 2016 came later. */
#define FIRST_BUILD 10240

#define MOST_LISTED 8 /* of sentences of one kind */

static void say(struct host_coverage *host, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void say(struct host_coverage *host, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_ptr_array_add(host->blind, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

/* YYYY-MM-DD hh:mm:ss, for people. */
struct time_text {
	char text[WH_FILETIME_TEXT];
};

static struct time_text as_text(uint64_t time)
{
	struct time_text out;
	char *point;

	filetime_format(time, out.text);
	point = strchr(out.text, '.');
	if (point)
		*point = '\0';
	point = strchr(out.text, 'T');
	if (point)
		*point = ' ';
	return out;
}

static bool is_too_old(const struct host_coverage *host)
{
	return host->build && host->build < FIRST_BUILD;
}

static bool has_log(const struct host_coverage *host)
{
	bool has_log = host->other_logs > 0;

	for (unsigned i = 0; i < WANTED_LOGS; i++) {
		const struct log_coverage *log = &host->logs[i];

		has_log |= log->state == LOG_UNREAD || log->state == LOG_EMPTY ||
			   (log->state == LOG_READ && !log->is_exported);
	}
	return has_log;
}

/* Is it known from exports, all of whose records are counted? */
static bool is_of_exports(const struct host_coverage *host)
{
	return host->exports && !has_log(host);
}

/* Is it known from events that were given, and not from its logs alone? */
static bool is_of_events(const struct host_coverage *host)
{
	for (unsigned i = 0; i < WANTED_LOGS; i++)
		if (host->logs[i].state == LOG_EVENTS)
			return true;
	return !has_log(host);
}

/* By 5861, which is logged for all that live; Sysmon shows what it saw being made. */
static enum covered judge_covered(const struct host_coverage *host)
{
	const struct log_coverage *wmi = &host->logs[WANTED_WMI];

	if (wmi->reports)
		return wmi->state == LOG_READ ? COVERED : COVERED_PARTLY;
	if (host->logs[WANTED_SYSMON].reports)
		return COVERED_PARTLY;
	if (is_too_old(host) || wmi->state < LOG_EVENTS)
		return COVERED_NOT;
	return host->silent && wmi->state == LOG_READ ? COVERED_NOT : COVERED_PARTLY;
}

static void say_window(struct host_coverage *host)
{
	if (host->since && host->until)
		say(host, "Only events from %s on and before %s were asked for",
		    as_text(host->since).text, as_text(host->until).text);
	else if (host->since)
		say(host, "Only events from %s on were asked for", as_text(host->since).text);
	else if (host->until)
		say(host, "Only events before %s were asked for", as_text(host->until).text);
}

/* That no log, nor an event, of that channel is there, and what it would show. */
static void say_absent(struct host_coverage *host, enum wanted_log wanted, const char *shows)
{
	const char *name = wanted_log_name(wanted);

	if (is_of_exports(host))
		say(host, "No event of the log %s is in what was exported: %s", name, shows);
	else if (is_of_events(host))
		say(host, "No event of the log %s that was looked for is among those given: %s",
		    name, shows);
	else
		say(host, "The log %s was not read: %s", name, shows);
}

static void say_silent(struct host_coverage *host)
{
	g_autofree char *others =
		host->silent > 1 ? g_strdup_printf(", and %" G_GUINT64_FORMAT " more times",
						   host->silent - 1)
				 : g_strdup("");

	if (host->silent)
		say(host,
		    "WMI started at %s%s, and no 5861 followed within 10 min though its log was "
		    "written: nothing was bound, or it was not logged",
		    as_text(host->first_silent).text, others);
}

static void say_events(struct host_coverage *host, const struct log_coverage *log, const char *name)
{
	struct time_text from = as_text(log->from), to = as_text(log->to);

	if (log->is_exported)
		say(host,
		    "Of the log %s %" G_GUINT64_FORMAT
		    " %s exported, from %s to %s: what else it held is not known",
		    name, log->records, log->records == 1 ? "event was" : "events were", from.text,
		    to.text);
	else if (strcmp(from.text, to.text) == 0)
		say(host,
		    "Of the log %s only events of %s were given: what else it held is not known",
		    name, from.text);
	else
		say(host,
		    "Of the log %s only events were given, from %s to %s: what else it held is "
		    "not known",
		    name, from.text, to.text);
}

static void say_wmi(struct host_coverage *host)
{
	const struct log_coverage *log = &host->logs[WANTED_WMI];
	const char *name = wanted_log_name(WANTED_WMI);

	if (is_too_old(host))
		say(host,
		    "Windows of build %u logs no 5861; Windows 10 and Server 2016 are the first "
		    "that do",
		    host->build);
	else
		say_silent(host);
	switch (log->state) {
	case LOG_ABSENT:
		say(host,
		    is_of_exports(host) ? "No 5861 can be expected: no event of the log %s is in "
					  "what was exported"
		    : is_of_events(host)
			    ? "No 5861 is among the events given, nor was the log %s read"
			    : "No 5861 can be expected: the log %s is not among what was read",
		    name);
		break;
	case LOG_UNREAD:
		say(host, "No 5861 can be expected: the log %s could not be read", name);
		break;
	case LOG_EMPTY:
		say(host, "No 5861 can be expected: the log %s is empty", name);
		break;
	case LOG_EVENTS:
		say_events(host, log, name);
		break;
	case LOG_READ:
		if (!is_too_old(host))
			say(host,
			    "No 5861 can be expected before %s or after %s: the %s begins and "
			    "ends then",
			    as_text(log->from).text, as_text(log->to).text,
			    log->is_exported ? "export of the log" : "log");
		if (!log->reports && !host->silent && !is_too_old(host))
			say(host,
			    "The log %s holds no 5861, and it is not known that WMI started "
			    "while it was written, when one would be due for what is bound",
			    name);
	}
}

static void say_sysmon(struct host_coverage *host)
{
	const struct log_coverage *log = &host->logs[WANTED_SYSMON];

	if (log->state < LOG_EVENTS && is_of_events(host))
		say_absent(host, WANTED_SYSMON,
			   "what is made, changed and deleted shows there, and by whom");
	else if (log->state < LOG_EVENTS)
		say(host, "No log of Sysmon was read: what is made, changed and deleted shows "
			  "there, and by whom");
	else if (!log->reports && log->state == LOG_EVENTS)
		say(host, "No 19, 20 or 21 is among the events of Sysmon that were given: what was "
			  "made or deleted is not known from them");
	else if (!log->reports)
		say(host,
		    "Sysmon logged no 19, 20 or 21 from %s to %s: nothing was made or deleted, or "
		    "it is not set up to log that",
		    as_text(log->from).text, as_text(log->to).text);
}

static void say_processes(struct host_coverage *host)
{
	const struct log_coverage *log = &host->logs[WANTED_SECURITY];
	uint64_t bare = log->process_starts - MIN(log->command_lines, log->process_starts);

	if (log->state < LOG_EVENTS)
		say_absent(host, WANTED_SECURITY, "logons and starts of processes show there");
	else if (log->is_exported && !log->process_starts)
		say(host, "No 4688 is in what was exported of Security: what was started is not "
			  "known from it");
	else if (log->state == LOG_READ && !log->process_starts)
		say(host, "Security holds no 4688: starts of processes were not logged there");
	else if (bare)
		say(host,
		    "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
		    " starts of processes (4688) have no command line",
		    bare, log->process_starts);
}

static void say_scripts(struct host_coverage *host)
{
	const struct log_coverage *log = &host->logs[WANTED_POWERSHELL];

	if (log->state < LOG_EVENTS)
		say_absent(host, WANTED_POWERSHELL, "scripts show there");
	else if (log->is_exported && !log->scripts)
		say(host, "No 4104 is in what was exported of PowerShell's log: what scripts did "
			  "is not known from it");
	else if (log->state == LOG_READ && !log->scripts)
		say(host, "PowerShell logged no 4104: what scripts did is not known from it");
}

static void say_rest_of_logs(struct host_coverage *host)
{
	if (host->logs[WANTED_APPLICATION].state < LOG_EVENTS)
		say_absent(host, WANTED_APPLICATION, "starts of WMI show there");
	if (host->logs[WANTED_SYSTEM].state < LOG_EVENTS)
		say_absent(host, WANTED_SYSTEM,
			   "starts of Windows and changes of its clock show there");
}

/* What a log lacks of what was once in it. */
static void say_losses(struct host_coverage *host, enum wanted_log wanted)
{
	const struct log_coverage *log = &host->logs[wanted];
	const char *name = wanted_log_name(wanted);

	for (guint i = 0; i < MIN(log->cleared->len, MOST_LISTED); i++)
		say(host, "The log %s was cleared at %s", name,
		    as_text(g_array_index(log->cleared, uint64_t, i)).text);
	if (log->cleared->len > MOST_LISTED)
		say(host, "The log %s was cleared %u more times", name,
		    log->cleared->len - MOST_LISTED);
	if (log->missing)
		say(host,
		    "Between the first and the last record of the log %s %" G_GUINT64_FORMAT
		    " are missing",
		    name, log->missing);
	if (log->is_partial)
		say(host, "The log %s was not read from start to end", name);
	if (log->is_full)
		say(host, "The log %s says that it is full", name);
}

static void say_clock_change(struct host_coverage *host, const struct clock_change *change)
{
	bool is_back = change->after < change->before;
	uint64_t seconds =
		(is_back ? change->before - change->after : change->after - change->before) /
		WH_SECOND;
	g_autofree char *days =
		seconds >= 86400 ? g_strdup_printf("%" G_GUINT64_FORMAT " d ", seconds / 86400)
				 : g_strdup("");

	say(host, "The clock was set %s by %s%02u:%02u:%02u, from %s to %s",
	    is_back ? "back" : "forward", days, (unsigned)(seconds / 3600 % 24),
	    (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60), as_text(change->before).text,
	    as_text(change->after).text);
}

static void say_clock_changes(struct host_coverage *host)
{
	const GArray *changes = host->clock_changes;

	for (guint i = 0; i < MIN(changes->len, MOST_LISTED); i++)
		say_clock_change(host, &g_array_index(changes, struct clock_change, i));
	if (changes->len > MOST_LISTED)
		say(host, "The clock was set %u more times", changes->len - MOST_LISTED);
}

void host_coverage_judge(struct host_coverage *host)
{
	host->covered = judge_covered(host);
	say_wmi(host);
	say_window(host);
	say_sysmon(host);
	say_processes(host);
	say_scripts(host);
	say_rest_of_logs(host);
	for (guint i = 0; host->lacks && i < host->lacks->len; i++)
		say(host, "%s", (const char *)host->lacks->pdata[i]);
	for (unsigned i = 0; i < WANTED_LOGS; i++)
		say_losses(host, i);
	if (host->read_errors)
		say(host,
		    "Read errors in the logs of this host: %" G_GUINT64_FORMAT
		    ", and what stood there is not known",
		    host->read_errors);
	say_clock_changes(host);
	if (host->left_out)
		say(host,
		    "%" G_GUINT64_FORMAT " facts about this host did not fit into memory, which "
		    "--max-memory raises",
		    host->left_out);
}
