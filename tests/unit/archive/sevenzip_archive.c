/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/archive/sevenzip_archive.h"

#include <lzma.h>
#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha2.h>
#include <string.h>

#include "base/bytes.h"
#include "archive/sevenzip/number.h"

const char sevenzip_archive_line[] = "an invented line of thirty b.\n";

#define START_SIZE 32
#define SALT_SIZE 3

static const uint8_t vector[8] = "startvec";

static void put(GByteArray *out, const char *bytes, size_t size)
{
	g_byte_array_append(out, (const uint8_t *)bytes, (guint)size);
}

static void put_byte(GByteArray *out, unsigned byte)
{
	uint8_t one = (uint8_t)byte;

	g_byte_array_append(out, &one, 1);
}

static void put_crc(GByteArray *out, const GByteArray *data)
{
	uint8_t crc[4];

	bytes_put_u32(crc, lzma_crc32(data->data, data->len, 0));
	g_byte_array_append(out, crc, sizeof(crc));
}

static void make_salt(unsigned folder, uint8_t salt[SALT_SIZE])
{
	memcpy(salt, "sa", 2);
	salt[2] = (uint8_t)folder;
}

static void make_key(const struct sevenzip_shape *shape, unsigned folder, uint8_t *key)
{
	glong units;
	g_autofree gunichar2 *password =
		g_utf8_to_utf16(WH_ARCHIVE_PASSWORD, -1, NULL, &units, NULL);
	uint8_t salt[SALT_SIZE], counter[8];
	struct sha256_ctx sha;

	make_salt(folder, salt);
	if (shape->power == 0x3f) {
		memset(key, 0, 32);
		memcpy(key, salt, SALT_SIZE);
		memcpy(key + SALT_SIZE, password, MIN((size_t)units * 2, 32 - SALT_SIZE));
		return;
	}
	sha256_init(&sha);
	for (uint64_t i = 0; i < 1ull << shape->power; i++) {
		bytes_put_u64(counter, i);
		sha256_update(&sha, SALT_SIZE, salt);
		sha256_update(&sha, (size_t)units * 2, (const uint8_t *)password);
		sha256_update(&sha, sizeof(counter), counter);
	}
	sha256_digest(&sha, SHA256_DIGEST_SIZE, key);
}

static void encrypt(const struct sevenzip_shape *shape, unsigned folder, GByteArray *data)
{
	uint8_t key[32], iv[16] = {0};
	struct aes256_ctx aes;

	while (data->len % 16)
		put_byte(data, 0);
	memcpy(iv, vector, sizeof(vector));
	make_key(shape, folder, key);
	aes256_set_encrypt_key(&aes, key);
	cbc_encrypt(&aes, nettle_aes256.encrypt, 16, iv, data->len, data->data, data->data);
}

static lzma_options_lzma lzma_options(void)
{
	lzma_options_lzma options;

	lzma_lzma_preset(&options, 6);
	options.dict_size = 1 << 16;
	return options;
}

static GByteArray *compress(const GByteArray *data)
{
	lzma_options_lzma options = lzma_options();
	lzma_filter filters[] = {{LZMA_FILTER_LZMA1, &options}, {LZMA_VLI_UNKNOWN, NULL}};
	GByteArray *out = g_byte_array_new();
	size_t size = 0;

	g_byte_array_set_size(out, data->len + 4096);
	g_assert_cmpint(lzma_raw_buffer_encode(filters, NULL, data->data, data->len, out->data,
					       &size, out->len),
			==, LZMA_OK);
	g_byte_array_set_size(out, (guint)size);
	return out;
}

/* One packed stream and what is said of it. */
struct packing {
	GByteArray *packed; /* encrypted */
	GByteArray *folder; /* its coders and binds */
	GByteArray *sizes; /* what the coders give */
};

static void put_aes(GByteArray *out, const struct sevenzip_shape *shape, unsigned folder)
{
	uint8_t salt[SALT_SIZE];

	make_salt(folder, salt);
	put(out, "\x24\x06\xf1\x07\x01", 5);
	put_byte(out, 2 + SALT_SIZE + sizeof(vector));
	put_byte(out, 0xc0 | shape->power);
	put_byte(out, (SALT_SIZE - 1) << 4 | (sizeof(vector) - 1));
	g_byte_array_append(out, salt, SALT_SIZE);
	g_byte_array_append(out, vector, sizeof(vector));
}

static void put_coder(GByteArray *out, const struct sevenzip_shape *shape)
{
	lzma_options_lzma options = lzma_options();
	lzma_filter filter = {LZMA_FILTER_LZMA1, &options};
	uint8_t properties[5];

	if (shape->is_stored) {
		put(out, "\x01\x00", 2);
		return;
	}
	lzma_properties_encode(&filter, properties);
	put(out, "\x23\x03\x01\x01\x05", 5);
	g_byte_array_append(out, properties, sizeof(properties));
}

static struct packing pack(const struct sevenzip_shape *shape, unsigned folder,
			   const GByteArray *data)
{
	struct packing packing = {.folder = g_byte_array_new(), .sizes = g_byte_array_new()};
	unsigned layers = shape->is_twice ? 2 : 1;

	packing.packed = shape->is_stored
				 ? g_byte_array_append(g_byte_array_new(), data->data, data->len)
				 : compress(data);
	put_byte(packing.folder, layers + 1);
	for (unsigned i = 0; i < layers; i++) {
		put_aes(packing.folder, shape, folder);
		sevenzip_put_number(packing.sizes, packing.packed->len + shape->extra_size);
	}
	put_coder(packing.folder, shape);
	sevenzip_put_number(packing.sizes, data->len);
	for (unsigned i = 0; i < layers; i++) {
		put_byte(packing.folder, i + 1);
		put_byte(packing.folder, i);
		encrypt(shape, folder, packing.packed);
	}
	return packing;
}

static void packing_release(struct packing *packing)
{
	g_byte_array_unref(packing->packed);
	g_byte_array_unref(packing->folder);
	g_byte_array_unref(packing->sizes);
}

/* A streams info of packed streams that begin at `offset` and hold the same each. */
static void put_streams(GByteArray *out, const struct packing *packings, unsigned count,
			size_t offset, const GByteArray *data)
{
	put(out, "\x06", 1);
	sevenzip_put_number(out, offset);
	sevenzip_put_number(out, count);
	put(out, "\x09", 1);
	for (unsigned i = 0; i < count; i++)
		sevenzip_put_number(out, packings[i].packed->len);
	put(out, "\x00\x07\x0b", 3);
	sevenzip_put_number(out, count);
	put_byte(out, 0);
	for (unsigned i = 0; i < count; i++)
		g_byte_array_append(out, packings[i].folder->data, packings[i].folder->len);
	put(out, "\x0c", 1);
	for (unsigned i = 0; i < count; i++)
		g_byte_array_append(out, packings[i].sizes->data, packings[i].sizes->len);
	put(out, "\x0a\x01", 2);
	for (unsigned i = 0; i < count; i++)
		put_crc(out, data);
	/* A substreams info that says nothing: libarchive wants one. */
	put(out, "\x00\x08\x00\x00", 4);
}

/* Files are named a0, a1, …, and then by the letters that follow. */
static void put_files(GByteArray *out, unsigned count)
{
	put(out, "\x05", 1);
	sevenzip_put_number(out, count);
	put(out, "\x11", 1);
	sevenzip_put_number(out, 1 + 6 * count);
	put_byte(out, 0);
	for (unsigned i = 0; i < count; i++) {
		put_byte(out, 'a' + i / 10);
		put_byte(out, 0);
		put_byte(out, '0' + i % 10);
		put(out, "\0\0\0", 3);
	}
	put(out, "\x00\x00", 2);
}

static GByteArray *hide_header(const struct sevenzip_shape *shape, GByteArray *archive,
			       GByteArray *header)
{
	struct packing packing = pack(shape, 0, header);
	GByteArray *out = g_byte_array_new();

	put(out, "\x17", 1);
	put_streams(out, &packing, 1, archive->len - START_SIZE, header);
	g_byte_array_append(archive, packing.packed->data, packing.packed->len);
	packing_release(&packing);
	g_byte_array_unref(header);
	return out;
}

size_t sevenzip_archive_header(const GByteArray *archive)
{
	uint64_t offset = 0;

	bytes_get_u64(archive->data, archive->len, 12, &offset);
	return START_SIZE + offset;
}

void sevenzip_archive_seal(GByteArray *archive)
{
	size_t header = sevenzip_archive_header(archive);
	size_t size = archive->len - header;

	bytes_put_u64(archive->data + 20, size);
	bytes_put_u32(archive->data + 28, lzma_crc32(archive->data + header, size, 0));
	bytes_put_u32(archive->data + 8, lzma_crc32(archive->data + 12, 20, 0));
}

GByteArray *sevenzip_archive_new(const struct sevenzip_shape *shape)
{
	GByteArray *archive = g_byte_array_new(), *data = g_byte_array_new();
	GByteArray *header = g_byte_array_new();
	struct packing packings[128];

	put(archive, "7z\xbc\xaf\x27\x1c\0\4", 8);
	g_byte_array_set_size(archive, START_SIZE);
	for (unsigned i = 0; i < WH_ARCHIVE_LINES; i++)
		put(data, sevenzip_archive_line, strlen(sevenzip_archive_line));
	for (unsigned i = 0; i < shape->folders; i++) {
		packings[i] = pack(shape, i, data);
		g_byte_array_append(archive, packings[i].packed->data, packings[i].packed->len);
	}
	put(header, "\x01\x04", 2);
	put_streams(header, packings, shape->folders, 0, data);
	put_files(header, shape->folders);
	if (shape->hides_header)
		header = hide_header(shape, archive, header);
	bytes_put_u64(archive->data + 12, archive->len - START_SIZE);
	g_byte_array_append(archive, header->data, header->len);
	sevenzip_archive_seal(archive);
	for (unsigned i = 0; i < shape->folders; i++)
		packing_release(&packings[i]);
	g_byte_array_unref(header);
	g_byte_array_unref(data);
	return archive;
}
