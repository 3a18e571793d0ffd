/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/new_since.h"

#include "base/text.h"
#include "cli/session_options.h"
#include "evidence/evidence.h"
#include "evidence/novelty.h"
#include "report/row.h"

#define MOST_NAMED 5
#define LONGEST_NAME 120 /* bytes */

bool new_since_check(struct new_since *option, const struct session *session)
{
	if (!option->text)
		return true;
	if (session->since_text) {
		diagnostics_error("--new-since: what was there before --since is not read, so it "
				  "would all look new; give one of both");
		return false;
	}
	return session_options_parse_time("--new-since", option->text, 0, &option->since);
}

static void append_name(GString *names, const struct subscription *subscription)
{
	g_autoptr(GString) name = g_string_new(NULL);

	if (subscription->host)
		g_string_append_printf(name, "%s: ", subscription->host);
	subscription_names_append(name, subscription->filter, subscription->consumer);
	g_string_append_len(names, name->str, (gssize)text_cut(name->str, name->len, LONGEST_NAME));
}

static void note_unsure(struct new_since *option, const struct finding *finding)
{
	if (!option->names)
		option->names = g_string_new(NULL);
	if (option->unsure++ >= MOST_NAMED || finding->kind != FINDING_SUBSCRIPTION)
		return;
	g_string_append(option->names, option->names->len ? "; " : "");
	append_name(option->names, finding->subscription);
}

bool new_since_admits(struct new_since *option, const struct finding *finding, bool is_finding)
{
	enum novelty novelty;

	if (!option->text)
		return true;
	novelty = finding_novelty(finding, option->since);
	option->older += is_finding && novelty == NOVELTY_OLD;
	if (is_finding && novelty == NOVELTY_UNKNOWN)
		note_unsure(option, finding);
	return novelty != NOVELTY_OLD;
}

void new_since_end(struct new_since *option, struct session *session)
{
	g_autofree char *message = NULL;

	if (!option->text)
		return;
	session_count(session, "older", option->older);
	session_count(session, "maybe_older", option->unsure);
	if (!option->unsure)
		return;
	message = g_strdup_printf("--new-since: %" G_GUINT64_FORMAT
				  " may be older, as nothing says when they were made%s%s%s",
				  option->unsure, option->names->len ? ": " : "",
				  option->names->str, option->unsure > MOST_NAMED ? "; …" : "");
	diagnostics_note(&session->diagnostics, message);
	g_string_free(option->names, TRUE);
}
