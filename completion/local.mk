# SPDX-License-Identifier: Apache-2.0
# What shells complete, made of the options that the built program has.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
nodist_bashcompletion_DATA = completion/bash/wmihunt
nodist_zshcompletion_DATA = completion/zsh/_wmihunt
nodist_fishcompletion_DATA = completion/fish/wmihunt.fish
COMPLETIONS = $(nodist_bashcompletion_DATA) $(nodist_zshcompletion_DATA) $(nodist_fishcompletion_DATA)
CLEANFILES += $(COMPLETIONS)
EXTRA_DIST += completion/make

$(COMPLETIONS): wmihunt$(EXEEXT) completion/make
	$(AM_V_GEN)$(MKDIR_P) $(@D) && shell=$(@D) && \
		$(SHELL) $(srcdir)/completion/make $${shell##*/} ./wmihunt$(EXEEXT) >$@.new && mv $@.new $@
