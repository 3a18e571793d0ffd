/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "evidence/evidence_read.h"
#include "wmi/names.h"

/* The machine a call came from. WMI writes the caller's own name, or "Local" in the Trace
 * channel, where it was this one. */
static const char *read_client(struct evidence *evidence)
{
	const char *client = evidence_field(evidence, "ClientMachine");
	const char *host = evidence->event.host;
	size_t length = client ? strlen(client) : 0;

	if (!client)
		return NULL;
	evidence->is_local = g_ascii_strcasecmp(client, "Local") == 0;
	if (evidence->is_local)
		return NULL;
	if (host && g_ascii_strncasecmp(client, host, length) == 0 &&
	    (host[length] == '\0' || host[length] == '.'))
		evidence->is_local = true;
	return evidence->is_local ? NULL : client;
}

static const char *read_namespace(struct evidence *evidence, const char *field)
{
	const char *text = evidence_field(evidence, field);

	return text ? evidence_keep(evidence, namespace_normalise(text)) : NULL;
}

void evidence_read_provider_loaded(struct evidence *evidence)
{
	evidence->class_name = evidence_field(evidence, "ProviderName");
	evidence->image = evidence_field(evidence, "HostProcess");
	evidence->text = evidence_field(evidence, "ProviderPath");
	evidence_read_process_id(evidence, "ProcessID", &evidence->process_id,
				 &evidence->has_process_id);
}

void evidence_read_query(struct evidence *evidence)
{
	evidence->namespace = read_namespace(evidence, "NamespaceName");
	evidence->query = evidence_field(evidence, "Query");
	evidence->user = evidence_field(evidence, "User");
	if (evidence->user && strcmp(evidence->user, "EMPTY") == 0)
		evidence->user = NULL;
	evidence->from = read_client(evidence);
	evidence_read_process_id(evidence, "Processid", &evidence->process_id,
				 &evidence->has_process_id);
}

static bool is_class(const char *class_name, const char *other)
{
	return g_ascii_strcasecmp(class_name, other) == 0;
}

/* What an object path names; one of a binding holds the paths of both ends. */
static void read_object(struct evidence *evidence, const char *text, bool is_end)
{
	struct object_path path = {0};

	if (!object_path_parse(text, &path))
		return;
	if (!is_end)
		evidence->class_name = evidence_keep(evidence, g_strdup(path.class_name));
	if (is_class(path.class_name, "__FilterToConsumerBinding") && !is_end)
		read_object(evidence, path.name, true);
	else if (is_class(path.class_name, "__EventFilter"))
		evidence->filter = evidence_keep(evidence, g_steal_pointer(&path.name));
	else
		evidence->consumer = evidence_keep(evidence, g_steal_pointer(&path.name));
	object_path_release(&path);
}

/* "Start IWbemServices::METHOD - NAMESPACE : WHAT", as 5858 and the Trace channel write it. */
static void split_operation(struct evidence *evidence, const char *text)
{
	const char *dash = strstr(text, " - ");
	const char *colon = dash ? strstr(dash, " : ") : NULL;
	g_autofree char *namespace = NULL;
	g_autofree char *method = NULL;

	if (!colon)
		return;
	method = g_strndup(text, (size_t)(dash - text));
	namespace = g_strndup(dash + 3, (size_t)(colon - dash - 3));
	evidence->namespace = evidence_keep(evidence, namespace_normalise(namespace));
	if (strstr(method, "Query"))
		evidence->query = colon + 3;
	else
		read_object(evidence, colon + 3, false);
	if (!evidence->query && !evidence->class_name)
		evidence->class_name = evidence_keep(
			evidence, g_strndup(colon + 3, strcspn(colon + 3, " .:=({\r\n\t")));
}

void evidence_read_operation(struct evidence *evidence)
{
	evidence->user = evidence_field(evidence, "User");
	evidence->from = read_client(evidence);
	evidence->text = evidence_field(evidence, "Operation");
	evidence_read_process_id(evidence, "ClientProcessId", &evidence->process_id,
				 &evidence->has_process_id);
	if (evidence->text)
		split_operation(evidence, evidence->text);
	if (!evidence->namespace)
		evidence->namespace = read_namespace(evidence, "NamespaceName");
}
