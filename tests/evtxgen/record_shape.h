/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTXGEN_RECORD_SHAPE_H
#define WH_EVTXGEN_RECORD_SHAPE_H

#include "binxml_write.h"
#include "value.h"
#include "yaml_read.h"

/* Where the settings of a record are looked up: in itself, then in the defaults (or NULL). */
struct scope {
	struct fy_node *record;
	struct fy_node *defaults;
};

struct fy_node *scope_get(const struct scope *scope, const char *key);

/* A tree and the values that it refers to. */
struct shape {
	struct xml_node *root;
	GPtrArray *values; /* struct value */
};

void shape_init(struct shape *shape);
void shape_release(struct shape *shape);

/* An element, and an attribute for one, by a name of ASCII. */
struct xml_node *shape_element_new(const char *name);
void shape_add_attribute(struct xml_node *element, const char *name, struct xml_node *content);

enum provider_form {
	PROVIDER_VALUES, /* name, GUID and channel are values, as in most live logs */
	PROVIDER_TEMPLATE, /* they stand in the template, as for System and Security */
};

/*
 * Adds the Event element with System, and the value that stands for the data when
 * `data_name` ("EventData", "UserData" or NULL) is given. `plain`: for BinXML without templates.
 */
bool shape_read_event(struct shape *shape, const struct scope *scope, bool plain,
		      const char *data_name, GError **error);

/* The element that event_data or user_data describes, with its values. */
bool shape_read_event_data(struct shape *shape, struct fy_node *data, struct fy_node *name,
			   bool terminated, GError **error);
bool shape_read_user_data(struct shape *shape, struct fy_node *data, bool terminated,
			  GError **error);

#endif
