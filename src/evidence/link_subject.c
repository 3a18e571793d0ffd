/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/link_subject.h"

#include <string.h>

#include "base/text.h"
#include "evidence/evidence_read.h"

/* Is that one of the machine's names, or the first part of one? */
static bool is_name_of(const char *client, const char *name)
{
	size_t length = strlen(client);

	return name && g_ascii_strncasecmp(client, name, length) == 0 &&
	       (name[length] == '\0' || name[length] == '.');
}

static bool is_own_name(const struct host_identity *identity, const char *client)
{
	const GPtrArray *names = identity ? identity->names : NULL;

	for (guint i = 0; names && i < names->len; i++)
		if (is_name_of(client, names->pdata[i]))
			return true;
	return identity && is_name_of(client, identity->name);
}

void host_settle_clients(struct link_host *host)
{
	for (guint i = 0; i < host->evidence->len; i++) {
		struct evidence *evidence = host->evidence->pdata[i];

		if (!evidence->from || !is_own_name(host->identity, evidence->from))
			continue;
		evidence->from = NULL;
		evidence->is_local = true;
	}
}

/* A SID that two accounts go by is nobody's. */
static void note_name(GTree *names, const char *sid, const char *name)
{
	const char *known = g_tree_lookup(names, sid);
	const char *account, *other;

	if (!known) {
		g_tree_insert(names, (char *)sid, (char *)name);
		return;
	}
	account = strrchr(name, '\\');
	other = strrchr(known, '\\');
	if (g_ascii_strcasecmp(account ? account + 1 : name, other ? other + 1 : known) != 0)
		g_tree_insert(names, (char *)sid, (char *)"");
	else if (strcmp(name, known) < 0)
		g_tree_insert(names, (char *)sid, (char *)name);
}

static bool is_sid(const char *text)
{
	return text && g_str_has_prefix(text, "S-1-");
}

static void note_account(GTree *names, struct evidence *evidence, const char *sid_field,
			 const char *domain_field, const char *name_field)
{
	const char *sid = evidence_field(evidence, sid_field);
	const char *domain = evidence_field(evidence, domain_field);
	const char *name = evidence_field(evidence, name_field);

	if (!is_sid(sid) || strcmp(sid, "S-1-0-0") == 0 || !name)
		return;
	if (domain)
		name = evidence_keep(evidence, g_strconcat(domain, "\\", name, NULL));
	note_name(names, sid, name);
}

static void note_subjects(GTree *names, struct evidence *evidence)
{
	const struct evidence *process = evidence->process;

	note_account(names, evidence, "SubjectUserSid", "SubjectDomainName", "SubjectUserName");
	note_account(names, evidence, "TargetUserSid", "TargetDomainName", "TargetUserName");
	/* A script logs the SID, and the start of its process the name. */
	if (is_sid(evidence->user) && process && process->user && !is_sid(process->user))
		note_name(names, evidence->user, process->user);
}

static const char *find_name(GTree *names, const char *sid)
{
	static const char *const known[][2] = {
		{"S-1-5-18", "NT AUTHORITY\\SYSTEM"},
		{"S-1-5-19", "NT AUTHORITY\\LOCAL SERVICE"},
		{"S-1-5-20", "NT AUTHORITY\\NETWORK SERVICE"},
		{"S-1-5-32-544", "BUILTIN\\Administrators"},
	};
	const char *name;

	if (!is_sid(sid))
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		if (strcmp(known[i][0], sid) == 0)
			return known[i][1];
	name = g_tree_lookup(names, sid);
	return name && *name ? name : NULL;
}

static int compare_sids(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

/* Of another host, the same content has another creator's name, or none. */
static void name_creators(struct subscription *subscription, GTree *names)
{
	const struct wmi_filter *filter = subscription->filter;
	const struct wmi_consumer *consumer = subscription->consumer;
	const char *of_filter = filter ? find_name(names, filter->creator_sid) : NULL;
	const char *of_consumer = consumer ? find_name(names, consumer->creator_sid) : NULL;

	if (of_filter) {
		subscription->named_filter = g_memdup2(filter, sizeof(*filter));
		subscription->named_filter->creator = of_filter;
		subscription->filter = subscription->named_filter;
	}
	if (of_consumer) {
		subscription->named_consumer = g_memdup2(consumer, sizeof(*consumer));
		subscription->named_consumer->creator = of_consumer;
		subscription->consumer = subscription->named_consumer;
	}
}

void host_name_subjects(struct link_host *host)
{
	/* A tree, as SIDs could be chosen that all fall into one place of a hash table. */
	g_autoptr(GTree) names = g_tree_new(compare_sids);

	for (guint i = 0; i < host->evidence->len; i++)
		note_subjects(names, host->evidence->pdata[i]);
	for (guint i = 0; i < host->evidence->len; i++) {
		struct evidence *evidence = host->evidence->pdata[i];

		evidence->user_name = find_name(names, evidence->user);
	}
	for (guint i = 0; i < host->candidates->len; i++) {
		const struct candidate *candidate = host->candidates->pdata[i];

		name_creators(candidate->subscription, names);
	}
}
