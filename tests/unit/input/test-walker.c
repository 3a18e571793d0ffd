/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "input/walker.h"
#include "tests/unit/cmocka_test.h"

static int make_folder(void **state)
{
	*state = g_dir_make_tmp("walker-XXXXXX", NULL);
	assert_non_null(*state);
	return 0;
}

static void remove_below(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		remove_below(child);
	}
	if (dir)
		g_dir_close(dir);
	g_remove(path);
}

static int remove_folder(void **state)
{
	remove_below(*state);
	g_free(*state);
	return 0;
}

/* A file that holds its own name; "/" at the end makes a folder, "|" a named pipe. */
static void make(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	size_t length = strlen(path);
	char last = path[length - 1];

	if (last == '|')
		path[length - 1] = '\0';
	if (last == '/')
		assert_int_equal(g_mkdir(path, 0700), 0);
	else if (last == '|')
		assert_int_equal(mkfifo(path, 0600), 0);
	else
		assert_true(g_file_set_contents(path, name, -1, NULL));
}

static void make_all(const char *folder, const char *const *names)
{
	for (; *names; names++)
		make(folder, *names);
}

static char **paths_of(const char *folder, const char *const *names)
{
	GPtrArray *paths = g_ptr_array_new();

	for (; *names; names++)
		g_ptr_array_add(paths, strcmp(*names, "-") == 0
					       ? g_strdup("-")
					       : g_build_filename(folder, *names, NULL));
	g_ptr_array_add(paths, NULL);
	return (char **)g_ptr_array_free(paths, FALSE);
}

/* All that is known of a file, closed afterwards. */
static char *describe(struct walk_file *file)
{
	GString *text = g_string_new(NULL);
	char bytes[256];

	g_string_printf(text, "%s root %zu size %" G_GUINT64_FORMAT "%s%s%s%s%s", file->path,
			file->root, file->size, file->named ? " named" : "",
			file->is_volume ? " volume" : "", file->is_special ? " special" : "",
			file->problem ? ": " : "", file->problem ? file->problem : "");
	if (file->error)
		g_string_append_printf(text, ": %s", g_strerror(file->error));
	for (guint i = 0; file->fd >= 0 && i <= (file->more ? file->more->len : 0); i++) {
		int fd = i ? g_array_index(file->more, int, i - 1) : file->fd;
		ssize_t got = read(fd, bytes, sizeof(bytes));

		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		g_string_append_printf(text, " [%.*s]", (int)MAX(got, 0), bytes);
	}
	if (file->more)
		g_string_append_printf(text, " and %u", file->more->len);
	walk_file_close(file);
	return g_string_free(text, FALSE);
}

/* What it has next, once it has something or stands still. */
static enum walker_state take(struct walker *walker, struct walk_file *out)
{
	enum walker_state state;
	uint64_t steps, before = 0;

	while ((state = walker_take(walker, out)) == WALKER_WAIT) {
		struct pollfd fd = {.fd = walker_descriptor(walker), .events = POLLIN};

		if (poll(&fd, 1, 300) == 0 && (!walker_at(walker, &steps) || steps == before))
			break;
		walker_at(walker, &before);
	}
	return state;
}

static void assert_file(struct walker *walker, const char *end)
{
	g_autofree char *text = NULL;
	struct walk_file file;

	assert_int_equal(take(walker, &file), WALKER_FILE);
	text = describe(&file);
	if (!g_str_has_suffix(text, end))
		fail_msg("%s does not end with %s", text, end);
}

static void assert_same_walk(char *const *paths, bool open)
{
	struct walker *walker = walker_new(paths, open);
	struct walk *walk = walk_new(paths, open);
	struct walk_file expected, file;

	walker_ask(walker, 2);
	while (walk_next(walk, &expected)) {
		g_autofree char *want = describe(&expected);
		g_autofree char *got = NULL;

		assert_int_equal(take(walker, &file), WALKER_FILE);
		got = describe(&file);
		assert_string_equal(got, want);
		walker_ask(walker, 1);
	}
	assert_int_equal(take(walker, &file), WALKER_END);
	assert_int_equal(walker_take(walker, &file), WALKER_END);
	walker_free(walker);
	walk_free(walk);
}

static guint count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	guint count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

/* Whatever the walk gives, its process gives. */
static void test_same(void **state)
{
	const char *folder = *state;
	const char *const names[] = {"a/",	  "a/b/",     "a/b/log",   "a/b.log",	"a/pipe|",
				     "v.7z.001",  "v.7z.002", "v.7z.003",  "gap.z01",	"gap.z03",
				     "s.z01",	  "s.z02",    "s.zip",	   "plain.zip", "closed/",
				     "closed/in", "loop/",    "loop/file", NULL};
	const char *const given[] = {"v.7z.002", "a",	    "a/", "missing", "v.7z.001", "link",
				     "dangling", "gap.z03", "-",  "",	     NULL};
	g_auto(GStrv) paths = paths_of(folder, given);
	g_autofree char *link = g_build_filename(folder, "link", NULL);
	g_autofree char *inner = g_build_filename(folder, "a/inner", NULL);
	g_autofree char *dangling = g_build_filename(folder, "dangling", NULL);
	g_autofree char *closed = g_build_filename(folder, "closed", NULL);
	guint before;

	make_all(folder, names);
	assert_int_equal(symlink("loop", link), 0);
	assert_int_equal(symlink("b", inner), 0);
	assert_int_equal(symlink("nowhere", dangling), 0);
	assert_int_equal(g_chmod(closed, 0), 0);
	before = count_descriptors();
	assert_same_walk(paths, true);
	assert_same_walk(paths, false);
	assert_int_equal(count_descriptors(), before);
	g_chmod(closed, 0700);
}

/* 100,000 files: a folder of 1,000, a hundred times. */
static void test_many(void **state)
{
	char *paths[101] = {NULL};
	guint before = count_descriptors();

	for (unsigned i = 0; i < 1000; i++) {
		g_autofree char *name = g_strdup_printf("%u", i);

		make(*state, name);
	}
	for (unsigned i = 0; i < 100; i++)
		paths[i] = *state;
	assert_same_walk(paths, true);
	assert_int_equal(count_descriptors(), before);
}

static void test_credit(void **state)
{
	const char *const names[] = {"a", "b", "c", NULL}, *const given[] = {"", NULL};
	g_auto(GStrv) paths = paths_of(*state, given);
	struct walker *walker;
	struct walk_file file;
	uint64_t steps;

	make_all(*state, names);
	walker = walker_new(paths, true);
	assert_int_equal(take(walker, &file), WALKER_WAIT);
	assert_null(walker_at(walker, &steps));
	walker_ask(walker, 2);
	assert_file(walker, "[a]");
	assert_file(walker, "[b]");
	assert_int_equal(take(walker, &file), WALKER_WAIT);
	assert_null(walker_at(walker, &steps));
	walker_ask(walker, 9);
	assert_file(walker, "[c]");
	assert_int_equal(take(walker, &file), WALKER_END);
	walker_free(walker);
}

/* Waits until nothing comes any more, and gives up what it waits for. */
static void skip_at(struct walker *walker, const char *end)
{
	struct walk_file file;
	const char *at;
	uint64_t steps;

	assert_int_equal(take(walker, &file), WALKER_WAIT);
	at = walker_at(walker, &steps);
	assert_non_null(at);
	assert_true(g_str_has_suffix(at, end));
	walker_skip(walker, "did not open");
}

/* Pipes nobody writes to are given up one by one; what comes before, between, inside folders and
 * after them is given once. */
static void test_skip(void **state)
{
	const char *const names[] = {"d/",   "d/e/",	 "d/e/1",    "d/e/2",	 "p|",	     "q|",
				     "d/e.", "v.7z.001", "v.7z.002", "w.7z.001", "w.7z.002", NULL};
	const char *const given[] = {"d",	 "v.7z.001", "p", "q",	      "v.7z.002",
				     "w.7z.002", "d/e/1",    "p", "w.7z.001", NULL};
	g_auto(GStrv) paths = paths_of(*state, given);
	guint before = count_descriptors();
	struct walker *walker;
	struct walk_file file;

	make_all(*state, names);
	walker = walker_new(paths, true);
	walker_ask(walker, 100);
	assert_file(walker, "d/e/1 root 0 size 5 [d/e/1]");
	assert_file(walker, "[d/e/2]");
	assert_file(walker, "[d/e.]");
	assert_file(walker, "v.7z.001 root 1 size 16 named [v.7z.001] [v.7z.002] and 1");
	skip_at(walker, "/p");
	assert_file(walker, "/p root 2 size 0 named: did not open");
	skip_at(walker, "/q");
	assert_file(walker, "/q root 3 size 0 named: did not open");
	assert_file(walker, "w.7z.001 root 5 size 16 named [w.7z.001] [w.7z.002] and 1");
	assert_file(walker, "[d/e/1]");
	assert_int_equal(take(walker, &file), WALKER_END);
	walker_free(walker);
	assert_int_equal(count_descriptors(), before);
}

/* Files that were sent and not taken when a path is given up come again, and a skip in the middle
 * of a folder goes on there. */
static void test_skip_untaken(void **state)
{
	const char *const names[] = {"d/",  "d/1",   "d/2",	 "d/3/",     "d/3/4", "p|",
				     "d.x", "d/3.x", "v.7z.001", "v.7z.002", NULL};
	const char *const given[] = {"v.7z.001", "d", "d.x", "p", "v.7z.002", "d.x", NULL};
	g_auto(GStrv) paths = paths_of(*state, given);
	guint before = count_descriptors();
	g_autofree char *gone = g_build_filename(*state, "d/1", NULL);
	struct walker *walker;
	struct walk_file file;
	uint64_t steps, last = 0;

	make_all(*state, names);
	walker = walker_new(paths, true);
	walker_ask(walker, 100);
	assert_file(walker, "[v.7z.001] [v.7z.002] and 1");
	assert_file(walker, "[d/1]");
	assert_file(walker, "[d/2]");
	while (!walker_at(walker, &steps) || !g_str_has_suffix(walker_at(walker, &steps), "/p") ||
	       steps != last) {
		last = steps;
		g_usleep(10000);
	}
	assert_int_equal(g_remove(gone), 0);
	walker_skip(walker, "did not open");
	assert_file(walker, "p root 3 size 0 named: did not open");
	assert_file(walker, "[d/3/4]");
	assert_file(walker, "[d/3.x]");
	assert_file(walker, "d.x root 2 size 3 named [d.x]");
	assert_file(walker, "d.x root 5 size 3 named [d.x]");
	assert_int_equal(take(walker, &file), WALKER_END);
	walker_free(walker);
	assert_int_equal(count_descriptors(), before);
}

/* A walk that got on since it was asked where it is gives nothing up. */
static void test_skip_late(void **state)
{
	const char *const names[] = {"a", "p|", NULL}, *const given[] = {"p", "a", NULL};
	g_auto(GStrv) paths = paths_of(*state, given);
	struct walker *walker;
	struct walk_file file;
	uint64_t steps;
	int writer;

	make_all(*state, names);
	walker = walker_new(paths, true);
	walker_ask(walker, 9);
	assert_int_equal(take(walker, &file), WALKER_WAIT);
	assert_non_null(walker_at(walker, &steps));
	writer = open(paths[0], O_WRONLY | O_CLOEXEC);
	assert_true(writer >= 0);
	assert_int_equal(write(writer, "late", 4), 4);
	close(writer);
	assert_int_equal(take(walker, &file), WALKER_FILE);
	walk_file_close(&file);
	walker_skip(walker, "did not open");
	assert_file(walker, "[a]");
	assert_int_equal(take(walker, &file), WALKER_END);
	walker_free(walker);
}

/* Opened for reading and writing, it is given for reading, from where it stood. */
static void test_standard_input(void **state)
{
	g_autofree char *path = g_build_filename(*state, "file", NULL);
	char input[] = "-", *paths[] = {input, NULL};
	int saved = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), fd;
	struct walk *walk = walk_new(paths, true);
	struct walk_file file;
	char bytes[8] = "";

	make(*state, "file");
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(lseek(fd, 2, SEEK_SET), 2);
	dup2(fd, STDIN_FILENO);
	close(fd);
	assert_true(walk_next(walk, &file));
	dup2(saved, STDIN_FILENO);
	close(saved);
	assert_int_equal(fcntl(file.fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_int_equal(read(file.fd, bytes, sizeof(bytes)), 2);
	assert_string_equal(bytes, "le");
	walk_file_close(&file);
	walk_free(walk);
}

/* A shell's <(…) is a path of a descriptor that was inherited. */
static void test_inherited(void **state)
{
	int ends[2];
	char *paths[] = {NULL, NULL};
	struct walker *walker;
	struct walk_file file;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	paths[0] = g_strdup_printf("/dev/fd/%d", ends[0]);
	walker = walker_new(paths, true);
	assert_int_equal(write(ends[1], "text", 4), 4);
	walker_ask(walker, 2);
	assert_file(walker, "named [text]");
	assert_int_equal(take(walker, &file), WALKER_END);
	walker_free(walker);
	close(ends[0]);
	close(ends[1]);
	g_free(paths[0]);
}

static void test_no_descriptors_left(void **state)
{
	const char *const names[] = {"a", "v.7z.001", "v.7z.002", NULL}, *const given[] = {"",
											   NULL};
	g_auto(GStrv) paths = paths_of(*state, given);
	g_autoptr(GArray) filler = g_array_new(FALSE, FALSE, sizeof(int));
	struct walker *walker;
	struct walk_file file;
	g_autofree char *first = NULL;
	int fd;

	make_all(*state, names);
	walker = walker_new(paths, true);
	walker_ask(walker, 9);
	while ((fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
		g_array_append_val(filler, fd);
	assert_int_equal(take(walker, &file), WALKER_FILE);
	first = describe(&file);
	/* Room for one of two. */
	close(g_array_index(filler, int, 0));
	assert_int_equal(take(walker, &file), WALKER_FILE);
	assert_int_equal(file.fd, -1);
	assert_int_equal(file.error, EMFILE);
	walk_file_close(&file);
	assert_true(g_str_has_suffix(first, "cannot open: Too many open files"));
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	close(fd);
	for (guint i = 1; i < filler->len; i++)
		close(g_array_index(filler, int, i));
	walker_free(walker);
}

/* The process of a walk that waits at a pipe: the youngest child. Those before it may not be gone.
 */
static pid_t child_of(pid_t parent)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", parent, parent);
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	g_strchomp(text);
	return atoi(strrchr(text, ' ') ? strrchr(text, ' ') : text);
}

static void test_killed(void **state)
{
	const char *const names[] = {"a", "p|", NULL}, *const given[] = {"p", "a", NULL};
	g_auto(GStrv) paths = paths_of(*state, given);
	struct walker *walker;
	struct walk_file file;
	pid_t pid;

	make_all(*state, names);
	walker = walker_new(paths, true);
	pid = child_of(getpid());
	if (pid == 0) {
		walker_free(walker);
		skip();
	}
	walker_ask(walker, 9);
	assert_int_equal(take(walker, &file), WALKER_WAIT);
	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_int_equal(kill(pid, SIGINT), 0);
	assert_int_equal(take(walker, &file), WALKER_WAIT);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(take(walker, &file), WALKER_FAILED);
	assert_int_equal(errno, ECHILD);
	walker_skip(walker, "ended");
	assert_file(walker, "p root 0 size 0 named: ended");
	assert_file(walker, "[a]");
	assert_int_equal(take(walker, &file), WALKER_END);
	walker_free(walker);
	/* Whatever is left ends by itself. */
	while (waitpid(-1, NULL, 0) > 0)
		;
	assert_int_equal(child_of(getpid()), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_same),	 TEST(test_many),
		TEST(test_credit),	 TEST(test_skip),
		TEST(test_skip_untaken), TEST(test_skip_late),
		TEST(test_inherited),	 TEST(test_no_descriptors_left),
		TEST(test_killed),	 TEST(test_standard_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
