/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/sevenzip/key.h"

#include <glib.h>
#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha2.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"

#define NO_HASHING 0x3f
#define COUNTER_SIZE 8
#define BATCH 64 /* rounds hashed by one call */

struct sevenzip_key {
	uint8_t power;
	uint8_t salt_size;
	uint8_t salt[WH_SEVENZIP_BLOCK];
	struct aes256_ctx aes;
};

struct sevenzip_keys {
	GPtrArray *keys; /* struct sevenzip_key */
	uint8_t *password; /* UTF-16LE */
	size_t password_size;
	uint64_t hashed; /* bytes so far */
};

/*
 * Properties, as 7-Zip's 7zAes.cpp reads them: 6 bits of power, a bit each for one more byte of
 * vector and salt; if one is set, a byte with 4 bits each of further salt and vector size,
 * then salt and vector.
 */
bool sevenzip_aes_parse(const uint8_t *properties, size_t size, struct sevenzip_aes *out)
{
	struct sevenzip_aes aes = {0};
	size_t salt_size, vector_size;

	if (size < 1)
		return false;
	aes.power = properties[0] & 0x3f;
	if (aes.power > WH_MAX_SEVENZIP_POWER && aes.power != NO_HASHING)
		return false;
	if (properties[0] & 0xc0) {
		if (size < 2)
			return false;
		salt_size = (size_t)(properties[0] >> 7) + (properties[1] >> 4);
		vector_size = (size_t)(properties[0] >> 6 & 1) + (properties[1] & 0x0f);
		if (size - 2 != salt_size + vector_size)
			return false;
		aes.salt_size = (uint8_t)salt_size;
		memcpy(aes.salt, properties + 2, salt_size);
		memcpy(aes.vector, properties + 2 + salt_size, vector_size);
	}
	*out = aes;
	return true;
}

static void free_key(gpointer data)
{
	explicit_bzero(data, sizeof(struct sevenzip_key));
	g_free(data);
}

struct sevenzip_keys *sevenzip_keys_new(const char *password)
{
	struct sevenzip_keys *keys;
	glong units;
	g_autofree gunichar2 *utf16 = g_utf8_to_utf16(password, -1, NULL, &units, NULL);

	if (!utf16)
		return NULL;
	keys = g_new0(struct sevenzip_keys, 1);
	keys->keys = g_ptr_array_new_with_free_func(free_key);
	keys->password_size = (size_t)units * 2;
	keys->password = g_malloc(MAX(keys->password_size, 1)); /* never NULL */
	for (glong i = 0; i < units; i++)
		bytes_put_u16(keys->password + 2 * i, utf16[i]);
	explicit_bzero(utf16, keys->password_size);
	return keys;
}

void sevenzip_keys_free(struct sevenzip_keys *keys)
{
	if (!keys)
		return;
	g_ptr_array_unref(keys->keys);
	explicit_bzero(keys->password, keys->password_size);
	g_free(keys->password);
	g_free(keys);
}

static void join(const struct sevenzip_aes *aes, const uint8_t *data, size_t size, uint8_t *digest)
{
	size_t room = SHA256_DIGEST_SIZE - aes->salt_size;

	memset(digest, 0, SHA256_DIGEST_SIZE);
	memcpy(digest, aes->salt, aes->salt_size);
	memcpy(digest + aes->salt_size, data, MIN(size, room));
}

/* Rounds are hashed in batches, as a call for each takes longer than the hashing. */
static void hash(const struct sevenzip_aes *aes, const struct sevenzip_keys *keys, uint8_t *digest)
{
	size_t prefix = aes->salt_size + keys->password_size;
	size_t unit = prefix + COUNTER_SIZE;
	g_autofree uint8_t *batch = g_malloc(BATCH * unit);
	uint64_t rounds = 1ull << aes->power;
	struct sha256_ctx sha;

	for (unsigned i = 0; i < BATCH; i++) {
		memcpy(batch + i * unit, aes->salt, aes->salt_size);
		memcpy(batch + i * unit + aes->salt_size, keys->password, keys->password_size);
	}
	sha256_init(&sha);
	for (uint64_t done = 0; done < rounds; done += BATCH) {
		for (unsigned i = 0; i < BATCH; i++)
			bytes_put_u64(batch + i * unit + prefix, done + i);
		sha256_update(&sha, MIN(BATCH, rounds - done) * unit, batch);
	}
	sha256_digest(&sha, SHA256_DIGEST_SIZE, digest);
	explicit_bzero(batch, BATCH * unit);
}

static bool is_same(const struct sevenzip_key *key, const struct sevenzip_aes *aes)
{
	return key->power == aes->power && key->salt_size == aes->salt_size &&
	       memcmp(key->salt, aes->salt, aes->salt_size) == 0;
}

static bool may_hash(struct sevenzip_keys *keys, const struct sevenzip_aes *aes)
{
	uint64_t unit = aes->salt_size + keys->password_size + COUNTER_SIZE;
	uint64_t left = WH_MAX_SEVENZIP_HASHED - keys->hashed;

	if (aes->power == NO_HASHING)
		return true;
	if (unit > left >> aes->power)
		return false;
	keys->hashed += unit << aes->power;
	return true;
}

const struct sevenzip_key *sevenzip_keys_get(struct sevenzip_keys *keys,
					     const struct sevenzip_aes *aes)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sevenzip_key *key;

	for (guint i = 0; i < keys->keys->len; i++) {
		key = keys->keys->pdata[i];
		if (is_same(key, aes))
			return key;
	}
	if (keys->keys->len == WH_MAX_SEVENZIP_KEYS || !may_hash(keys, aes))
		return NULL;
	if (aes->power == NO_HASHING)
		join(aes, keys->password, keys->password_size, digest);
	else
		hash(aes, keys, digest);
	key = g_new0(struct sevenzip_key, 1);
	key->power = aes->power;
	key->salt_size = aes->salt_size;
	memcpy(key->salt, aes->salt, aes->salt_size);
	aes256_set_decrypt_key(&key->aes, digest);
	explicit_bzero(digest, sizeof(digest));
	g_ptr_array_add(keys->keys, key);
	return key;
}

void sevenzip_decrypt(const struct sevenzip_key *key, uint8_t vector[WH_SEVENZIP_BLOCK],
		      const uint8_t *data, size_t size, uint8_t *out)
{
	cbc_decrypt(&key->aes, nettle_aes256.decrypt, WH_SEVENZIP_BLOCK, vector, size, out, data);
}
