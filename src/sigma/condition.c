/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/condition.h"

#include <string.h>

#include "base/limits.h"

struct parser {
	const struct yaml_node *node;
	const char *at; /* after the token */
	char *token; /* NULL at the end */
	size_t offset; /* of the token */
	GPtrArray *selections;
	struct lint *lint;
	unsigned depth;
	unsigned *nodes; /* so far, in the whole list of conditions */
};

static struct condition *condition_new(enum condition_kind kind)
{
	struct condition *condition = g_new0(struct condition, 1);

	condition->kind = kind;
	if (kind != CONDITION_SELECTION)
		condition->operands =
			g_ptr_array_new_with_free_func((GDestroyNotify)condition_free);
	return condition;
}

/* "And" and "or" over nothing. */
struct condition *condition_new_constant(bool holds)
{
	return condition_new(holds ? CONDITION_AND : CONDITION_OR);
}

void condition_free(struct condition *condition)
{
	if (!condition)
		return;
	if (condition->operands)
		g_ptr_array_unref(condition->operands);
	g_free(condition);
}

static void parser_fail(struct parser *parser, const char *text)
{
	struct place place = yaml_node_locate(parser->node, parser->offset);

	if (parser->token)
		lint_error(parser->lint, &place, "condition: %s, not '%s'", text, parser->token);
	else
		lint_error(parser->lint, &place, "condition: %s, but it ends", text);
}

static void parser_next(struct parser *parser)
{
	size_t length;

	parser->at += strspn(parser->at, " \t\r\n");
	length = strcspn(parser->at, " \t\r\n()|");
	/* The three others are tokens of one character. */
	if (length == 0 && *parser->at)
		length = 1;
	g_free(parser->token);
	parser->token = length > 0 ? g_strndup(parser->at, length) : NULL;
	parser->offset = (size_t)(parser->at - parser->node->text);
	parser->at += length;
}

static bool token_is(const struct parser *parser, const char *word)
{
	return parser->token && g_ascii_strcasecmp(parser->token, word) == 0;
}

static bool spend_node(struct parser *parser)
{
	if (++*parser->nodes <= WH_MAX_CONDITION_NODES)
		return true;
	lint_error(parser->lint, &parser->node->place, "condition: longer than %d words",
		   WH_MAX_CONDITION_NODES);
	return false;
}

static bool add_selection(struct parser *parser, struct condition *group,
			  struct selection *selection)
{
	struct condition *leaf;

	if (!spend_node(parser))
		return false;
	leaf = condition_new(CONDITION_SELECTION);
	leaf->selection = selection;
	selection->used = true;
	g_ptr_array_add(group->operands, leaf);
	return true;
}

static bool name_fits(const char *name, const char *pattern)
{
	if (g_ascii_strcasecmp(pattern, "them") == 0)
		return name[0] != '_';
	return g_pattern_match_simple(pattern, name);
}

static bool add_fitting(struct parser *parser, struct condition *group)
{
	if (strchr(parser->token, '?')) {
		parser_fail(parser, "expected a pattern whose only wildcard is *");
		return false;
	}
	for (guint i = 0; i < parser->selections->len; i++) {
		struct selection *selection = g_ptr_array_index(parser->selections, i);

		if (name_fits(selection->name, parser->token) &&
		    !add_selection(parser, group, selection))
			return false;
	}
	if (group->operands->len > 0)
		return true;
	parser_fail(parser, "expected a pattern that fits a selection");
	return false;
}

/* The rest of "1 of x*" or "all of them", from "of" on. */
static struct condition *parse_group(struct parser *parser, enum condition_kind kind)
{
	struct condition *group = condition_new(kind);

	if (!token_is(parser, "of")) {
		parser_fail(parser, "expected 'of'");
		goto failed;
	}
	parser_next(parser);
	if (!parser->token || strchr("()|", parser->token[0])) {
		parser_fail(parser, "expected 'them' or a pattern");
		goto failed;
	}
	if (!add_fitting(parser, group))
		goto failed;
	parser_next(parser);
	return group;
failed:
	condition_free(group);
	return NULL;
}

static struct condition *parse_name(struct parser *parser)
{
	struct condition *leaf;

	if (!spend_node(parser))
		return NULL;
	for (guint i = 0; i < parser->selections->len; i++) {
		struct selection *selection = g_ptr_array_index(parser->selections, i);

		if (strcmp(selection->name, parser->token) != 0)
			continue;
		leaf = condition_new(CONDITION_SELECTION);
		leaf->selection = selection;
		selection->used = true;
		parser_next(parser);
		return leaf;
	}
	return NULL;
}

static struct condition *parse_any(struct parser *parser);
static struct condition *parse_operand(struct parser *parser);

static struct condition *parse_parentheses(struct parser *parser)
{
	struct condition *inner;

	parser_next(parser);
	inner = parse_any(parser);
	if (!inner)
		return NULL;
	if (!token_is(parser, ")")) {
		parser_fail(parser, "expected ')'");
		condition_free(inner);
		return NULL;
	}
	parser_next(parser);
	return inner;
}

static struct condition *parse_not(struct parser *parser)
{
	struct condition *operand, *negation;

	parser_next(parser);
	operand = parse_operand(parser);
	if (!operand)
		return NULL;
	negation = condition_new(CONDITION_NOT);
	g_ptr_array_add(negation->operands, operand);
	return negation;
}

static struct condition *parse_word(struct parser *parser)
{
	bool all = token_is(parser, "all");
	struct condition *leaf;
	unsigned errors = parser->lint->errors;

	if (all || token_is(parser, "1") || token_is(parser, "any")) {
		parser_next(parser);
		return parse_group(parser, all ? CONDITION_AND : CONDITION_OR);
	}
	if (!parser->token || strchr(")|", parser->token[0])) {
		parser_fail(parser, "expected a selection");
		return NULL;
	}
	leaf = parse_name(parser);
	if (!leaf && parser->lint->errors == errors)
		parser_fail(parser, "expected the name of a selection");
	return leaf;
}

static struct condition *parse_operand(struct parser *parser)
{
	struct condition *condition;

	if (++parser->depth > WH_MAX_CONDITION_DEPTH) {
		lint_error(parser->lint, &parser->node->place, "condition: nests deeper than %d",
			   WH_MAX_CONDITION_DEPTH);
		return NULL;
	}
	if (token_is(parser, "("))
		condition = parse_parentheses(parser);
	else if (token_is(parser, "not"))
		condition = parse_not(parser);
	else
		condition = parse_word(parser);
	parser->depth--;
	return condition;
}

/* Operands with `word` between them; a single one stays as it is. */
static struct condition *parse_joined(struct parser *parser, const char *word,
				      enum condition_kind kind,
				      struct condition *(*parse)(struct parser *))
{
	struct condition *joined, *operand = parse(parser);

	if (!operand || !token_is(parser, word))
		return operand;
	joined = condition_new(kind);
	g_ptr_array_add(joined->operands, operand);
	while (token_is(parser, word)) {
		parser_next(parser);
		operand = parse(parser);
		if (!operand) {
			condition_free(joined);
			return NULL;
		}
		g_ptr_array_add(joined->operands, operand);
	}
	return joined;
}

static struct condition *parse_all(struct parser *parser)
{
	return parse_joined(parser, "and", CONDITION_AND, parse_operand);
}

static struct condition *parse_any(struct parser *parser)
{
	return parse_joined(parser, "or", CONDITION_OR, parse_all);
}

static struct condition *parse_text(const struct yaml_node *node, GPtrArray *selections,
				    struct lint *lint, unsigned *nodes)
{
	struct parser parser = {
		.node = node,
		.at = node->text,
		.selections = selections,
		.lint = lint,
		.nodes = nodes,
	};
	struct condition *condition;

	parser_next(&parser);
	condition = parse_any(&parser);
	if (condition && parser.token) {
		if (token_is(&parser, "|"))
			parser_fail(&parser, "aggregations are not supported: expected the end");
		else
			parser_fail(&parser, "expected 'and', 'or' or the end");
		condition_free(condition);
		condition = NULL;
	}
	g_free(parser.token);
	return condition;
}

static struct condition *load_one(const struct yaml_node *node, GPtrArray *selections,
				  struct lint *lint, unsigned *nodes)
{
	if (node->type == YAML_SCALAR)
		return parse_text(node, selections, lint, nodes);
	lint_error(lint, &node->place, "a condition must be a text");
	return NULL;
}

struct condition *condition_load(const struct yaml_node *node, GPtrArray *selections,
				 struct lint *lint)
{
	struct condition *list;
	unsigned errors = lint->errors;
	unsigned nodes = 0;

	if (node->type != YAML_LIST)
		return load_one(node, selections, lint, &nodes);
	list = condition_new(CONDITION_OR);
	if (node->children->len == 0)
		lint_error(lint, &node->place, "the list of conditions is empty");
	for (guint i = 0; i < node->children->len; i++) {
		struct condition *one =
			load_one(g_ptr_array_index(node->children, i), selections, lint, &nodes);

		if (one)
			g_ptr_array_add(list->operands, one);
	}
	if (lint->errors == errors)
		return list;
	condition_free(list);
	return NULL;
}

bool condition_holds(const struct condition *condition, struct matcher *matcher)
{
	bool decides = condition->kind == CONDITION_OR;

	if (condition->kind == CONDITION_SELECTION)
		return selection_holds(condition->selection, matcher);
	if (condition->kind == CONDITION_NOT)
		return !condition_holds(g_ptr_array_index(condition->operands, 0), matcher);
	for (guint i = 0; i < condition->operands->len; i++)
		if (condition_holds(g_ptr_array_index(condition->operands, i), matcher) == decides)
			return decides;
	return !decides;
}

bool condition_holds_as_assumed(const struct condition *condition)
{
	bool decides = condition->kind == CONDITION_OR;

	if (condition->kind == CONDITION_SELECTION)
		return condition->selection->assumed;
	if (condition->kind == CONDITION_NOT)
		return !condition_holds_as_assumed(g_ptr_array_index(condition->operands, 0));
	for (guint i = 0; i < condition->operands->len; i++)
		if (condition_holds_as_assumed(g_ptr_array_index(condition->operands, i)) ==
		    decides)
			return decides;
	return !decides;
}

void condition_collect(const struct condition *condition, struct matcher *matcher,
		       GPtrArray *fields)
{
	if (condition->kind == CONDITION_SELECTION)
		selection_collect(condition->selection, matcher, fields);
	if (condition->kind == CONDITION_SELECTION || condition->kind == CONDITION_NOT)
		return;
	for (guint i = 0; i < condition->operands->len; i++) {
		const struct condition *operand = g_ptr_array_index(condition->operands, i);

		if (condition_holds(operand, matcher))
			condition_collect(operand, matcher, fields);
	}
}
