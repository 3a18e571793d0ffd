# SPDX-License-Identifier: Apache-2.0
# What others install. Each target builds one from what `make dist` packs, tries it on samples, and
# leaves it in packages/.
PACKAGES = deb rpm container static reproducible

EXTRA_DIST += $(PACKAGES:%=packaging/%.sh) packaging/setup.sh packaging/try.sh packaging/root.sh \
	packaging/Containerfile packaging/wmihunt.spec \
	debian/changelog debian/control debian/copyright debian/rules debian/source/format \
	debian/tests/control debian/tests/samples debian/wmihunt.docs

.PHONY: $(PACKAGES) packages
$(PACKAGES): all
	MAKEFLAGS= $(SHELL) $(srcdir)/packaging/$@.sh
packages: $(PACKAGES)

# The same bytes each time: files have the time of the commit, and no owner.
dist-hook: set-dist-times
.PHONY: set-dist-times
set-dist-times:
	test -z "$$SOURCE_DATE_EPOCH" || \
		find $(distdir) -exec touch -h -d "@$$SOURCE_DATE_EPOCH" {} +
