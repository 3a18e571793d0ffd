# SPDX-License-Identifier: Apache-2.0
# The page of --format=html, as C texts. Its policy names script and style by their hashes: the
# digest of what stands between their tags, a line feed first.
HTML_CODE = \
	src/report/html/text.js \
	src/report/html/model.js \
	src/report/html/draw.js \
	src/report/html/detail.js \
	src/report/html/page.js
HTML_PARTS = src/report/html/page.html src/report/html/report.css $(HTML_CODE)

EXTRA_DIST += $(HTML_PARTS)
nodist_libwmihunt_a_SOURCES += html_page.c
CLEANFILES += html_page.c

# Three digits of the hexadecimal sum are two of base 64; the last of the 44 is padding.
HTML_HASH = sha256sum | awk '{ \
	digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"; \
	for (i = 1; i < 66; i += 3) { value = 0; \
		for (j = i; j < i + 3; j++) \
			value = value * 16 + index("123456789abcdef", substr($$1 "00", j, 1)); \
		text = text substr(digits, int(value / 64) + 1, 1) substr(digits, value % 64 + 1, 1) } \
	print substr(text, 1, 43) "=" }'

html_page.c: $(HTML_PARTS) src/report/html/local.mk config.status
	$(AM_V_GEN)folder=$(srcdir)/src/report/html && \
	for script in $(HTML_CODE); do cat $(srcdir)/$$script || exit 1; done >$@.js && \
	style=$$({ echo; cat $$folder/report.css; } | $(HTML_HASH)) && \
	script=$$({ echo; cat $@.js; } | $(HTML_HASH)) && \
	{ echo '#include "report/html_page.h"' && echo 'const char html_page_head[] =' && \
	sed -e "s|@style_hash@|$$style|; s|@script_hash@|$$script|; s|@version@|$(VERSION)|" \
		-e "/^@style@$$/{r $$folder/report.css" -e 'd}' \
		-e "/^@script@$$/{r $@.js" -e 'd}' $$folder/page.html | \
	LC_ALL=C sed 's/[\\"]/\\&/g; s/.*/"&\\n"/; s/^"@data@\\n"$$/;\nconst char html_page_tail[] =/' && \
	echo ';'; } >$@.tmp && rm $@.js && mv $@.tmp $@
