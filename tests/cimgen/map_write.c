/* SPDX-License-Identifier: Apache-2.0 */
#include "map_write.h"

#include "bytes_add.h"

#define WH_MAP_BEGIN 0xabcdu
#define WH_MAP_END 0xdcbau

static void append_entry(GByteArray *out, const struct paged_file *pages, uint32_t logical,
			 uint32_t root)
{
	const struct page_entry *entry = paged_file_entry(pages, logical);

	bytes_add_u32(out, entry->physical);
	bytes_add_u32(out, entry->check);
	bytes_add_u32(out, entry->free_bytes);
	bytes_add_u32(out, logical == 0 ? root : 0);
	bytes_add_u32(out, pages->checkpoint);
	bytes_add_u32(out, entry->last);
}

/* Physical pages that the map does not name, first their number. */
static void append_free(GByteArray *out, const struct paged_file *pages)
{
	g_autofree bool *mapped = g_new0(bool, pages->used->len + 1);
	guint count_at = out->len;
	uint32_t count = 0;

	for (guint i = 0; i < pages->entries->len; i++)
		if (paged_file_entry(pages, i)->physical != WH_NO_PAGE)
			mapped[paged_file_entry(pages, i)->physical] = true;
	bytes_add_u32(out, 0);
	for (uint32_t i = 0; i < pages->used->len; i++) {
		if (!mapped[i]) {
			bytes_add_u32(out, i);
			count++;
		}
	}
	bytes_put_u32(out->data + count_at, count);
}

void map_append(GByteArray *out, enum repository_layout layout, const struct paged_file *pages,
		uint32_t sequence, uint32_t root)
{
	bytes_add_u32(out, WH_MAP_BEGIN);
	bytes_add_u32(out, sequence);
	if (layout == LAYOUT_V6) {
		bytes_add_u32(out, pages->checkpoint);
		bytes_add_u32(out, pages->checkpoint - 1);
	}
	bytes_add_u32(out, pages->used->len);
	bytes_add_u32(out, pages->entries->len);
	for (guint i = 0; i < pages->entries->len; i++) {
		if (layout == LAYOUT_V6)
			append_entry(out, pages, i, root);
		else
			bytes_add_u32(out, paged_file_entry(pages, i)->physical);
	}
	append_free(out, pages);
	bytes_add_u32(out, WH_MAP_END);
}
