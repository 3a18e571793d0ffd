/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of the report, and for each finding the little that lists and filters need of it. A
 * finding's page is made of its line when it is opened.
 */

const LEVELS = ['none', 'informational', 'low', 'medium', 'high', 'critical'];
const lines = JSON.parse(byId('data').textContent);
const ofKind = kind => lines.filter(line => line.kind === kind);
const rules = new Map(ofKind('rule').map(rule => [rule.rule_id || rule.title, rule]));
const hosts = ofKind('coverage');

/* A machine of several names is the one that its coverage has. */
const aliases = new Map();
for (const host of hosts)
	for (const name of [host.host, ...host.host_names || []])
		if (name)
			aliases.set(name.toLowerCase(), host.host);
const hostOf = line => line.host ? aliases.get(line.host.toLowerCase()) || line.host : '';

const TECHNIQUE = /^attack\.(t\d{4}(?:\.\d{3})?)$/;
function techniquesOf(line) {
	const found = new Set();

	for (const match of line.matches || [])
		for (const tag of match.tags || []) {
			const technique = TECHNIQUE.exec(tag);

			if (technique)
				found.add(technique[1].toUpperCase());
		}
	return [...found];
}

function firstText(object, names) {
	for (const name of names)
		if (object && typeof object[name] === 'string' && object[name])
			return object[name];
	return '';
}

function runsOf(line) {
	const properties = (line.consumer || {}).properties || {};
	const texts = Object.values(properties).filter(value => typeof value === 'string');

	return firstText(properties, ['CommandLineTemplate', 'ScriptText', 'ScriptFileName', 'ExecutablePath']) || texts.join(' ') ||
		firstText(line.data, ['CommandLine', 'ScriptBlockText', 'Query', 'Image', 'NewProcessName', 'Operation', 'ImageLoaded', 'TargetFilename',
			'TargetObject', 'Payload', 'ProviderPath']) || Object.values(line.data || {}).filter(value => typeof value === 'string').join(' ');
}

function titleOf(line) {
	const filter = (line.filter || {}).name, consumer = (line.consumer || {}).name;

	if (line.kind === 'subscription' || line.kind === 'stack')
		return (filter || '(no filter)') + ' → ' + (consumer || '(no consumer)');
	if (line.kind === 'correlation')
		return line.title || 'correlation';
	return words(line.evidence || line.provider || 'event') + (line.event_id === undefined ? '' : ' (' + line.event_id + ')');
}

function project(line, index) {
	const rule = (line.matches || [])[0] || line.rule || line.known_good || {};

	return {
		index, line,
		kind: line.kind,
		rank: Math.max(0, LEVELS.indexOf(line.level)),
		host: hostOf(line) || (line.host_names ? line.host_names.join(', ') : ''),
		time: line.time || line.first_seen || '',
		what: titleOf(line),
		runs: line.kind === 'correlation' ? line.count + ' events' : runsOf(line),
		rule: rule.title || '',
		techniques: techniquesOf(line),
		text: null,
	};
}

const findings = lines.filter(line => !['rule', 'coverage'].includes(line.kind)).map(project);

/* All texts in a line, for the search: made when it is first asked for. */
function collect(value, out) {
	if (typeof value === 'string')
		out.push(value);
	else if (typeof value === 'number')
		out.push(String(value));
	else if (value && typeof value === 'object')
		for (const item of Object.values(value))
			collect(item, out);
}

function searchText(finding) {
	if (finding.text === null) {
		const out = [finding.host, ...finding.techniques];

		collect(finding.line, out);
		finding.text = out.join('\n').toLowerCase();
	}
	return finding.text;
}

const filter = {terms: [], rank: 0, kind: '', host: '', technique: '', order: 'level'};

const orders = {
	level: (a, b) => b.rank - a.rank || compare(a.time, b.time) || a.index - b.index,
	time: (a, b) => compare(a.time, b.time) || a.index - b.index,
	host: (a, b) => compare(a.host.toLowerCase(), b.host.toLowerCase()) || orders.level(a, b),
};

function compare(a, b) {
	return a < b ? -1 : a > b ? 1 : 0;
}

function passes(finding) {
	return finding.rank >= filter.rank && (!filter.kind || finding.kind === filter.kind) &&
		(!filter.host || finding.host === filter.host) &&
		(!filter.technique || finding.techniques.includes(filter.technique)) &&
		filter.terms.every(term => searchText(finding).includes(term));
}

const filtered = () => findings.filter(passes).sort(orders[filter.order]);

/* Which events are linked to a subscription: by what a link names. */
const linkKey = (host, link) => JSON.stringify([host.toLowerCase(), link.namespace, link.filter, link.consumer, link.class]
	.map(name => (name || '').toLowerCase()));
const subscriptionKey = finding => linkKey(finding.host, {namespace: finding.line.namespace, filter: (finding.line.filter || {}).name,
	consumer: (finding.line.consumer || {}).name, class: (finding.line.consumer || {}).class});
const placeOf = ref => ref.source ? JSON.stringify([ref.source.path, ref.source.entry, ref.source.offset]) : '';

function indexBy(items, keysOf) {
	const index = new Map();

	for (const item of items)
		for (const key of keysOf(item))
			if (index.has(key))
				index.get(key).push(item);
			else
				index.set(key, [item]);
	return index;
}

const linked = indexBy(findings, finding => finding.kind === 'evidence'
	? new Set((finding.line.links || []).map(link => linkKey(finding.host, link))) : []);
const subscriptions = indexBy(findings, finding => finding.kind === 'subscription' ? [subscriptionKey(finding)] : []);
const byPlace = indexBy(findings, finding => finding.kind === 'evidence' || finding.kind === 'event' ? [placeOf(finding.line)]
	: finding.kind === 'subscription' ? (finding.line.events || []).map(placeOf) : []);
