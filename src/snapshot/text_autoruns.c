/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "snapshot/snapshot_text.h"

/* autorunsc -x: <autoruns><item>, with an element for each column. */

bool snapshot_autoruns_fits(const char *head)
{
	return strstr(head, "<autoruns") != NULL;
}

enum item_text {
	ITEM_LOCATION,
	ITEM_NAME,
	ITEM_LAUNCH,
	ITEM_IMAGE,
	ITEM_DESCRIPTION,
	ITEM_CATEGORY,
	ITEM_TEXTS
};

struct autoruns_reading {
	struct snapshot_run *run;
	const char *texts[ITEM_TEXTS];
	int at; /* enum item_text; -1: another element */
};

static void start_element(GMarkupParseContext *context, const char *name, const char **names,
			  const char **values, gpointer data, GError **error)
{
	static const char *const elements[ITEM_TEXTS] = {
		[ITEM_LOCATION] = "location",	    [ITEM_NAME] = "itemname",
		[ITEM_LAUNCH] = "launchstring",	    [ITEM_IMAGE] = "imagepath",
		[ITEM_DESCRIPTION] = "description", [ITEM_CATEGORY] = "category",
	};
	struct autoruns_reading *reading = data;

	(void)context, (void)names, (void)values, (void)error;
	reading->at = -1;
	for (int i = 0; i < ITEM_TEXTS; i++)
		if (strcmp(name, elements[i]) == 0)
			reading->at = i;
	if (strcmp(name, "item") == 0)
		memset(reading->texts, 0, sizeof(reading->texts));
}

static void end_element(GMarkupParseContext *context, const char *name, gpointer data,
			GError **error)
{
	struct autoruns_reading *reading = data;
	const char *const *texts = reading->texts;

	(void)context, (void)error;
	reading->at = -1;
	if (strcmp(name, "item") != 0)
		return;
	snapshot_run_give_autorun(reading->run, texts[ITEM_LOCATION], texts[ITEM_CATEGORY],
				  texts[ITEM_NAME], texts[ITEM_LAUNCH], texts[ITEM_IMAGE],
				  texts[ITEM_DESCRIPTION]);
	arena_clear(reading->run->draft.arena);
}

static void take_text(GMarkupParseContext *context, const char *text, gsize size, gpointer data,
		      GError **error)
{
	struct autoruns_reading *reading = data;

	(void)context, (void)error;
	if (reading->at >= 0 && size > 0)
		reading->texts[reading->at] = arena_copy(reading->run->draft.arena, text, size);
}

void snapshot_autoruns_read(struct snapshot_run *run, const char *text)
{
	const GMarkupParser parser = {
		.start_element = start_element, .end_element = end_element, .text = take_text};
	struct autoruns_reading reading = {.run = run, .at = -1};
	GMarkupParseContext *context =
		g_markup_parse_context_new(&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &reading, NULL);

	run->tool = "Autoruns";
	run->lacks = WH_AUTORUNS_LACK;
	if (!g_markup_parse_context_parse(context, text, (gssize)strlen(text), NULL) ||
	    !g_markup_parse_context_end_parse(context, NULL))
		snapshot_run_report(run, "XML of Autoruns that is damaged or cut off");
	g_markup_parse_context_free(context);
}
