/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/sevenzip/rewrite.h"

/* What of a folder stays: its streams lose the numbers that AES coders had. */
struct folder_plan {
	const struct sevenzip_coder *aes[WH_SEVENZIP_FOLDER_STREAMS];
	unsigned aes_count;
	bool is_aes_alone; /* the one coder becomes Copy */
	uint32_t gone_in, gone_out;
	uint8_t packed[WH_SEVENZIP_FOLDER_STREAMS];
};

static void put_byte(GByteArray *out, uint8_t byte)
{
	g_byte_array_append(out, &byte, 1);
}

static void put_bytes(GByteArray *out, struct sevenzip_bytes bytes)
{
	g_byte_array_append(out, bytes.data, (guint)bytes.size);
}

static const struct sevenzip_coder *get_coder(const struct sevenzip_streams *streams,
					      const struct sevenzip_folder *folder, unsigned i)
{
	return &g_array_index(streams->coders, struct sevenzip_coder, folder->coder + i);
}

static unsigned count_aes(const struct sevenzip_streams *streams,
			  const struct sevenzip_folder *folder)
{
	unsigned count = 0;

	for (unsigned i = 0; i < folder->coder_count; i++)
		count += get_coder(streams, folder, i)->method == WH_SEVENZIP_AES;
	return count;
}

/* False when AES stands anywhere but between a packed stream and another coder, or alone. */
static bool plan_folder(struct folder_plan *plan, const struct sevenzip_streams *streams,
			const struct sevenzip_folder *folder)
{
	*plan = (struct folder_plan){0};
	for (unsigned i = 0; i < folder->packed_count; i++) {
		struct sevenzip_entrance entrance = sevenzip_folder_entrance(streams, folder, i);

		plan->packed[i] = entrance.next_in;
		if (!entrance.aes)
			continue;
		plan->aes[plan->aes_count++] = entrance.aes;
		if (!entrance.next) {
			plan->is_aes_alone = true;
		} else {
			plan->gone_in |= 1u << entrance.aes_in;
			plan->gone_out |= 1u << entrance.aes_out;
		}
	}
	return plan->aes_count == count_aes(streams, folder) &&
	       (!plan->is_aes_alone || folder->coder_count == 1);
}

static bool is_kept(const struct folder_plan *plan, const struct sevenzip_coder *coder)
{
	for (unsigned i = 0; i < plan->aes_count; i++) {
		if (plan->aes[i] == coder)
			return false;
	}
	return true;
}

/* The number of a stream when those before it that are `gone` no longer count. */
static unsigned renumber(uint32_t gone, unsigned stream)
{
	return stream - (unsigned)__builtin_popcount(gone & ((1u << stream) - 1));
}

static void put_coders(GByteArray *out, const struct folder_plan *plan,
		       const struct sevenzip_streams *streams, const struct sevenzip_folder *folder)
{
	if (plan->is_aes_alone) {
		static const uint8_t copy[] = {1, 1, WH_SEVENZIP_COPY};

		g_byte_array_append(out, copy, sizeof(copy));
		return;
	}
	sevenzip_put_number(out, folder->coder_count - plan->aes_count);
	for (unsigned i = 0; i < folder->coder_count; i++) {
		const struct sevenzip_coder *coder = get_coder(streams, folder, i);

		if (is_kept(plan, coder))
			g_byte_array_append(out, coder->raw, coder->raw_size);
	}
}

static void put_folder(GByteArray *out, const struct folder_plan *plan,
		       const struct sevenzip_streams *streams, const struct sevenzip_folder *folder)
{
	put_coders(out, plan, streams, folder);
	for (unsigned i = 0; i < folder->bind_count; i++) {
		const struct sevenzip_bind *bind =
			&g_array_index(streams->binds, struct sevenzip_bind, folder->bind + i);

		if (plan->gone_out >> bind->out & 1)
			continue;
		sevenzip_put_number(out, renumber(plan->gone_in, bind->in));
		sevenzip_put_number(out, renumber(plan->gone_out, bind->out));
	}
	for (unsigned i = 0; folder->packed_count > 1 && i < folder->packed_count; i++)
		sevenzip_put_number(out, renumber(plan->gone_in, plan->packed[i]));
}

static bool add_pieces(const struct sevenzip_streams *streams, const struct sevenzip_folder *folder,
		       struct sevenzip_keys *keys, GArray *pieces, const char **problem)
{
	struct sevenzip_piece piece;
	uint64_t start = 0;

	if (pieces->len > 0) {
		const struct sevenzip_piece *last =
			&g_array_index(pieces, struct sevenzip_piece, pieces->len - 1);

		start = last->start + last->size;
	}
	for (unsigned i = 0; i < folder->packed_count; i++) {
		if (!sevenzip_piece_find(streams, folder, i, keys, &piece, problem))
			return false;
		/* No piece is larger than packed, so that the sum stays below the archive. */
		piece.start = start;
		start += piece.size;
		g_array_append_val(pieces, piece);
	}
	return true;
}

static void put_pack_info(GByteArray *out, const GArray *pieces)
{
	put_byte(out, SEVENZIP_PACK_INFO);
	sevenzip_put_number(out, 0);
	sevenzip_put_number(out, pieces->len);
	put_byte(out, SEVENZIP_SIZE);
	for (guint i = 0; i < pieces->len; i++)
		sevenzip_put_number(out, g_array_index(pieces, struct sevenzip_piece, i).size);
	put_byte(out, SEVENZIP_END);
}

static bool put_folders(GByteArray *out, GByteArray *sizes, const struct sevenzip_streams *streams,
			const char **problem)
{
	struct folder_plan plan;

	for (guint i = 0; i < streams->folders->len; i++) {
		const struct sevenzip_folder *folder =
			&g_array_index(streams->folders, struct sevenzip_folder, i);

		if (!plan_folder(&plan, streams, folder)) {
			*problem = "7z encryption between other coders, which is not read";
			return false;
		}
		put_folder(out, &plan, streams, folder);
		for (unsigned j = 0; j < folder->out_count; j++) {
			if (!(plan.gone_out >> j & 1))
				sevenzip_put_number(sizes, g_array_index(streams->sizes, uint64_t,
									 folder->size + j));
		}
	}
	return true;
}

bool sevenzip_rewrite(const struct sevenzip_streams *streams, struct sevenzip_keys *keys,
		      GByteArray *out, GArray *pieces, const char **problem)
{
	g_autoptr(GByteArray) sizes = g_byte_array_new();

	for (guint i = 0; i < streams->folders->len; i++) {
		if (!add_pieces(streams,
				&g_array_index(streams->folders, struct sevenzip_folder, i), keys,
				pieces, problem))
			return false;
	}
	put_byte(out, SEVENZIP_HEADER);
	put_byte(out, SEVENZIP_MAIN_STREAMS);
	put_pack_info(out, pieces);
	put_byte(out, SEVENZIP_UNPACK_INFO);
	put_byte(out, SEVENZIP_FOLDER);
	sevenzip_put_number(out, streams->folders->len);
	put_byte(out, 0); /* not external: the folders follow */
	if (!put_folders(out, sizes, streams, problem))
		return false;
	put_byte(out, SEVENZIP_UNPACK_SIZE);
	g_byte_array_append(out, sizes->data, sizes->len);
	put_bytes(out, streams->digests);
	put_byte(out, SEVENZIP_END);
	put_bytes(out, streams->rest);
	return true;
}
