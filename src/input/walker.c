/* SPDX-License-Identifier: Apache-2.0 */
#include "input/walker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"

/*
 * The process sends each file as one message, with its descriptors, and is sent numbers: how many
 * more files it may send. Before each look at a path it writes that path into a page that both
 * share, so that this costs no message. A process that hangs is killed; the next one walks the same
 * paths again, goes on after the last file that was taken, and leaves out all paths that hung.
 */

/* A path that can be opened is no longer than the kernel's PATH_MAX, and the name of an entry in a
 * folder that was. */
#define ENTRY_SIZE 8192
#define MESSAGE_SIZE (4 * ENTRY_SIZE)
#define MOST_WAIT 100 /* milliseconds, for a killed process to be gone */

struct place {
	size_t root;
	bool named;
	char entry[ENTRY_SIZE]; /* where not named */
};

/* Shared by both processes. The place of step n is places[n % 2], complete before `steps` is n. */
struct page {
	uint64_t steps;
	struct place places[2];
};

/* Texts follow, each with its NUL: entry, path, problem. A path that was given is an empty one. */
struct message {
	uint64_t size;
	size_t root;
	int error;
	guint descriptors;
	bool is_end;
	bool has_descriptor; /* of a file; more are of volumes */
	bool named;
	bool is_split;
	bool is_volume;
	bool is_special;
	bool has_problem;
};

union control {
	struct cmsghdr header;
	char space[CMSG_SPACE(WH_MAX_VOLUMES * sizeof(int))];
};

struct walker {
	char *const *paths;
	bool open;
	pid_t pid; /* 0: none */
	int socket; /* -1: none */
	int error; /* errno of what kept it from starting */
	bool ended;
	struct page *page;
	GArray *unreaped; /* pid_t: killed, but not gone yet */
	unsigned due; /* files asked for that have not come */
	unsigned unsent; /* of those, what the process does not know of */
	char *last; /* entry of the file taken last, NULL before the first */
	size_t last_root;
	GHashTable *left_out; /* char* */
	char *at; /* given out by walker_at(), */
	uint64_t at_steps; /* and after how many steps */
	struct place skipped;
	char *problem; /* NULL, or of `skipped`, which waits to be taken */
	char *said; /* the problem that was taken */
	char message[MESSAGE_SIZE];
};

/* The other process. */
struct walking {
	struct walk *walk;
	char *const *paths;
	struct page *page;
	int socket;
	unsigned may_send;
};

static void note_place(void *context, const struct walk_place *at)
{
	struct page *page = context;
	struct place *place = &page->places[(page->steps + 1) % 2];

	place->root = at->root;
	place->named = at->named;
	if (!at->named)
		g_strlcpy(place->entry, at->entry, sizeof(place->entry));
	__atomic_store_n(&page->steps, page->steps + 1, __ATOMIC_RELEASE);
}

static void wait_for_credit(struct walking *walking)
{
	unsigned more;
	ssize_t got;

	while (walking->may_send == 0) {
		got = recv(walking->socket, &more, sizeof(more), 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got != sizeof(more))
			_exit(0);
		walking->may_send += more;
	}
	walking->may_send--;
}

static void send_message(int socket, GByteArray *bytes, const GArray *fds)
{
	union control control = {0};
	struct iovec part = {bytes->data, bytes->len};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (fds->len) {
		message.msg_control = control.space;
		message.msg_controllen = CMSG_SPACE(fds->len * sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(fds->len * sizeof(int));
		memcpy(CMSG_DATA(&control.header), fds->data, fds->len * sizeof(int));
	}
	while (sendmsg(socket, &message, MSG_NOSIGNAL) < 0) {
		/* More descriptors are on their way than may be: until some are taken. */
		if (errno == ETOOMANYREFS)
			g_usleep(1000);
		else if (errno != EINTR)
			_exit(0);
	}
}

static void append_text(GByteArray *bytes, const char *text)
{
	g_byte_array_append(bytes, (const guint8 *)text, (guint)strlen(text) + 1);
}

static void append_path(const struct walking *walking, GByteArray *bytes, const char *path,
			size_t root)
{
	append_text(bytes, strcmp(path, walking->paths[root]) == 0 ? "" : path);
}

static void send_file(struct walking *walking, struct walk_file *file)
{
	const struct place *place = &walking->page->places[walking->page->steps % 2];
	g_autoptr(GArray) fds = g_array_new(FALSE, FALSE, sizeof(int));
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct message message = {
		.size = file->size,
		.root = file->root,
		.error = file->error,
		.has_descriptor = file->fd >= 0,
		.named = file->named,
		.is_split = file->more != NULL,
		.is_volume = file->is_volume,
		.is_special = file->is_special,
		.has_problem = file->problem != NULL,
	};

	if (file->fd >= 0)
		g_array_append_val(fds, file->fd);
	if (file->more && file->more->len)
		g_array_append_vals(fds, file->more->data, file->more->len);
	message.descriptors = fds->len;
	g_byte_array_append(bytes, (const guint8 *)&message, sizeof(message));
	append_text(bytes, place->named ? "" : place->entry);
	append_path(walking, bytes, file->path, file->root);
	append_text(bytes, file->problem ? file->problem : "");
	g_assert(bytes->len <= MESSAGE_SIZE);
	send_message(walking->socket, bytes, fds);
	walk_file_close(file);
}

static void send_end(const struct walking *walking)
{
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(int));
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const struct message message = {.is_end = true};

	g_byte_array_append(bytes, (const guint8 *)&message, sizeof(message));
	send_message(walking->socket, bytes, none);
}

/* What the user's shell left open may be named as a path (/dev/fd/63); the program's own files are
 * all closed on exec. */
static void close_own(int keep)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *item;

	if (!dir) {
		close_range(STDERR_FILENO + 1, (unsigned)keep - 1, 0);
		close_range((unsigned)keep + 1, ~0U, 0);
		return;
	}
	while ((item = readdir(dir)) != NULL) {
		int fd = atoi(item->d_name);
		int flags = fcntl(fd, F_GETFD);

		if (fd > STDERR_FILENO && fd != keep && fd != dirfd(dir) && flags >= 0 &&
		    (flags & FD_CLOEXEC))
			close(fd);
	}
	closedir(dir);
}

/* Standard input stays: it may be asked for. The output is not held open. */
static void set_up(int socket, pid_t parent)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	close_own(socket);
}

static G_GNUC_NORETURN void run_walk(const struct walker *walker, int socket, pid_t parent)
{
	struct walking walking = {
		.walk = walk_new(walker->paths, walker->open),
		.paths = walker->paths,
		.page = walker->page,
		.socket = socket,
	};
	GHashTableIter iter;
	struct walk_file file;
	void *path;

	set_up(socket, parent);
	walk_watch(walking.walk, note_place, walking.page);
	g_hash_table_iter_init(&iter, walker->left_out);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		walk_leave_out(walking.walk, path);
	if (walker->last)
		walk_go_on_after(walking.walk, walker->last_root, walker->last);
	for (;;) {
		wait_for_credit(&walking);
		if (!walk_next(walking.walk, &file))
			break;
		send_file(&walking, &file);
	}
	send_end(&walking);
	/* Ending with credit that was not read would take back what was sent. */
	walking.may_send = 0;
	for (;;)
		wait_for_credit(&walking);
}

/* In the place of what is asked for, without waiting; what does not go now goes later. */
static void send_credit(struct walker *walker)
{
	if (walker->unsent && walker->socket >= 0 &&
	    send(walker->socket, &walker->unsent, sizeof(walker->unsent),
		 MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof(walker->unsent))
		walker->unsent = 0;
}

static bool spawn(struct walker *walker)
{
	pid_t parent = getpid();
	int ends[2];

	walker->page = mmap(NULL, sizeof(*walker->page), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (walker->page == MAP_FAILED) {
		walker->page = NULL;
		return false;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	walker->pid = fork();
	if (walker->pid == 0)
		run_walk(walker, ends[1], parent);
	if (walker->pid < 0) {
		int error = errno;

		walker->pid = 0;
		close(ends[0]);
		close(ends[1]);
		errno = error;
		return false;
	}
	close(ends[1]);
	walker->socket = ends[0];
	/* No other process may write there. */
	madvise(walker->page, sizeof(*walker->page), MADV_DONTFORK);
	return true;
}

static void start(struct walker *walker)
{
	walker->error = spawn(walker) ? 0 : errno;
	walker->unsent = walker->due;
	send_credit(walker);
}

struct walker *walker_new(char *const *paths, bool open)
{
	struct walker *walker = g_new0(struct walker, 1);

	walker->paths = paths;
	walker->open = open;
	walker->socket = -1;
	walker->unreaped = g_array_new(FALSE, FALSE, sizeof(pid_t));
	walker->left_out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	start(walker);
	return walker;
}

/* One that waits for a disk or a server dies later. */
static void reap(struct walker *walker)
{
	for (guint i = walker->unreaped->len; i-- > 0;)
		if (waitpid(g_array_index(walker->unreaped, pid_t, i), NULL, WNOHANG) != 0)
			g_array_remove_index_fast(walker->unreaped, i);
}

static void stop(struct walker *walker, bool waits)
{
	struct pollfd gone = {.events = POLLIN};

	if (walker->pid) {
		kill(walker->pid, SIGKILL);
		gone.fd = waits ? pidfd_open(walker->pid, 0) : -1;
		if (gone.fd >= 0) {
			poll(&gone, 1, MOST_WAIT);
			close(gone.fd);
		}
		g_array_append_val(walker->unreaped, walker->pid);
	}
	walker->pid = 0;
	if (walker->socket >= 0)
		close(walker->socket);
	walker->socket = -1;
	if (walker->page)
		munmap(walker->page, sizeof(*walker->page));
	walker->page = NULL;
	reap(walker);
}

void walker_free(struct walker *walker)
{
	stop(walker, false);
	g_array_unref(walker->unreaped);
	g_hash_table_unref(walker->left_out);
	g_free(walker->last);
	g_free(walker->at);
	g_free(walker->problem);
	g_free(walker->said);
	g_free(walker);
}

void walker_ask(struct walker *walker, unsigned files)
{
	walker->due += files;
	walker->unsent += files;
	send_credit(walker);
}

int walker_descriptor(const struct walker *walker)
{
	return walker->socket;
}

/* Returns the size of the message, as recvmsg() does; its descriptors (int) go to `fds`. */
static ssize_t receive(struct walker *walker, GArray *fds)
{
	union control control;
	struct iovec part = {walker->message, sizeof(walker->message)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control.space,
				 .msg_controllen = sizeof(control.space)};
	ssize_t got;

	do
		got = recvmsg(walker->socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	for (struct cmsghdr *at = got < 0 ? NULL : CMSG_FIRSTHDR(&message); at;
	     at = CMSG_NXTHDR(&message, at)) {
		if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SCM_RIGHTS)
			g_array_append_vals(fds, CMSG_DATA(at),
					    (guint)((at->cmsg_len - CMSG_LEN(0)) / sizeof(int)));
	}
	return got;
}

/* The descriptors become those of the file, or are closed where the system let not all of them
 * through. */
static void give_descriptors(const struct message *message, GArray *fds, struct walk_file *out)
{
	guint first = message->has_descriptor;

	if (fds->len == message->descriptors) {
		if (first)
			out->fd = g_array_index(fds, int, 0);
		if (message->is_split)
			out->more = g_array_new(FALSE, FALSE, sizeof(int));
		if (fds->len > first)
			g_array_append_vals(out->more, &g_array_index(fds, int, first),
					    fds->len - first);
		return;
	}
	for (guint i = 0; i < fds->len; i++)
		close(g_array_index(fds, int, i));
	out->problem = "cannot open";
	out->error = EMFILE;
}

static void take_message(struct walker *walker, const struct message *message, GArray *fds,
			 struct walk_file *out)
{
	const char *given = walker->paths[message->root];
	const char *entry = walker->message + sizeof(*message);
	const char *path = entry + strlen(entry) + 1;

	g_free(walker->last);
	walker->last = g_strdup(*entry ? entry : given);
	walker->last_root = message->root;
	*out = (struct walk_file){
		.path = *path ? path : given,
		.named = message->named,
		.root = message->root,
		.size = message->size,
		.fd = -1,
		.is_volume = message->is_volume,
		.problem = message->has_problem ? path + strlen(path) + 1 : NULL,
		.error = message->error,
		.is_special = message->is_special,
	};
	give_descriptors(message, fds, out);
}

static const char *place_path(const struct walker *walker, const struct place *place)
{
	return place->named ? walker->paths[place->root] : place->entry;
}

static void take_problem(struct walker *walker, struct walk_file *out)
{
	g_free(walker->said);
	walker->said = g_steal_pointer(&walker->problem);
	*out = (struct walk_file){
		.path = place_path(walker, &walker->skipped),
		.named = walker->skipped.named,
		.root = walker->skipped.root,
		.fd = -1,
		.problem = walker->said,
	};
}

static enum walker_state fail(const struct walker *walker)
{
	errno = walker->error;
	return WALKER_FAILED;
}

enum walker_state walker_take(struct walker *walker, struct walk_file *out)
{
	g_autoptr(GArray) fds = g_array_new(FALSE, FALSE, sizeof(int));
	struct message message;
	ssize_t got;

	reap(walker);
	if (walker->problem) {
		take_problem(walker, out);
		return WALKER_FILE;
	}
	if (walker->ended)
		return WALKER_END;
	if (walker->socket < 0)
		return fail(walker);
	send_credit(walker);
	got = receive(walker, fds);
	if (got < 0 && errno == EAGAIN)
		return WALKER_WAIT;
	if (got < (ssize_t)sizeof(message)) {
		walker->error = got < 0 && errno != ECONNRESET ? errno : ECHILD;
		return fail(walker);
	}
	memcpy(&message, walker->message, sizeof(message));
	walker->ended = message.is_end;
	if (message.is_end)
		return WALKER_END;
	walker->due -= walker->due > 0;
	walker->at_steps = 0;
	take_message(walker, &message, fds, out);
	return WALKER_FILE;
}

static const struct place *place_at(const struct walker *walker, uint64_t *steps)
{
	*steps = walker->page ? __atomic_load_n(&walker->page->steps, __ATOMIC_ACQUIRE) : 0;
	return *steps ? &walker->page->places[*steps % 2] : NULL;
}

const char *walker_at(struct walker *walker, uint64_t *steps)
{
	const struct place *place = place_at(walker, steps);

	if (!place || walker->ended || walker->due == 0)
		return NULL;
	walker->at_steps = *steps;
	g_free(walker->at);
	walker->at = g_strdup(place_path(walker, place));
	return walker->at;
}

void walker_skip(struct walker *walker, const char *problem)
{
	uint64_t steps;
	const struct place *place = place_at(walker, &steps);

	if (walker->ended || (!walker->error && steps != walker->at_steps))
		return;
	if (place) {
		walker->skipped = *place;
		g_hash_table_add(walker->left_out, g_strdup(place_path(walker, place)));
		g_free(walker->problem);
		walker->problem = g_strdup(problem);
		walker->due -= walker->due > 0;
	}
	stop(walker, true);
	walker->at_steps = 0;
	start(walker);
}
