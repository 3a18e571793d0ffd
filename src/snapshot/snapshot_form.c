/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/snapshot_run.h"

/* A new form is a row here; those that could take another's rows come after it. */
static const struct snapshot_form *const forms[] = {
	&form_velociraptor,    &form_osquery_log, &form_autoruns,   &form_persistence_sniper,
	&form_wmi_parser,      &form_dissect,	  &form_artemis,    &form_cimsweep,
	&form_wmi_object,      &form_cim,	  &form_properties, &form_osquery,
	&form_elastic_osquery,
};

const struct snapshot_form *snapshot_form_find(const struct json_node *row)
{
	for (size_t i = 0; row->kind == JSON_KIND_OBJECT && i < G_N_ELEMENTS(forms); i++)
		if (forms[i]->fits(row))
			return forms[i];
	return NULL;
}
