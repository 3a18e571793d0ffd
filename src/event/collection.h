/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_COLLECTION_H
#define WH_EVENT_COLLECTION_H

#include "event/event_ref.h"

/*
 * Where the collection begins in whose winevt/Logs an event was read: its path, and the entry
 * below that, up to Windows/System32/winevt/Logs or winevt/Logs, with "/" after each part, in
 * lower case. So a collection that stands inside of another begins with that one's text. NULL for
 * an event that was read elsewhere or from an export, or whose place is a line's claim that nobody
 * vouches for. The caller frees it.
 */
char *collection_root(const struct event_ref *ref);

/*
 * The folder to which a log or a file of the WMI repository was collected, spelled in the same way:
 * its path and entry (or NULL) without the file's name and without the folders of Windows that
 * lead to it, whichever of them a collector kept. The caller frees it.
 */
char *collection_folder(const char *path, const char *entry);

#endif
