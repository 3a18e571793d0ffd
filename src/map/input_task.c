/* SPDX-License-Identifier: Apache-2.0 */
#include "map/input_task.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

struct input *input_new(const struct walk_file *file, struct root *root, uint64_t number)
{
	struct input *input = g_new0(struct input, 1);
	struct stat status;
	off_t end;

	input->path = text_from_bytes(file->path, strlen(file->path));
	input->fd = file->fd;
	input->more = file->more;
	input->is_device = strcmp(file->path, "-") != 0 && fstat(file->fd, &status) == 0 &&
			   S_ISCHR(status.st_mode);
	input->named = file->named;
	input->root = root;
	input->root->has_input = true;
	input->number = number;
	/* What somebody has read from already goes on from there. */
	input->is_pipe = lseek(file->fd, 0, SEEK_CUR) != 0;
	end = input->is_pipe ? 0 : lseek(file->fd, 0, SEEK_END);
	input->size = end > 0 ? (uint64_t)end : 0;
	if (file->more)
		input->size = file->size;
	return input;
}

struct input *input_new_of_files(const struct walk_file *file, const GPtrArray *paths,
				 struct root *root)
{
	struct input *input = input_new(file, root, 0);

	input->names = g_byte_array_new();
	for (guint i = 0; i < paths->len; i++) {
		g_autofree char *path = text_from_bytes(paths->pdata[i], strlen(paths->pdata[i]));

		g_byte_array_append(input->names, (const guint8 *)path, (guint)strlen(path) + 1);
	}
	return input;
}

uint64_t input_count_files(const struct input *input)
{
	return (input->fd >= 0) + (input->more ? input->more->len : 0);
}

void input_free(struct input *input)
{
	walk_file_close(&(struct walk_file){.fd = input->fd, .more = input->more});
	g_clear_pointer(&input->word, log_word_free);
	if (input->names)
		g_byte_array_unref(input->names);
	g_free(input->path);
	g_free(input);
}

struct input_task *input_task_new(struct input *input)
{
	struct input_task *task = g_new0(struct input_task, 1);

	task_init(&task->task);
	task->input = input;
	input->tasks++;
	task->task.fd = input->fd;
	if (input->more) {
		task->task.more = (const int *)(void *)input->more->data;
		task->task.more_count = input->more->len;
		task->request.is_split = !input->names;
	}
	task->request.names = input->names ? input->names->len : 0;
	task->task.weight = input->size;
	task->task.group = input->group;
	task->task.waits = input->is_pipe;
	task->request.archive = input->number;
	task->request.size = input->size;
	task->request.is_pipe = input->is_pipe;
	task->request.named = input->named;
	return task;
}

struct input_task *input_task_new_log_part(struct input *input, uint64_t first, uint64_t count,
					   bool is_open)
{
	struct input_task *task = input_task_new(input);

	task->task.weight = count;
	task->request.is_log_part = true;
	task->request.is_log_open = is_open;
	task->request.first = first;
	task->request.count = count;
	return task;
}

void input_task_set_request(struct input_task *task, const uint8_t *rest)
{
	const char *path = task->input->path;

	if (!task->task.request)
		task->task.request = g_byte_array_new();
	g_byte_array_set_size(task->task.request, 0);
	task->request.path_length = (uint32_t)strlen(path);
	g_byte_array_append(task->task.request, (const guint8 *)&task->request,
			    sizeof(task->request));
	g_byte_array_append(task->task.request, (const guint8 *)path, task->request.path_length);
	if (task->request.names)
		g_byte_array_append(task->task.request, task->input->names->data,
				    task->request.names);
	if (task->request.resumption.rest)
		g_byte_array_append(task->task.request, rest, task->request.resumption.rest);
}

void input_task_answer_fault(struct input_task *task, const struct fault *fault)
{
	g_autoptr(GByteArray) bytes = fault_encode(fault, false);

	task_answer(&task->task, ANSWER_FAULT, bytes->data, bytes->len);
}
