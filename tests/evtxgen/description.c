/* SPDX-License-Identifier: Apache-2.0 */
#include "description.h"

#include <string.h>

#include "damage.h"
#include "record_shape.h"
#include "value.h"
#include "yaml_read.h"

#define WH_DEFAULT_STEP 10000000u /* a second */

/* What a record may set; all but the last row may stand under `defaults` too. */
#define WH_DEFAULT_KEYS                                                                            \
	"host", "channel", "provider", "provider_form", "guid", "event_id", "qualifiers",          \
		"version", "level", "task", "opcode", "keywords", "activity_id",                   \
		"related_activity_id", "process_id", "thread_id", "user_sid", "form", "terminated"
#define WH_RECORD_KEYS                                                                             \
	WH_DEFAULT_KEYS, "record_id", "header_id", "written", "after", "new_chunk", "event_data",  \
		"data_name", "user_data"

struct reader {
	struct description *description;
	struct fy_node *defaults;
};

static void free_plan(gpointer data)
{
	struct record_plan *plan = data;

	g_clear_pointer(&plan->event_values, g_ptr_array_unref);
	g_clear_pointer(&plan->data_values, g_ptr_array_unref);
	g_free(plan);
}

static void free_group(gpointer data)
{
	struct record_group *group = data;

	g_ptr_array_unref(group->records);
	g_free(group);
}

static void free_template(gpointer template)
{
	binxml_template_free(template);
}

static void free_damage(gpointer damage)
{
	damage_free(damage);
}

static struct description *description_new(void)
{
	struct description *description = g_new0(struct description, 1);

	description->templates = g_ptr_array_new_with_free_func(free_template);
	description->groups = g_ptr_array_new_with_free_func(free_group);
	description->damage = g_ptr_array_new_with_free_func(free_damage);
	return description;
}

void description_free(struct description *description)
{
	if (description == NULL)
		return;
	g_ptr_array_unref(description->templates);
	g_ptr_array_unref(description->groups);
	g_ptr_array_unref(description->damage);
	g_free(description);
}

/* Takes the shape's tree: records of one shape share a template, as in real logs. */
static struct binxml_template *share_template(struct description *description, struct shape *shape)
{
	struct binxml_template *template = binxml_template_new(g_steal_pointer(&shape->root));

	for (guint i = 0; i < description->templates->len; i++) {
		struct binxml_template *known = description->templates->pdata[i];

		if (memcmp(known->guid, template->guid, sizeof known->guid) == 0) {
			binxml_template_free(template);
			return known;
		}
	}
	g_ptr_array_add(description->templates, template);
	return template;
}

static bool read_setting(struct fy_node *node, const char *key, struct setting *out, GError **error)
{
	out->given = yaml_get(node, key) != NULL;
	return yaml_get_number(node, key, &out->value, error);
}

static bool read_settings(struct record_plan *plan, struct fy_node *node, GError **error)
{
	return read_setting(node, "record_id", &plan->record_id, error) &&
	       read_setting(node, "header_id", &plan->header_id, error) &&
	       yaml_get_time(node, "written", &plan->written.given, &plan->written.value, error) &&
	       yaml_get_duration(node, "after", &plan->after, error) &&
	       yaml_get_bool(node, "new_chunk", &plan->new_chunk, error);
}

static bool read_data(struct reader *reader, struct record_plan *plan, struct fy_node *node,
		      bool terminated, GError **error)
{
	struct fy_node *event_data = yaml_get(node, "event_data");
	struct fy_node *user_data = yaml_get(node, "user_data");
	struct shape shape;
	bool read;

	if (event_data != NULL && user_data != NULL)
		return yaml_refuse(node, error, "either event_data or user_data");
	if (event_data == NULL && user_data == NULL)
		return true;
	shape_init(&shape);
	if (event_data != NULL)
		read = shape_read_event_data(&shape, event_data, yaml_get(node, "data_name"),
					     terminated, error);
	else
		read = shape_read_user_data(&shape, user_data, terminated, error);
	if (read) {
		plan->data = share_template(reader->description, &shape);
		plan->data_values = g_steal_pointer(&shape.values);
	}
	shape_release(&shape);
	return read;
}

static bool read_event(struct reader *reader, struct record_plan *plan, struct fy_node *node,
		       GError **error)
{
	const char *data_name = yaml_get(node, "user_data") != NULL ? "UserData" : "EventData";
	struct scope scope = {node, reader->defaults};
	struct shape shape;
	bool read;

	if (scope_get(&scope, "event_id") == NULL)
		return yaml_refuse(node, error, "event_id is missing");
	shape_init(&shape);
	read = shape_read_event(&shape, &scope, plan->plain, plan->data != NULL ? data_name : NULL,
				error);
	if (read) {
		plan->event = share_template(reader->description, &shape);
		plan->event_values = g_steal_pointer(&shape.values);
	}
	shape_release(&shape);
	return read;
}

static bool read_form(struct reader *reader, struct fy_node *node, bool *plain, bool *terminated,
		      GError **error)
{
	static const char *const forms[] = {"template", "plain", NULL};
	struct fy_node *places[] = {reader->defaults, node};
	unsigned form = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
		if (!yaml_get_choice(places[i], "form", forms, &form, error) ||
		    !yaml_get_bool(places[i], "terminated", terminated, error))
			return false;
	*plain = form == 1;
	return true;
}

/* Reads what a record says of itself; the keys are checked already. */
static bool read_record(struct reader *reader, GPtrArray *records, struct fy_node *node,
			GError **error)
{
	struct record_plan *plan = g_new0(struct record_plan, 1);
	bool terminated = true;

	g_ptr_array_add(records, plan);
	return read_form(reader, node, &plan->plain, &terminated, error) &&
	       read_settings(plan, node, error) &&
	       read_data(reader, plan, node, terminated && !plan->plain, error) &&
	       read_event(reader, plan, node, error);
}

static bool read_group_records(struct reader *reader, struct record_group *group,
			       struct fy_node *node, GError **error)
{
	static const char *const group_keys[] = {"repeat", "every", "time", "records", NULL};
	static const char *const record_keys[] = {WH_RECORD_KEYS, NULL};
	static const char *const single_keys[] = {WH_RECORD_KEYS, "repeat", "every", "time", NULL};
	struct fy_node *list = yaml_get(node, "records");
	struct fy_node *record;
	void *state = NULL;

	if (list == NULL)
		return yaml_check_keys(node, single_keys, error) &&
		       read_record(reader, group->records, node, error);
	if (!yaml_check_keys(node, group_keys, error))
		return false;
	if (!yaml_is_list(list))
		return yaml_refuse(list, error, "should be a list");
	while ((record = yaml_next(list, &state)) != NULL)
		if (!yaml_check_keys(record, record_keys, error) ||
		    !read_record(reader, group->records, record, error))
			return false;
	return true;
}

static bool read_group(struct reader *reader, struct fy_node *node, GError **error)
{
	struct record_group *group = g_new0(struct record_group, 1);

	group->repeat = 1;
	group->every = WH_DEFAULT_STEP;
	group->records = g_ptr_array_new_with_free_func(free_plan);
	g_ptr_array_add(reader->description->groups, group);
	return yaml_get_number(node, "repeat", &group->repeat, error) &&
	       yaml_get_duration(node, "every", &group->every, error) &&
	       yaml_get_time(node, "time", &group->time.given, &group->time.value, error) &&
	       read_group_records(reader, group, node, error);
}

static bool read_file_options(struct description *description, struct fy_node *node, GError **error)
{
	static const char *const keys[] = {"header", "chunks", "header_ids", NULL};
	static const char *const headers[] = {"normal", "dirty", "none", "damaged", NULL};
	static const char *const ids[] = {"record", "running", NULL};
	unsigned header = HEADER_NORMAL, id = 0;

	if (node == NULL)
		return true;
	if (!yaml_check_keys(node, keys, error) ||
	    !yaml_get_choice(node, "header", headers, &header, error) ||
	    !yaml_get_choice(node, "header_ids", ids, &id, error) ||
	    !yaml_get_number(node, "chunks", &description->chunks, error))
		return false;
	description->header = header;
	description->running_header_ids = id == 1;
	return true;
}

static bool read_damage(struct description *description, struct fy_node *list, GError **error)
{
	struct fy_node *node;
	void *state = NULL;

	if (list == NULL)
		return true;
	if (!yaml_is_list(list))
		return yaml_refuse(list, error, "should be a list");
	while ((node = yaml_next(list, &state)) != NULL) {
		struct damage *damage = damage_read(node, error);

		if (damage == NULL)
			return false;
		g_ptr_array_add(description->damage, damage);
	}
	return true;
}

static bool read_root(struct description *description, struct fy_node *root, GError **error)
{
	static const char *const keys[] = {"file", "defaults", "records", "damage", "texts", NULL};
	static const char *const default_keys[] = {WH_DEFAULT_KEYS, NULL};
	struct reader reader = {description, yaml_get(root, "defaults")};
	struct fy_node *list = yaml_get(root, "records");
	struct fy_node *node;
	void *state = NULL;

	if (!yaml_check_keys(root, keys, error) ||
	    (reader.defaults != NULL && !yaml_check_keys(reader.defaults, default_keys, error)) ||
	    !read_file_options(description, yaml_get(root, "file"), error))
		return false;
	if (!yaml_is_list(list))
		return yaml_refuse(root, error, "records should be a list");
	while ((node = yaml_next(list, &state)) != NULL)
		if (!read_group(&reader, node, error))
			return false;
	return read_damage(description, yaml_get(root, "damage"), error);
}

struct description *description_read(const char *path, GError **error)
{
	struct fy_document *document = yaml_open(path, error);
	struct description *description;
	bool read;

	if (document == NULL)
		return NULL;
	description = description_new();
	read = read_root(description, yaml_root(document), error);
	yaml_close(document);
	if (read)
		return description;
	g_prefix_error(error, "%s: ", path);
	description_free(description);
	return NULL;
}
