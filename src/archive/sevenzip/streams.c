/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/sevenzip/streams.h"

#include "base/limits.h"

/* The signature header, which all offsets are counted from the end of. */
#define START_SIZE 32

void sevenzip_streams_init(struct sevenzip_streams *streams)
{
	*streams = (struct sevenzip_streams){
		.folders = g_array_new(FALSE, FALSE, sizeof(struct sevenzip_folder)),
		.coders = g_array_new(FALSE, FALSE, sizeof(struct sevenzip_coder)),
		.binds = g_array_new(FALSE, FALSE, sizeof(struct sevenzip_bind)),
		.packed = g_array_new(FALSE, FALSE, sizeof(uint8_t)),
		.packed_offsets = g_array_new(FALSE, FALSE, sizeof(uint64_t)),
		.sizes = g_array_new(FALSE, FALSE, sizeof(uint64_t)),
	};
}

void sevenzip_streams_release(struct sevenzip_streams *streams)
{
	g_array_unref(streams->folders);
	g_array_unref(streams->coders);
	g_array_unref(streams->binds);
	g_array_unref(streams->packed);
	g_array_unref(streams->packed_offsets);
	g_array_unref(streams->sizes);
}

static bool parse_packed_sizes(struct sevenzip_streams *streams, struct sevenzip_bytes *bytes,
			       uint64_t offset, uint32_t count, uint64_t archive_size)
{
	uint64_t size;

	for (uint32_t i = 0; i < count; i++) {
		if (!sevenzip_take_number(bytes, &size) || size > archive_size - offset)
			return false;
		offset += size;
		g_array_append_val(streams->packed_offsets, offset);
	}
	return true;
}

/* Digests of packed streams do not hold for the decrypted ones. */
static bool skip_packed_digests(struct sevenzip_bytes *bytes, uint32_t count)
{
	struct sevenzip_digests digests;
	struct sevenzip_digest digest;

	if (!sevenzip_take_id(bytes, SEVENZIP_CRC))
		return true;
	if (!sevenzip_digests_begin(&digests, bytes, count))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (!sevenzip_digests_next(&digests, &digest))
			return false;
	}
	return true;
}

static bool parse_pack_info(struct sevenzip_streams *streams, struct sevenzip_bytes *bytes,
			    uint64_t archive_size)
{
	uint64_t offset;
	uint32_t count;

	if (archive_size < START_SIZE || !sevenzip_take_number(bytes, &offset) ||
	    offset > archive_size - START_SIZE ||
	    !sevenzip_take_count(bytes, WH_MAX_SEVENZIP_STREAMS, &count) ||
	    !sevenzip_take_id(bytes, SEVENZIP_SIZE))
		return false;
	offset += START_SIZE;
	g_array_append_val(streams->packed_offsets, offset);
	return parse_packed_sizes(streams, bytes, offset, count, archive_size) &&
	       skip_packed_digests(bytes, count) && sevenzip_take_id(bytes, SEVENZIP_END);
}

/* The first byte of a coder: 4 bits of id size, then these. */
#define CODER_COMPLEX 0x10
#define CODER_PROPERTIES 0x20
#define CODER_RESERVED 0xc0

static bool parse_coder_body(struct sevenzip_coder *coder, struct sevenzip_bytes *bytes,
			     uint8_t flags)
{
	uint32_t in = 1, out = 1;
	const uint8_t *at;

	if ((flags & 0x0f) > sizeof(coder->method) || !sevenzip_take(bytes, flags & 0x0f, &at))
		return false;
	for (unsigned i = 0; i < (flags & 0x0f); i++)
		coder->method = coder->method << 8 | at[i];
	if (flags & CODER_COMPLEX &&
	    (!sevenzip_take_count(bytes, WH_SEVENZIP_FOLDER_STREAMS, &in) ||
	     !sevenzip_take_count(bytes, WH_SEVENZIP_FOLDER_STREAMS, &out)))
		return false;
	coder->in_count = (uint8_t)in;
	coder->out_count = (uint8_t)out;
	return !(flags & CODER_PROPERTIES) ||
	       (sevenzip_take_count(bytes, bytes->size, &coder->properties_size) &&
		sevenzip_take(bytes, coder->properties_size, &at));
}

static bool parse_coder(struct sevenzip_coder *coder, struct sevenzip_bytes *bytes)
{
	const uint8_t *start = bytes->data;
	uint8_t flags;

	*coder = (struct sevenzip_coder){.raw = start};
	if (!sevenzip_take_byte(bytes, &flags) || flags & CODER_RESERVED ||
	    !parse_coder_body(coder, bytes, flags))
		return false;
	coder->raw_size = (uint32_t)(bytes->data - start);
	return coder->method != WH_SEVENZIP_AES || (coder->in_count == 1 && coder->out_count == 1);
}

static bool parse_coders(struct sevenzip_streams *streams, struct sevenzip_folder *folder,
			 struct sevenzip_bytes *bytes, uint32_t *in_count)
{
	uint32_t count, in = 0, out = 0;
	struct sevenzip_coder coder;

	if (!sevenzip_take_count(bytes, WH_SEVENZIP_FOLDER_STREAMS, &count))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (!parse_coder(&coder, bytes))
			return false;
		in += coder.in_count;
		out += coder.out_count;
		streams->is_encrypted |= coder.method == WH_SEVENZIP_AES;
		g_array_append_val(streams->coders, coder);
	}
	if (in > WH_SEVENZIP_FOLDER_STREAMS || out > WH_SEVENZIP_FOLDER_STREAMS || out == 0)
		return false;
	folder->coder_count = (uint8_t)count;
	folder->out_count = (uint8_t)out;
	*in_count = in;
	return true;
}

/* Takes the number of a stream that is not in *used yet. */
static bool take_stream(struct sevenzip_bytes *bytes, uint32_t count, uint64_t *used, uint8_t *out)
{
	uint32_t stream;

	if (!sevenzip_take_count(bytes, WH_SEVENZIP_FOLDER_STREAMS, &stream) || stream >= count ||
	    *used >> stream & 1)
		return false;
	*used |= 1ull << stream;
	*out = (uint8_t)stream;
	return true;
}

static bool parse_packed_streams(struct sevenzip_streams *streams, struct sevenzip_folder *folder,
				 struct sevenzip_bytes *bytes, uint32_t in_count, uint64_t used)
{
	uint8_t stream;

	/* Only where there is a choice does the header name them. */
	if (folder->packed_count == 1) {
		stream = (uint8_t)__builtin_ctzll(~used);
		g_array_append_val(streams->packed, stream);
		return true;
	}
	for (unsigned i = 0; i < folder->packed_count; i++) {
		if (!take_stream(bytes, in_count, &used, &stream))
			return false;
		g_array_append_val(streams->packed, stream);
	}
	return true;
}

static bool parse_folder(struct sevenzip_streams *streams, struct sevenzip_bytes *bytes)
{
	struct sevenzip_folder folder = {.coder = streams->coders->len,
					 .bind = streams->binds->len,
					 .packed = streams->packed->len};
	uint64_t used_in = 0, used_out = 0;
	struct sevenzip_bind bind;
	uint32_t in_count;

	if (!parse_coders(streams, &folder, bytes, &in_count))
		return false;
	/* One out-stream is the folder's own bytes, each other one feeds an in-stream. */
	folder.bind_count = (uint8_t)(folder.out_count - 1);
	if (in_count <= folder.bind_count)
		return false;
	folder.packed_count = (uint8_t)(in_count - folder.bind_count);
	for (unsigned i = 0; i < folder.bind_count; i++) {
		if (!take_stream(bytes, in_count, &used_in, &bind.in) ||
		    !take_stream(bytes, folder.out_count, &used_out, &bind.out))
			return false;
		g_array_append_val(streams->binds, bind);
	}
	if (!parse_packed_streams(streams, &folder, bytes, in_count, used_in))
		return false;
	g_array_append_val(streams->folders, folder);
	return true;
}

static bool parse_folders(struct sevenzip_streams *streams, struct sevenzip_bytes *bytes)
{
	uint8_t is_external;
	uint32_t count;

	if (!sevenzip_take_id(bytes, SEVENZIP_FOLDER) ||
	    !sevenzip_take_count(bytes, WH_MAX_SEVENZIP_STREAMS, &count) ||
	    !sevenzip_take_byte(bytes, &is_external) || is_external)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (!parse_folder(streams, bytes))
			return false;
		if (streams->coders->len > WH_MAX_SEVENZIP_STREAMS ||
		    streams->packed->len + streams->binds->len > WH_MAX_SEVENZIP_STREAMS)
			return false;
	}
	return true;
}

static bool parse_unpack_sizes(struct sevenzip_streams *streams, struct sevenzip_bytes *bytes)
{
	uint64_t size;

	if (!sevenzip_take_id(bytes, SEVENZIP_UNPACK_SIZE))
		return false;
	for (guint i = 0; i < streams->folders->len; i++) {
		struct sevenzip_folder *folder =
			&g_array_index(streams->folders, struct sevenzip_folder, i);

		folder->size = streams->sizes->len;
		for (unsigned out = 0; out < folder->out_count; out++) {
			if (!sevenzip_take_number(bytes, &size))
				return false;
			g_array_append_val(streams->sizes, size);
		}
	}
	return true;
}

static bool parse_folder_digests(struct sevenzip_streams *streams, struct sevenzip_bytes *bytes)
{
	struct sevenzip_bytes all = *bytes;
	struct sevenzip_digests digests;

	if (!sevenzip_take_id(bytes, SEVENZIP_CRC))
		return true;
	if (!sevenzip_digests_begin(&digests, bytes, streams->folders->len))
		return false;
	for (guint i = 0; i < streams->folders->len; i++) {
		struct sevenzip_folder *folder =
			&g_array_index(streams->folders, struct sevenzip_folder, i);

		if (!sevenzip_digests_next(&digests, &folder->digest))
			return false;
	}
	all.size -= bytes->size;
	streams->digests = all;
	return true;
}

bool sevenzip_streams_parse(struct sevenzip_streams *streams, struct sevenzip_bytes bytes,
			    uint64_t archive_size, const char **problem)
{
	/* Without packed streams there is nothing that could be encrypted. */
	if (!sevenzip_take_id(&bytes, SEVENZIP_PACK_INFO) ||
	    !parse_pack_info(streams, &bytes, archive_size)) {
		*problem = "damaged 7z header: packed streams";
		return false;
	}
	if (!sevenzip_take_id(&bytes, SEVENZIP_UNPACK_INFO) || !parse_folders(streams, &bytes) ||
	    streams->packed->len + 1 != streams->packed_offsets->len) {
		*problem = "damaged 7z header: folders";
		return false;
	}
	if (!parse_unpack_sizes(streams, &bytes) || !parse_folder_digests(streams, &bytes) ||
	    !sevenzip_take_id(&bytes, SEVENZIP_END)) {
		*problem = "damaged 7z header: unpacked sizes";
		return false;
	}
	streams->rest = bytes;
	return true;
}

uint64_t sevenzip_folder_size(const struct sevenzip_streams *streams,
			      const struct sevenzip_folder *folder)
{
	uint32_t bound = 0;

	for (unsigned i = 0; i < folder->bind_count; i++)
		bound |= 1u << g_array_index(streams->binds, struct sevenzip_bind, folder->bind + i)
				       .out;
	return g_array_index(streams->sizes, uint64_t,
			     folder->size + (unsigned)__builtin_ctzll(~(uint64_t)bound));
}

/* The coder that has in-stream `in`, and its first out-stream. */
static const struct sevenzip_coder *find_reader(const struct sevenzip_streams *streams,
						const struct sevenzip_folder *folder, unsigned in,
						unsigned *out)
{
	const struct sevenzip_coder *coder =
		&g_array_index(streams->coders, struct sevenzip_coder, folder->coder);

	for (*out = 0; in >= coder->in_count; coder++) {
		in -= coder->in_count;
		*out += coder->out_count;
	}
	return coder;
}

static const struct sevenzip_bind *find_bind(const struct sevenzip_streams *streams,
					     const struct sevenzip_folder *folder, unsigned out)
{
	for (unsigned i = 0; i < folder->bind_count; i++) {
		const struct sevenzip_bind *bind =
			&g_array_index(streams->binds, struct sevenzip_bind, folder->bind + i);

		if (bind->out == out)
			return bind;
	}
	return NULL;
}

struct sevenzip_entrance sevenzip_folder_entrance(const struct sevenzip_streams *streams,
						  const struct sevenzip_folder *folder, unsigned i)
{
	uint8_t in = g_array_index(streams->packed, uint8_t, folder->packed + i);
	const uint64_t *offsets =
		&g_array_index(streams->packed_offsets, uint64_t, folder->packed + i);
	const uint64_t *sizes = &g_array_index(streams->sizes, uint64_t, folder->size);
	struct sevenzip_entrance entrance = {.next_in = in, .size = offsets[1] - offsets[0]};
	const struct sevenzip_bind *bind;
	unsigned out;

	entrance.next = find_reader(streams, folder, in, &out);
	if (entrance.next->method == WH_SEVENZIP_AES) {
		entrance.aes = entrance.next;
		entrance.aes_in = in;
		entrance.aes_out = (uint8_t)out;
		entrance.size = sizes[out];
		bind = find_bind(streams, folder, out);
		entrance.next = bind ? find_reader(streams, folder, bind->in, &out) : NULL;
		entrance.next_in = bind ? bind->in : in;
	}
	/* A coder without an out-stream, last in its folder, has nothing to give. */
	entrance.next_size = out < folder->out_count ? sizes[out] : 0;
	return entrance;
}
