/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/baseline.h"

#include <string.h>

#include "base/text.h"
#include "sigma/lint.h"
#include "wmi/mof.h"

struct baseline {
	GPtrArray *sets; /* struct rule_set, one for each path */
	GPtrArray *paths; /* char*, text */
};

struct baseline *baseline_new(void)
{
	struct baseline *baseline = g_new0(struct baseline, 1);

	baseline->sets = g_ptr_array_new_with_free_func((GDestroyNotify)rule_set_free);
	baseline->paths = g_ptr_array_new_with_free_func(g_free);
	return baseline;
}

void baseline_free(struct baseline *baseline)
{
	if (!baseline)
		return;
	g_ptr_array_unref(baseline->sets);
	g_ptr_array_unref(baseline->paths);
	g_free(baseline);
}

/* Anything else would be loaded and never say a word. */
static bool vouches_only(const struct rule_set *set)
{
	return rule_set_count_rules(set) == 0 &&
	       rule_set_count_vouchers(set) == rule_set_count_filters(set);
}

bool baseline_add_path(struct baseline *baseline, const char *path, GPtrArray *messages)
{
	static const struct place no_place;
	struct lint lint = {.file = path, .messages = messages};
	struct rule_set *set = rule_set_new();

	g_ptr_array_add(baseline->sets, set);
	g_ptr_array_add(baseline->paths, text_from_bytes(path, strlen(path)));
	if (!rule_set_add_path(set, path, messages))
		return false;
	if (vouches_only(set))
		return true;
	lint_error(&lint, &no_place,
		   "a baseline holds nothing but filters for any rule of wmi_subscription");
	return false;
}

bool baseline_judge(struct baseline *baseline, const struct subscription *subscription,
		    const struct fault_sink *faults, struct finding *out)
{
	for (guint i = 0; i < baseline->sets->len; i++) {
		struct finding finding;

		rule_set_judge(baseline->sets->pdata[i], subscription, faults, &finding);
		if (finding.known_good_id) {
			*out = finding;
			return true;
		}
		finding_release(&finding);
	}
	return false;
}

static void note_set(struct rule_set *set, const char *path, const struct subscription *unknown,
		     GPtrArray *notes)
{
	struct finding finding;

	if (rule_set_count_filters(set) == 0) {
		g_ptr_array_add(notes,
				g_strdup_printf("--baseline: there is no filter in %s", path));
		return;
	}
	rule_set_judge(set, unknown, NULL, &finding);
	if (finding.known_good_id)
		g_ptr_array_add(notes,
				g_strdup_printf("--baseline: the filter %s of %s vouches for "
						"any subscription that runs a command",
						finding.known_good_title, path));
	finding_release(&finding);
}

void baseline_add_notes(struct baseline *baseline, GPtrArray *notes)
{
	g_autoptr(GPtrArray) events = g_ptr_array_new();
	struct mof_value text = {.type = MOF_STRING, .text = "Z:\\9c1e6f0b\\5d2a7e84.exe 71b3c9d6"};
	struct mof_property command = {.name = "CommandLineTemplate", .value = &text};
	struct wmi_filter filter = {.name = "f40b92e7-6a1c",
				    .query = "SELECT * FROM Q27d61f93 WHERE P8c05 = 1"};
	struct wmi_consumer consumer = {.class_name = "CommandLineEventConsumer",
					.name = "08d7a5b1-e93f",
					.properties = &command};
	/* No host has it. */
	const struct subscription unknown = {
		.host = "3E8A1D5C",
		.namespace = "root\\subscription",
		.parts = WMI_PART_FILTER | WMI_PART_CONSUMER | WMI_PART_BINDING,
		.filter = &filter,
		.consumer = &consumer,
		.events = events,
	};

	for (guint i = 0; i < baseline->sets->len; i++)
		note_set(baseline->sets->pdata[i], baseline->paths->pdata[i], &unknown, notes);
}
