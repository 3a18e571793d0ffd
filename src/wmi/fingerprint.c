/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/fingerprint.h"

#include <string.h>

#include "base/sha256.h"
#include "base/text.h"
#include "wmi/mof.h"
#include "wmi/stored.h"

/* The content in a form that only equal contents share: texts end with NUL, which none
 * holds, and lists with a byte that no text starts with. */
#define LIST_END '\xFF'

static void add_text(GString *form, const char *text)
{
	if (text)
		g_string_append_len(form, text, (gssize)strlen(text) + 1);
	else
		g_string_append_c(form, LIST_END);
}

/* Takes the form. */
static char *finish(GString *form)
{
	char *digest = sha256_hex(form->str, form->len);

	g_string_free(form, TRUE);
	return digest;
}

char *filter_fingerprint(const struct wmi_filter *filter)
{
	GString *form;

	if (!filter || !filter->query || !*filter->query)
		return NULL;
	form = g_string_new(NULL);
	add_text(form, filter->event_namespace);
	add_text(form, filter->query);
	add_text(form, filter->query_language);
	return finish(form);
}

struct named_value {
	char *folded;
	const struct mof_value *value;
};

static void named_value_free(struct named_value *named)
{
	g_free(named->folded);
	g_free(named);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	const struct named_value *const *one = a, *const *other = b;

	return strcmp((*one)->folded, (*other)->folded);
}

/* The sort is stable: values of one name keep their order. */
static GPtrArray *sort_properties(const struct mof_property *property)
{
	GPtrArray *sorted = g_ptr_array_new_with_free_func((GDestroyNotify)named_value_free);

	for (; property; property = property->next) {
		struct named_value *named = g_new0(struct named_value, 1);

		named->folded = text_fold(property->name);
		named->value = property->value;
		g_ptr_array_add(sorted, named);
	}
	g_ptr_array_sort(sorted, by_name);
	return sorted;
}

static void add_value(GString *form, const struct mof_value *value);

static void add_properties(GString *form, const struct mof_property *properties)
{
	g_autoptr(GPtrArray) sorted = sort_properties(properties);

	for (guint i = 0; i < sorted->len; i++) {
		const struct named_value *named = sorted->pdata[i];

		add_text(form, named->folded);
		add_value(form, named->value);
	}
	g_string_append_c(form, LIST_END);
}

/* As deep as the reader of MOF text lets values nest. */
static void add_value(GString *form, const struct mof_value *value)
{
	static const char letters[] = {
		[MOF_NULL] = '0',    [MOF_STRING] = 's', [MOF_NUMBER] = 'n',
		[MOF_BOOLEAN] = 'b', [MOF_ARRAY] = 'a',	 [MOF_INSTANCE] = 'i',
	};

	g_string_append_c(form, letters[value->type]);
	g_string_append_c(form, value->cut ? '-' : '.');
	add_text(form, value->text);
	for (const struct mof_value *element = value->elements; element; element = element->next)
		add_value(form, element);
	if (value->instance) {
		add_text(form, value->instance->class_name);
		add_properties(form, value->instance->properties);
	}
	g_string_append_c(form, LIST_END);
}

char *consumer_fingerprint(const struct wmi_consumer *consumer)
{
	GString *form;

	if (!consumer || !consumer->properties)
		return NULL;
	form = g_string_new(NULL);
	add_properties(form, consumer->properties);
	return finish(form);
}

static void add_folded(GString *form, const char *text)
{
	g_autofree char *folded = text ? text_fold(text) : NULL;

	add_text(form, folded);
}

/* What both fingerprints of a subscription begin with. */
static GString *begin_form(const struct subscription *subscription)
{
	const struct wmi_consumer *consumer = subscription->consumer;
	GString *form = g_string_new(NULL);

	g_string_append_c(form, (char)('0' + subscription->parts));
	add_text(form, subscription->namespace);
	add_folded(form, consumer ? consumer->class_name : NULL);
	return form;
}

/* A side must be known if the subscription has it, and may not have a trace if not. */
static bool side_is_whole(const struct subscription *subscription, enum wmi_part part,
			  const char *fingerprint)
{
	bool wanted = (subscription->parts & (part | WMI_PART_BINDING)) != 0;
	bool named = (subscription->parts & part) != 0;

	return wanted ? named && fingerprint : !fingerprint;
}

char *subscription_fingerprint_exact(const struct subscription *subscription)
{
	g_autofree char *filter = filter_fingerprint(subscription->filter);
	g_autofree char *consumer = consumer_fingerprint(subscription->consumer);
	GString *form;

	if (subscription->incomplete || subscription->parts == 0 ||
	    !side_is_whole(subscription, WMI_PART_FILTER, filter) ||
	    !side_is_whole(subscription, WMI_PART_CONSUMER, consumer))
		return NULL;
	form = begin_form(subscription);
	add_text(form, filter);
	add_text(form, consumer);
	return finish(form);
}

static void add_query_alike(GString *form, const char *query)
{
	g_autofree char *folded = text_fold(query);

	text_append_squeezed(form, folded);
	g_string_append_c(form, '\0');
}

static void add_filter_alike(GString *form, const struct wmi_filter *filter)
{
	if (!filter || !filter->query || !*filter->query) {
		g_string_append_c(form, 'n');
		add_folded(form, filter ? filter->name : NULL);
		return;
	}
	g_string_append_c(form, 'q');
	add_text(form, filter->event_namespace);
	add_query_alike(form, filter->query);
}

static void add_consumer_alike(GString *form, const struct wmi_consumer *consumer,
			       const char *digest)
{
	g_string_append_c(form, digest ? 'p' : 'n');
	if (digest)
		add_text(form, digest);
	else
		add_folded(form, consumer ? consumer->name : NULL);
}

char *subscription_fingerprint_alike(const struct subscription *subscription, const char *consumer)
{
	GString *form = begin_form(subscription);

	if (subscription->stored && subscription->stored->class) {
		add_folded(form, subscription->stored->class->name);
		add_text(form, subscription->stored->class->value);
	}
	add_filter_alike(form, subscription->filter);
	add_consumer_alike(form, subscription->consumer, consumer);
	return finish(form);
}
