/* SPDX-License-Identifier: Apache-2.0 */
#include "report/case_database.h"

#include <dlfcn.h>
#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "config.h"
#include "event/filetime.h"

/*
 * How it works. SQLite's file format lies in memory as it would in a file (sqlite3_deserialize()),
 * grows there, and is handed out at the end. An earlier file may be anything: it is checked as
 * SQLite does, must have every table, index and view of ours to the letter, and nothing that it
 * brings along runs: no triggers, and no functions in its own views and indexes that do more than
 * compute.
 */

/* What is called of libsqlite3, as `X(open)` for sqlite3_open(). */
#define ALL_CALLS(X)                                                                               \
	X(bind_int64);                                                                             \
	X(bind_text64);                                                                            \
	X(close);                                                                                  \
	X(column_text);                                                                            \
	X(db_config);                                                                              \
	X(deserialize);                                                                            \
	X(errmsg);                                                                                 \
	X(exec);                                                                                   \
	X(file_control);                                                                           \
	X(finalize);                                                                               \
	X(libversion_number);                                                                      \
	X(malloc64);                                                                               \
	X(open);                                                                                   \
	X(prepare_v2);                                                                             \
	X(reset);                                                                                  \
	X(clear_bindings);                                                                         \
	X(serialize);                                                                              \
	X(step)

#define MEMBER(name) __typeof__(sqlite3_##name) *name
struct calls {
	ALL_CALLS(MEMBER);
};

/* What is called is there since then. */
#define OLDEST_VERSION 3036000
#define LIBRARY "libsqlite3.so.0"

struct case_database {
	struct calls calls;
	sqlite3 *handle;
	sqlite3_stmt *statements[CASE_STATEMENTS];
	enum case_statement at; /* whose row is being put */
	int bound; /* values of it */
	char *problem;
};

#ifdef LINK_SQLITE
static bool load_calls(struct calls *calls)
{
#define TAKE(name) calls->name = sqlite3_##name
	ALL_CALLS(TAKE);
	return true;
}
#else
/* It stays loaded. */
static bool load_calls(struct calls *calls)
{
	void *library = dlopen(LIBRARY, RTLD_LAZY);
	bool ok = library != NULL;

#define FIND(name)                                                                                 \
	ok = ok && (calls->name = (__typeof__(calls->name))dlsym(library, "sqlite3_" #name))
	ALL_CALLS(FIND);
	return ok;
}
#endif

bool case_database_load(void)
{
	struct calls calls;

	return load_calls(&calls) && calls.libversion_number() >= OLDEST_VERSION;
}

static uint32_t read_number(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* Offsets of https://www.sqlite.org/fileformat.html, 1.3. */
const char *case_header_problem(const uint8_t *header, size_t size)
{
	static const char magic[] = "SQLite format 3";

	if (size == 0)
		return NULL;
	if (size < WH_CASE_HEADER || memcmp(header, magic, sizeof(magic)) != 0)
		return "it is no database of SQLite";
	if (read_number(header + 68) != WH_CASE_APPLICATION)
		return "it is a database of another program";
	if (read_number(header + 60) != WH_CASE_VERSION)
		return "it is a case database of another version of wmihunt";
	if (header[18] != 1 || header[19] != 1)
		return "it is in WAL mode: run PRAGMA journal_mode=DELETE on it";
	return NULL;
}

static void fail(struct case_database *database, const char *problem)
{
	if (!database->problem)
		database->problem = g_utf8_make_valid(problem, -1);
}

static void fail_as_told(struct case_database *database)
{
	fail(database, database->calls.errmsg(database->handle));
}

static void run(struct case_database *database, const char *sql)
{
	if (!database->problem &&
	    database->calls.exec(database->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_as_told(database);
}

static bool read_file(struct case_database *database, int fd, uint8_t *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = pread(fd, data + done, size - done, (off_t)done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			fail(database, "it could not be read");
			return false;
		}
		done += (size_t)got;
	}
	return true;
}

/* Puts `size` bytes from `fd` into the place of the database, which then owns them. */
static void load(struct case_database *database, int fd, size_t size)
{
	const unsigned flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE;
	struct calls *calls = &database->calls;
	sqlite3_int64 most = WH_MAX_CASE_FILE;
	uint8_t *data = calls->malloc64(size + 1);

	if (!data) {
		fail(database, "out of memory");
		return;
	}
	if (size > 0 && !read_file(database, fd, data, size))
		most = 0;
	/* It frees the data where it fails, too. */
	if (calls->deserialize(database->handle, "main", data, (sqlite3_int64)size,
			       (sqlite3_int64)size + 1, flags) != SQLITE_OK ||
	    calls->file_control(database->handle, "main", SQLITE_FCNTL_SIZE_LIMIT, &most) !=
		    SQLITE_OK)
		fail_as_told(database);
}

static void open_handle(struct case_database *database, int fd, size_t size)
{
	struct calls *calls = &database->calls;

	if (calls->open(":memory:", &database->handle) != SQLITE_OK) {
		fail(database, "out of memory");
		return;
	}
	calls->db_config(database->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	calls->db_config(database->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	calls->db_config(database->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	load(database, fd, size);
	run(database, "PRAGMA temp_store = MEMORY; PRAGMA journal_mode = OFF; "
		      "PRAGMA cell_size_check = ON");
}

static void make_tables(struct case_database *database)
{
	g_autofree char *head =
		g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d",
				WH_CASE_APPLICATION, WH_CASE_VERSION);

	run(database, head);
	for (const char *const *sql = case_schema; *sql; sql++)
		run(database, *sql);
}

static sqlite3_stmt *prepare(struct case_database *database, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	if (!database->problem &&
	    database->calls.prepare_v2(database->handle, sql, -1, &statement, NULL) != SQLITE_OK)
		fail_as_told(database);
	return statement;
}

/* Whether the statement's first row begins with `text`. */
static bool answers(struct case_database *database, sqlite3_stmt *statement, const char *text)
{
	int status = statement ? database->calls.step(statement) : SQLITE_ERROR;

	return status == SQLITE_ROW &&
	       g_strcmp0((const char *)database->calls.column_text(statement, 0), text) == 0;
}

static void check_whole(struct case_database *database)
{
	sqlite3_stmt *statement = prepare(database, "PRAGMA quick_check(1)");

	if (!answers(database, statement, "ok"))
		fail(database, "it is damaged");
	database->calls.finalize(statement);
}

/* Its tables are ours to the letter; others may be there, too. */
static void check_tables(struct case_database *database)
{
	sqlite3_stmt *statement =
		prepare(database, "SELECT sql FROM sqlite_schema WHERE sql = ?1 LIMIT 1");

	for (const char *const *sql = case_schema; *sql && !database->problem; sql++) {
		database->calls.bind_text64(statement, 1, *sql, strlen(*sql), SQLITE_STATIC,
					    SQLITE_UTF8);
		if (!answers(database, statement, *sql))
			fail(database, "its tables were changed");
		database->calls.reset(statement);
	}
	database->calls.finalize(statement);
}

struct case_database *case_database_new(int fd)
{
	struct case_database *database = g_new0(struct case_database, 1);
	off_t size = 0;

	if (!load_calls(&database->calls)) {
		fail(database, "libsqlite3 cannot be loaded");
		return database;
	}
	/* Where it is shut in, a process may not ask for more than this. */
	if (fd > 0)
		size = lseek(fd, 0, SEEK_END);
	if (size < 0 || size > (off_t)WH_MAX_CASE_FILE)
		fail(database, size < 0 ? "it could not be read" : "it is too large");
	if (!database->problem)
		open_handle(database, fd, (size_t)size);
	if (size > 0) {
		check_whole(database);
		check_tables(database);
	}
	run(database, "BEGIN");
	if (size == 0)
		make_tables(database);
	for (unsigned i = 0; i < CASE_STATEMENTS; i++)
		database->statements[i] = prepare(database, case_statements[i]);
	return database;
}

void case_database_free(struct case_database *database)
{
	for (unsigned i = 0; i < CASE_STATEMENTS; i++)
		if (database->statements[i])
			database->calls.finalize(database->statements[i]);
	if (database->handle)
		database->calls.close(database->handle);
	g_free(database->problem);
	g_free(database);
}

const char *case_database_problem(const struct case_database *database)
{
	return database->problem;
}

void case_row_begin(struct case_database *database, enum case_statement statement)
{
	database->at = statement;
	database->bound = 0;
}

static void bind(struct case_database *database, const char *text, size_t length)
{
	sqlite3_stmt *statement = database->statements[database->at];

	database->bound++;
	if (!database->problem && text && length > 0 &&
	    database->calls.bind_text64(statement, database->bound, text, length, SQLITE_TRANSIENT,
					SQLITE_UTF8) != SQLITE_OK)
		fail_as_told(database);
}

/* Escapes all that text_append_terminal() does but line feeds and tabs; a script stays readable. */
static void append_readable(GString *out, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n\t");
		size_t kept = text[length] == '\n' && length > 0 && text[length - 1] == '\r'
				      ? length - 1
				      : length;
		g_autofree char *part = g_strndup(text, kept);

		text_append_terminal(out, part);
		text += length;
		if (*text)
			g_string_append_c(out, *text++);
	}
}

void case_row_text(struct case_database *database, const char *text)
{
	g_autoptr(GString) readable = g_string_new(NULL);

	if (text)
		append_readable(readable, text);
	bind(database, readable->str, readable->len);
}

void case_row_exact(struct case_database *database, const char *text, size_t length)
{
	bind(database, text, length);
}

void case_row_time(struct case_database *database, uint64_t filetime)
{
	char text[WH_FILETIME_TEXT] = "";

	if (filetime)
		filetime_format(filetime, text);
	bind(database, text, strlen(text));
}

void case_row_number(struct case_database *database, bool is_there, int64_t number)
{
	database->bound++;
	if (!database->problem && is_there &&
	    database->calls.bind_int64(database->statements[database->at], database->bound,
				       number) != SQLITE_OK)
		fail_as_told(database);
}

void case_row_end(struct case_database *database)
{
	sqlite3_stmt *statement = database->statements[database->at];

	if (database->problem)
		return;
	if (database->calls.step(statement) != SQLITE_DONE)
		fail_as_told(database);
	database->calls.reset(statement);
	database->calls.clear_bindings(statement);
}

bool case_database_finish(struct case_database *database, const char **bytes, size_t *size)
{
	sqlite3_int64 length = 0;
	const unsigned char *data = NULL;

	run(database, "COMMIT");
	if (!database->problem)
		data = database->calls.serialize(database->handle, "main", &length,
						 SQLITE_SERIALIZE_NOCOPY);
	if (!database->problem && !data)
		fail(database, "out of memory");
	if (database->problem)
		return false;
	*bytes = (const char *)data;
	*size = (size_t)length;
	return true;
}
