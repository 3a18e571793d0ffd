/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_WMI_OBJECT_H
#define WH_REPOSITORY_WMI_OBJECT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "repository/cim_value.h"

enum object_state {
	OBJECT_LIVE,
	OBJECT_DELETED,
	OBJECT_EARLIER, /* a version of one that is live with other content */
	OBJECT_UNKNOWN, /* nothing is left that says what is live */
	OBJECT_DEFINED, /* a text says how it is to be made; nobody knows whether it was */
	OBJECT_UNDEFINED, /* a text says that it is to be deleted */
	OBJECT_STATES
};

enum object_found_in {
	FOUND_IN_CURRENT_MAP,
	FOUND_IN_NEWER_MAP, /* one that fits the files less than the one taken for current */
	FOUND_IN_OLDER_MAP,
	FOUND_IN_FREE_PAGE,
	FOUND_IN_PAGE_TAIL,
	FOUND_CARVED, /* by its content alone */
	FOUND_IN_MOF_FILE,
	FOUND_IN_AUTORECOVER, /* a MOF file that Windows keeps to make repositories anew */
	FOUND_IN_SNAPSHOT, /* what a tool wrote of a host that ran */
	FOUND_PLACES
};

/* What says which host an object is of. */
enum host_source {
	HOST_FROM_REPOSITORY, /* or none is known */
	HOST_FROM_CONTENT, /* of the file that holds the object */
	HOST_FROM_FILE_BESIDE,
	HOST_FROM_FILE_NAME,
	HOST_SOURCES
};

/* An instance, or a class, of the WMI repository of a host; or an instance that a text or a tool
 * shows. Absent texts are NULL. */
struct wmi_object {
	const char *host;
	enum host_source host_from;
	const char *system_version; /* of Windows */
	const char *object_namespace; /* NULL: not known */
	const char *class_name;
	const char *const *derivation; /* classes that it derives from, the nearest first */
	uint32_t derivation_count;
	struct cim_value properties; /* a CIM_OBJECT */
	bool is_class; /* a class itself, whose properties are its defaults */
	bool has_session;
	uint64_t session; /* FILETIME: when the WMI service began that wrote it; the time of writing
			     is not known */
	uint64_t sequence; /* of its writes, in their order */
	const char *tool; /* that a snapshot is of */
	const char *lacks; /* what this tool does not say of any object */
	bool has_collected;
	uint64_t collected; /* FILETIME: when the tool saw it */
	enum object_state state;
	enum object_found_in found_in;
	uint32_t map_number; /* of an older or newer map's file, and */
	uint32_t checkpoint; /* its number; both 0: not from such a map */
	bool partial; /* damaged: some of it could not be read */
	const char *path; /* of the file that holds it */
	const char *entry; /* in an archive */
	const char *via; /* the lines that it was read from */
	uint64_t offset; /* in the file */
};

/* The value of a property by its name (any case); NULL: it has none. */
const struct cim_value *wmi_object_get(const struct wmi_object *object, const char *name);

/* The text of a property; NULL where it is null, no text, or absent. */
const char *wmi_object_get_text(const struct wmi_object *object, const char *name);

/* Whether the object is of that class, or of one that derives from it (any case). */
bool wmi_object_is_a(const struct wmi_object *object, const char *class_name);

/* Words of the object line. */
const char *object_state_name(enum object_state state);
const char *object_found_in_name(enum object_found_in place);
/* NULL for a repository. */
const char *host_source_name(enum host_source source);

/* Appends `"S-1-…"` of CreatorSID, without quotes; false when it has none. */
bool wmi_object_append_sid(const struct wmi_object *object, GString *out);

/* Appends the object as bytes, which one process of a run hands to the next; `is_own`: without its
 * path, which is that of the input. */
void wmi_object_pack(const struct wmi_object *object, bool is_own, GByteArray *out);

/*
 * Fills *out from such bytes, which are copied as far as they are kept, into the arena. False for
 * bytes that wmi_object_pack() does not write. `path` (borrowed) is that of the input, *is_own
 * (NULL: nobody asks) whether it was used.
 */
bool wmi_object_unpack(struct wmi_object *out, const uint8_t *data, size_t size, const char *path,
		       struct arena *arena, bool *is_own);

/* Whether packed bytes say that the input's path is the object's, by their head only. False when
 * they are too few. */
bool wmi_object_is_own(const uint8_t *data, size_t size, bool *is_own);

/* Appends the JSON member "source": where the object was read. */
void wmi_object_append_source(const struct wmi_object *object, GString *out);

/* Appends the object as a line of JSON, of kind "object", with its line feed. */
void wmi_object_write_line(const struct wmi_object *object, GString *out);

/*
 * Fills *out from such a line, whose texts go into the arena. False, with *reason (static), for any
 * other line.
 */
bool wmi_object_read_line(struct wmi_object *out, const char *line, size_t length,
			  struct arena *arena, const char **reason);

#endif
