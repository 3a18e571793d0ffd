/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/baseline.h"

#include "sigma/lint.h"

struct baseline {
	GPtrArray *sets; /* struct rule_set, one for each path */
};

struct baseline *baseline_new(void)
{
	struct baseline *baseline = g_new0(struct baseline, 1);

	baseline->sets = g_ptr_array_new_with_free_func((GDestroyNotify)rule_set_free);
	return baseline;
}

void baseline_free(struct baseline *baseline)
{
	if (!baseline)
		return;
	g_ptr_array_unref(baseline->sets);
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
