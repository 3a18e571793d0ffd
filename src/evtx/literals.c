/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/literals.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/bytes.h"

/*
 * How the search works: windows of a few characters, a stride apart, are looked up in a small
 * table. A literal is longer than a window, so with the right stride one of them lies wholly
 * inside of it, wherever it begins; all windows that this can be are in the table. A window's
 * characters are read with the case bit set, and of UTF-16 from bytes of either parity. Whatever
 * is found so is then compared in full.
 */

#define SHORTEST 4

/* Short literals leave room for small windows and strides only, and must not slow the others. */
static const struct {
	size_t from; /* characters of the shortest literal */
	size_t characters[3]; /* of a window, by unit */
} classes[] = {{SHORTEST, {0, 4, 2}}, {6, {0, 4, 4}}};

#define CLASSES G_N_ELEMENTS(classes)
#define LONGEST_STRIDE 64
#define HASH_BITS 15 /* many more than windows: a search seldom stops at a hash that two share */
#define HEAD_BITS 11
#define LEAST_COUNT_BITS 11

/* Of which command lines and chunks are full: that a literal's windows are better taken elsewhere
 * from. */
static const char usual_text[] = ":\\windows\\system32\\ \\program files (x86)\\ \\users\\ "
				 "\\appdata\\local\\ n.exe t.exe r.exe "
				 "microsoft-windows- command 127.0.0.1 localhost file eventdata "
				 "version service system security";
#define USUAL_WEIGHT 8

struct literal {
	char *text; /* in lower case */
	size_t length;
	guint number; /* of who asks for it */
};

/* A window: what stands in it, and where that stands in the literal. */
struct literal_window {
	uint64_t key;
	uint32_t literal;
	uint32_t at; /* in characters */
	uint32_t next; /* window of the same head, counted from 1 */
};

struct literal_class {
	GArray *literals; /* struct literal */
	GArray *windows; /* struct literal_window */
	size_t unit; /* bytes of a character where it is sought: 2 of UTF-16, 1 of UTF-8 */
	size_t characters; /* of a window */
	size_t stride; /* in bytes */
	unsigned count_bits; /* of the hashes by which they are counted */
	uint64_t seen[(1 << HASH_BITS) / 64]; /* a bit for each hash that some window has */
	uint32_t heads[1 << HEAD_BITS]; /* first window, counted from 1 */
};

struct literals {
	size_t unit;
	struct literal_class *classes[CLASSES]; /* NULL: no literal of that length */
};

bool literal_can_be_sought(const char *text)
{
	size_t length = 0;

	for (; text[length]; length++)
		if (text[length] < 0x20 || text[length] > 0x7E)
			return false;
	return length >= SHORTEST;
}

static uint32_t hash_key(uint64_t key, unsigned bits)
{
	return (uint32_t)(key * 0x9E3779B97F4A7C15ull >> (64 - bits));
}

static uint32_t head_of(uint32_t hash)
{
	return hash >> (HASH_BITS - HEAD_BITS);
}

/* The case bit is set in each character; on others than letters it does no harm, as both sides
 * have it. */
static uint64_t make_key(const struct literal_class *class, const char *text)
{
	uint64_t key = 0;

	for (size_t i = class->characters; i > 0; i--)
		key = key << 8 * class->unit | ((unsigned char)text[i - 1] | 0x20);
	return key;
}

/* How many bytes a window can begin at inside a literal of that many characters. */
static size_t count_starts(const struct literal_class *class, size_t length)
{
	return class->unit * (length - class->characters) + 1;
}

/* How many windows there are of each hash: some share a count, which may spoil a choice and nothing
 * else. */
static uint32_t *count_of(const struct literal_class *class, const char *text, uint32_t *counts)
{
	return &counts[hash_key(make_key(class, text), class->count_bits)];
}

static void count_text(const struct literal_class *class, const char *text, size_t length,
		       unsigned weight, uint32_t *counts)
{
	for (size_t at = 0; at + class->characters <= length; at++)
		*count_of(class, text + at, counts) += weight;
}

static void count_windows(const struct literal_class *class, uint32_t *counts)
{
	count_text(class, usual_text, sizeof(usual_text) - 1, USUAL_WEIGHT, counts);
	for (guint i = 0; i < class->literals->len; i++) {
		const struct literal *literal = &g_array_index(class->literals, struct literal, i);

		count_text(class, literal->text, literal->length, 1, counts);
	}
}

/* The characters at which windows from byte `start` on begin. */
static size_t first_window(const struct literal_class *class, size_t start)
{
	return (start + class->unit - 1) / class->unit;
}

static size_t last_window(const struct literal_class *class, size_t start)
{
	return first_window(class, start + class->stride - 1);
}

/*
 * Where in the literal the windows are best taken from: where it has least in common with
 * others and with what is usual. What many share, logs are full of. `sums` is memory that it uses.
 */
static size_t choose_start(const struct literal_class *class, const struct literal *literal,
			   uint32_t *counts, GArray *sums)
{
	size_t starts = count_starts(class, literal->length), best = 0;
	uint64_t sum = 0, lowest = UINT64_MAX;

	/* Of the windows before each. */
	g_array_set_size(sums, 1);
	for (size_t at = 0; at + class->characters <= literal->length; at++) {
		sum += *count_of(class, literal->text + at, counts);
		g_array_append_val(sums, sum);
	}
	for (size_t start = 0; start + class->stride <= starts; start++) {
		sum = g_array_index(sums, uint64_t, last_window(class, start) + 1) -
		      g_array_index(sums, uint64_t, first_window(class, start));
		if (sum < lowest) {
			lowest = sum;
			best = start;
		}
	}
	return best;
}

static void add_window(struct literal_class *class, uint32_t literal, size_t at)
{
	const char *text = g_array_index(class->literals, struct literal, literal).text;
	struct literal_window window = {make_key(class, text + at), literal, (uint32_t)at, 0};
	uint32_t hash = hash_key(window.key, HASH_BITS);
	uint32_t *head = &class->heads[head_of(hash)];

	window.next = *head;
	g_array_append_val(class->windows, window);
	*head = class->windows->len;
	class->seen[hash / 64] |= 1ull << hash % 64;
}

/* As few as will do: the counts are cleared for each class, and most are of few texts. */
static void choose_count_bits(struct literal_class *class)
{
	size_t windows = sizeof(usual_text);

	for (guint i = 0; i < class->literals->len; i++)
		windows += g_array_index(class->literals, struct literal, i).length;
	class->count_bits = LEAST_COUNT_BITS;
	while (class->count_bits < HASH_BITS && (size_t)1 << class->count_bits < 4 * windows)
		class->count_bits++;
}

static void fill_tables(struct literal_class *class)
{
	g_autoptr(GArray) sums = g_array_new(FALSE, TRUE, sizeof(uint64_t));
	g_autofree uint32_t *counts = NULL;

	class->stride = LONGEST_STRIDE;
	for (guint i = 0; i < class->literals->len; i++) {
		const struct literal *literal = &g_array_index(class->literals, struct literal, i);

		class->stride = MIN(class->stride, count_starts(class, literal->length));
	}
	choose_count_bits(class);
	counts = g_new0(uint32_t, (size_t)1 << class->count_bits);
	count_windows(class, counts);
	for (guint i = 0; i < class->literals->len; i++) {
		const struct literal *literal = &g_array_index(class->literals, struct literal, i);
		size_t start = choose_start(class, literal, counts, sums);

		for (size_t at = first_window(class, start); at <= last_window(class, start); at++)
			add_window(class, i, at);
	}
}

static void clear_literal(gpointer literal)
{
	g_free(((struct literal *)literal)->text);
}

static struct literal_class *class_new(size_t unit, size_t characters)
{
	struct literal_class *class = g_new0(struct literal_class, 1);

	class->literals = g_array_new(FALSE, FALSE, sizeof(struct literal));
	g_array_set_clear_func(class->literals, clear_literal);
	class->windows = g_array_new(FALSE, FALSE, sizeof(struct literal_window));
	class->unit = unit;
	class->characters = characters;
	return class;
}

void literals_add(struct literals *literals, const char *text, guint number)
{
	struct literal literal = {g_ascii_strdown(text, -1), strlen(text), number};
	size_t i = CLASSES - 1;

	while (i > 0 && literal.length < classes[i].from)
		i--;
	if (!literals->classes[i])
		literals->classes[i] =
			class_new(literals->unit, classes[i].characters[literals->unit]);
	g_array_append_val(literals->classes[i]->literals, literal);
}

struct literals *literals_new(size_t unit)
{
	struct literals *literals = g_new0(struct literals, 1);

	literals->unit = unit;
	return literals;
}

void literals_finish(struct literals *literals)
{
	for (size_t i = 0; i < CLASSES; i++)
		if (literals->classes[i])
			fill_tables(literals->classes[i]);
}

void literals_free(struct literals *literals)
{
	if (!literals)
		return;
	for (size_t i = 0; i < CLASSES; i++) {
		if (!literals->classes[i])
			continue;
		g_array_unref(literals->classes[i]->literals);
		g_array_unref(literals->classes[i]->windows);
		g_free(literals->classes[i]);
	}
	g_free(literals);
}

static bool stands_at(const struct literal *literal, size_t unit, const uint8_t *data, size_t size,
		      size_t at)
{
	if (at > size || unit * literal->length > size - at)
		return false;
	data += at;
	for (size_t i = 0; i < literal->length; i++)
		if ((unit == 2 && data[2 * i + 1]) ||
		    (char)ascii_to_lower(data[unit * i]) != literal->text[i])
			return false;
	return true;
}

/*
 * A window whose hash is known: is it a part of a literal that stands there? With marks, marks all
 * of those, and is never true. Inlined it would slow the loop that calls it.
 */
static G_NO_INLINE bool verify(const struct literal_class *class, uint64_t key, uint32_t hash,
			       const uint8_t *data, size_t size, size_t at, uint8_t *marks)
{
	const struct literal_window *window;

	for (uint32_t index = class->heads[head_of(hash)]; index; index = window->next) {
		const struct literal *literal;
		size_t before;

		window = &g_array_index(class->windows, struct literal_window, index - 1);
		before = class->unit * window->at;
		if (window->key != key || before > at)
			continue;
		literal = &g_array_index(class->literals, struct literal, window->literal);
		if ((marks && marks[literal->number]) ||
		    !stands_at(literal, class->unit, data, size, at - before))
			continue;
		if (!marks)
			return true;
		marks[literal->number] = 1;
	}
	return false;
}

static G_ALWAYS_INLINE inline uint64_t load(const uint8_t *data, size_t size)
{
	uint64_t bytes = 0;

	memcpy(&bytes, data, size);
	return GUINT64_FROM_LE(bytes);
}

/* Which windows are looked for, by their bytes. */
struct window_form {
	size_t width; /* in bytes */
	uint64_t high; /* bits that ASCII has not */
	uint64_t fold;
	bool is_aligned;
};

static G_ALWAYS_INLINE inline uint64_t load_key(const struct window_form *form, const uint8_t *at)
{
	uint64_t key = load(at, form->width);

	if (!form->is_aligned)
		key = load(at + ((key & form->high) != 0), form->width);
	return key;
}

static G_ALWAYS_INLINE inline bool may_be(const struct literal_class *class,
					  const struct window_form *form, const uint8_t *at)
{
	uint64_t key = load_key(form, at);
	uint32_t hash = hash_key(key | form->fold, HASH_BITS);

	return class->seen[hash / 64] >> hash % 64 & 1 & !(key & form->high);
}

static G_ALWAYS_INLINE inline bool look(const struct literal_class *class,
					const struct window_form *form, const uint8_t *data,
					size_t size, size_t at, uint8_t *marks)
{
	uint64_t key = load(data + at, form->width);
	uint32_t hash;

	/* At the very end there is no byte for the other parity. */
	if (!form->is_aligned && (key & form->high) && at + form->width < size)
		key = load(data + ++at, form->width);
	hash = hash_key(key | form->fold, HASH_BITS);
	return (class->seen[hash / 64] >> hash % 64 & 1) && !(key & form->high) &&
	       verify(class, key | form->fold, hash, data, size, at, marks);
}

/*
 * Of UTF-16 one of two bytes is zero in ASCII text; which of them tells the parity, where that is
 * not known. Four windows have one branch, which is rarely taken.
 */
static G_ALWAYS_INLINE inline bool search(const struct literal_class *class, size_t unit,
					  size_t width, bool is_aligned, const uint8_t *data,
					  size_t size, uint8_t *marks)
{
	const uint64_t used = UINT64_MAX >> (64 - 8 * width);
	const struct window_form form = {
		.width = width,
		.high = unit == 2 ? 0xFF00FF00FF00FF00ull & used : 0,
		.fold = (unit == 2 ? 0x0020002000200020ull : 0x2020202020202020ull) & used,
		.is_aligned = is_aligned,
	};
	/* Of windows at every second byte, those in one stride are as many as in an even one. */
	const size_t stride = class->stride + (is_aligned && unit == 2 ? class->stride % 2 : 0);
	size_t at = 0;

	for (; at + 3 * stride + width < size; at += 4 * stride) {
		const uint8_t *here = data + at;
		bool any = may_be(class, &form, here) | may_be(class, &form, here + stride) |
			   may_be(class, &form, here + 2 * stride) |
			   may_be(class, &form, here + 3 * stride);

		for (size_t i = 0; any && i < 4; i++)
			if (look(class, &form, data, size, at + i * stride, marks))
				return true;
	}
	for (; at + width <= size; at += stride)
		if (look(class, &form, data, size, at, marks))
			return true;
	return false;
}

bool literals_find(const struct literals *literals, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < CLASSES; i++) {
		const struct literal_class *class = literals->classes[i];

		/* A width that the compiler knows is one load. */
		if (class &&
		    (class->characters == 2 ? search(class, 2, 4, false, data, size, NULL)
					    : search(class, 2, 8, false, data, size, NULL)))
			return true;
	}
	return false;
}

bool literals_find_in_text(const struct literals *literals, const uint8_t *text, size_t size)
{
	for (size_t i = 0; i < CLASSES; i++) {
		const struct literal_class *class = literals->classes[i];

		if (class && (class->characters == 2 ? search(class, 2, 4, true, text, size, NULL)
						     : search(class, 2, 8, true, text, size, NULL)))
			return true;
	}
	return false;
}

void literals_mark(const struct literals *literals, const char *text, size_t length, uint8_t *marks)
{
	for (size_t i = 0; i < CLASSES; i++)
		if (literals->classes[i])
			search(literals->classes[i], 1, 4, true, (const uint8_t *)text, length,
			       marks);
}

static bool is_disguise(const uint8_t *unit)
{
	return (unit[0] == 0x7F && unit[1] == 0x01) || (unit[0] == 0x2A && unit[1] == 0x21);
}

bool literals_may_be_disguised(const uint8_t *data, size_t size)
{
	size_t at = 0;

#ifdef __SSE2__
	/* The second byte decides: in text it is rarely one of the two. */
	for (; at + 17 <= size; at += 16) {
		__m128i low = _mm_loadu_si128((const __m128i *)(data + at));
		__m128i high = _mm_loadu_si128((const __m128i *)(data + at + 1));
		__m128i s = _mm_and_si128(_mm_cmpeq_epi8(low, _mm_set1_epi8(0x7F)),
					  _mm_cmpeq_epi8(high, _mm_set1_epi8(0x01)));
		__m128i k = _mm_and_si128(_mm_cmpeq_epi8(low, _mm_set1_epi8(0x2A)),
					  _mm_cmpeq_epi8(high, _mm_set1_epi8(0x21)));

		if (_mm_movemask_epi8(_mm_or_si128(s, k)))
			return true;
	}
#endif
	for (; at + 2 <= size; at++)
		if (is_disguise(data + at))
			return true;
	return false;
}
