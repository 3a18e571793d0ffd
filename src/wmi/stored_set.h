/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_STORED_SET_H
#define WH_WMI_STORED_SET_H

#include "wmi/keeper.h"
#include "wmi/stored_objects.h"

/* The inside of struct stored_objects, which several files share. */

enum stored_kind {
	KIND_FILTER,
	KIND_CONSUMER,
	KIND_BINDING,
	KIND_TIMER,
	KIND_REGISTRATION, /* of a provider of consumers */
	KIND_PROVIDER,
	KIND_CLASS, /* itself, with its defaults */
	STORED_KINDS
};

/* The objects of one repository. */
struct stored_repository {
	const char *path; /* of the file of its objects */
	const char *entry;
	const char *via;
	const char *folder; /* see event/collection.h */
	const char *name; /* of its host, as it says; or NULL */
	uint64_t last_session;
	bool is_old; /* Windows set it aside: Repository.001 */
	bool has_live; /* what is live could be told */
	struct stored_host *host; /* once hosts are settled */
};

/* What a reference names. Texts may be NULL. */
struct stored_reference {
	const char *namespace;
	const char *class_name;
	const char *name;
};

/* An object as it is kept. */
struct stored_object {
	enum stored_kind kind;
	struct stored_repository *repository;
	struct stored_place place;
	const char *namespace; /* normalised; NULL: not known */
	const char *name; /* of its key; of a binding and a registration NULL */
	struct wmi_filter *filter; /* of a filter */
	struct wmi_consumer *consumer; /* of a consumer */
	struct stored_reference ends[2]; /* of a binding: filter and consumer; of a registration:
					    the provider */
	const char *texts[2]; /* timer: interval and time; provider: CLSID and hosting model; class:
				 property and its value */
	const char *const *classes; /* that a registration is for; NULL ends */
	unsigned
		rank; /* 0: live in the newest repository of its host; then by what is known best */
};

/* A log that a host stands in. */
struct log_place {
	struct digest key;
	struct event_ref ref; /* path, entry, via, claimed */
	const char *folder;
	const char *host;
	const struct host_identity *identity; /* once hosts are settled */
	uint64_t first_activity; /* of WMI-Activity/Operational; 0: none */
	uint64_t last_registered; /* the last 5861; 0: none */
	uint64_t first_sysmon; /* the first Sysmon 19 to 21; 0: none */
};

/* A host that has a repository. */
struct stored_host {
	const struct host_identity *identity;
	enum stored_host_source source;
	struct stored_repository *newest;
	GPtrArray *places; /* struct log_place */
	uint64_t first_activity, last_registered, first_sysmon; /* of all places */
	const struct stored *absent; /* what is said of all that it does not hold */
};

struct stored_objects {
	struct keeper keeper;
	GPtrArray *objects; /* struct stored_object */
	GHashTable *repositories; /* digest of path, entry, via, host -> struct stored_repository */
	GHashTable *places; /* struct log_place, by its key */
	struct log_place *last_place;
	GHashTable *hosts; /* struct host_identity -> struct stored_host */
	guint further_hosts; /* of them, those that no event names */
	struct arena arena; /* of the object that is read */
	GString *form; /* scratch */
	uint64_t left_out;
};

/* The digest of `head` (NULL: none) and of names, which may be NULL, folded. */
struct digest stored_names_digest(struct stored_objects *stored, const void *head,
				  const char *const *names, size_t count);

/* Finds out which host each repository is of, and the newest of each host: stored_hosts.c. */
void stored_settle_hosts(struct stored_objects *stored, struct host_names *names);

/* True when the logs of that place were collected together with the repository. */
bool stored_is_beside(const struct stored_repository *repository, const struct log_place *place);

/* One content that a binding has, or had: stored_groups.c. */
struct stored_version {
	struct stored_host *host;
	const struct stored_object *binding; /* NULL: the filter or the consumer that is there is
						bound to nothing */
	const struct stored_object *filter; /* NULL: it is not there */
	const struct stored_object *consumer;
	const char *namespace;
	const char *filter_name;
	const char *class_name;
	const char *consumer_name;
	struct digest key; /* of host and names */
	bool is_superseded; /* another content is the one that counts */
};

/* Whether both may be the same, as far as what both say goes; NULL is fine: stored_join.c. */
bool stored_filters_fit(const struct wmi_filter *a, const struct wmi_filter *b);
bool stored_consumers_fit(const struct wmi_consumer *a, const struct wmi_consumer *b);

/* Puts further subscriptions (struct subscription), which no log shows, after the others of their
 * hosts: stored_join.c. */
void stored_add_subscriptions(GPtrArray *all, GPtrArray *added);

/* All versions (struct stored_version), those that count before others of their names, in an order
 * that does not depend on that of the objects. The caller unrefs the array; they are kept. */
GPtrArray *stored_list_versions(struct stored_objects *stored);

/* The key of a version of such names. */
struct digest stored_version_key(struct stored_objects *stored,
				 const struct host_identity *identity, const char *namespace,
				 const struct wmi_filter *filter,
				 const struct wmi_consumer *consumer);

/* Fills in the version's timer and provider; call it once for each: stored_beside.c. */
struct stored_beside;
struct stored_beside *stored_beside_new(struct stored_objects *stored);
void stored_beside_free(struct stored_beside *beside);
void stored_beside_fill(struct stored_beside *beside, const struct stored_version *version,
			struct stored *out);

#endif
