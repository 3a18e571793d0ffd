# SPDX-License-Identifier: Apache-2.0
# The hunt packs that are compiled into the program: every rule file of this folder.
HUNT_PACKS = \
	hunts/known_good/scm_event_log_filter.yml \
	hunts/wmi_subscription/download_cradle.yml \
	hunts/wmi_subscription/scm_name_reused.yml

EXTRA_DIST += $(HUNT_PACKS)

nodist_libwmihunt_a_SOURCES = hunts/packs.c
CLEANFILES += hunts/packs.c hunts/packs.gresource.xml

# The list stands in this makefile, so that is what the resource description depends on.
hunts/packs.gresource.xml: Makefile
	$(AM_V_GEN)$(MKDIR_P) hunts && { \
	echo '<gresources><gresource prefix="/wmihunt">'; \
	for pack in $(HUNT_PACKS); do echo "<file>$$pack</file>"; done; \
	echo '</gresource></gresources>'; } > $@.tmp && mv $@.tmp $@

hunts/packs.c: hunts/packs.gresource.xml $(HUNT_PACKS)
	$(AM_V_GEN)$(GLIB_COMPILE_RESOURCES) --sourcedir=$(srcdir) --target=$@ \
	--generate-source --c-name=hunt_packs hunts/packs.gresource.xml
