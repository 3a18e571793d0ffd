/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of the report, and for each finding the little that lists and filters need of it. Lines
 * stand in the page with each text and each list of names once (report/html_data.h); a line is made
 * again of that when it is opened.
 */

const LEVELS = ['none', 'informational', 'low', 'medium', 'high', 'critical'];
const LIST = -1, NUMBER = -2;
const shapes = [], texts = [], values = [];

for (const [newShapes, newTexts, value] of JSON.parse(byId('data').textContent)) {
	shapes.push(...newShapes.map(names => ({names, at: new Map(names.map((name, i) => [name, i + 1]))})));
	for (const text of newTexts)
		texts.push(text);
	values.push(value);
}

/* Names are the log's, too: no assignment, which some would make more of. */
function decode(value) {
	if (typeof value === 'number')
		return value < 0 ? -1 - value : texts[value];
	if (!Array.isArray(value))
		return value === null ? undefined : value;
	if (value[0] === NUMBER)
		return value[1];
	if (value[0] === LIST)
		return value.slice(1).map(decode);
	return Object.fromEntries(shapes[value[0]].names.map((name, i) => [name, decode(value[i + 1])]));
}

/* A member of an object that is not decoded. */
function member(value, name) {
	const at = value && shapes[value[0]].at.get(name);

	return at ? value[at] : undefined;
}

const elements = value => value ? value.slice(1) : [];
const kindOf = value => texts[member(value, 'kind')];
const ofKind = kind => values.filter(value => kindOf(value) === kind).map(decode);
const rules = new Map(ofKind('rule').map(rule => [rule.rule_id || rule.title, rule]));
const hosts = ofKind('coverage');

/* A machine of several names is the one that its coverage has. */
const aliases = new Map();
for (const host of hosts)
	for (const name of [host.host, ...host.host_names || []])
		if (name)
			aliases.set(name.toLowerCase(), host.host);
const hostOf = name => name ? aliases.get(name.toLowerCase()) || name : '';

const TECHNIQUE = /^attack\.(t\d{4}(?:\.\d{3})?)$/;
function techniquesOf(tags) {
	return [...new Set(tags.map(tag => TECHNIQUE.exec(tag)).filter(found => found).map(found => found[1].toUpperCase()))];
}

function firstText(object, names) {
	for (const name of names)
		if (object && typeof object[name] === 'string' && object[name])
			return object[name];
	return '';
}

const nameIn = (value, object, name) => decode(member(member(value, object), name));

function runsOf(value) {
	const properties = decode(member(member(value, 'consumer'), 'properties')) || {}, data = decode(member(value, 'data')) || {};
	const texts = object => Object.values(object).filter(text => typeof text === 'string').join(' ');

	return firstText(properties, ['CommandLineTemplate', 'ScriptText', 'ScriptFileName', 'ExecutablePath']) || texts(properties) ||
		firstText(data, ['CommandLine', 'ScriptBlockText', 'Query', 'Image', 'NewProcessName', 'Operation', 'ImageLoaded', 'TargetFilename',
			'TargetObject', 'Payload', 'ProviderPath']) || texts(data);
}

function titleOf(value) {
	const kind = kindOf(value), id = decode(member(value, 'event_id'));

	if (kind === 'subscription' || kind === 'stack')
		return (nameIn(value, 'filter', 'name') || '(no filter)') + ' → ' + (nameIn(value, 'consumer', 'name') || '(no consumer)');
	if (kind === 'correlation')
		return decode(member(value, 'title')) || 'correlation';
	return words(decode(member(value, 'evidence')) || decode(member(value, 'provider')) || 'event') + (id === undefined ? '' : ' (' + id + ')');
}

/* Most lines have one of a few sets of matches: what the rules say is made of each once. */
const judged = new Map();

function judge(matches) {
	const heads = matches.map(match => [member(match, 'title'), member(match, 'tags')]), key = JSON.stringify(heads);

	if (!judged.has(key))
		judged.set(key, {rule: heads.length > 0 ? decode(heads[0][0]) : '', techniques: techniquesOf(heads.flatMap(([, tags]) => decode(tags) || []))});
	return judged.get(key);
}

/* Of a line only what the list shows; the rest is most of it. */
class Finding {
	constructor(value, index) {
		const get = name => decode(member(value, name));
		const names = get('host_names');
		const {rule, techniques} = judge(elements(member(value, 'matches')));

		this.index = index;
		this.value = value;
		this.kind = get('kind');
		this.rank = Math.max(0, LEVELS.indexOf(get('level')));
		this.host = hostOf(get('host')) || (names ? names.join(', ') : '');
		this.time = get('time') || get('first_seen') || '';
		this.what = titleOf(value);
		this.runs = this.kind === 'correlation' ? get('count') + ' events' : runsOf(value);
		this.rule = rule || (get('rule') || get('known_good') || {}).title || '';
		this.techniques = techniques;
	}

	get line() {
		return decode(this.value);
	}
}

const findings = [];
for (const value of values)
	if (!['rule', 'rules', 'coverage'].includes(kindOf(value)))
		findings.push(new Finding(value, findings.length));

/* The texts that hold a term: each is looked at once, however many lines have it. */
const lowered = [];

function textsWith(term) {
	const found = new Uint8Array(texts.length);

	for (let i = 0; i < texts.length; i++) {
		lowered[i] = lowered[i] || texts[i].toLowerCase();
		found[i] = lowered[i].includes(term);
	}
	return found;
}

/* Whether the term stands in a text or a number of a line; `found` is what textsWith() says. */
function holds(value, term, found) {
	if (typeof value === 'number')
		return value < 0 ? String(-1 - value).includes(term) : found[value] === 1;
	if (!Array.isArray(value))
		return false;
	if (value[0] === NUMBER)
		return String(value[1]).includes(term);
	for (let i = 1; i < value.length; i++)
		if (holds(value[i], term, found))
			return true;
	return false;
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
		filter.terms.every(({term, found}) => holds(finding.value, term, found) || finding.host.toLowerCase().includes(term));
}

function search(text) {
	filter.terms = text.toLowerCase().split(/\s+/).filter(term => term).map(term => ({term, found: textsWith(term)}));
}

const filtered = () => findings.filter(passes).sort(orders[filter.order]);

/* Which events are linked to a subscription: by what a link names. */
const linkKey = (host, link) => JSON.stringify([host.toLowerCase(), link.namespace, link.filter_name, link.consumer_name, link.class]
	.map(name => (name || '').toLowerCase()));
const subscriptionKey = ({host, value}) => linkKey(host, {namespace: decode(member(value, 'namespace')), filter_name: nameIn(value, 'filter', 'name'),
	consumer_name: nameIn(value, 'consumer', 'name'), class: nameIn(value, 'consumer', 'class')});
const placeOf = ({source}) => source ? `${source.path}\n${source.entry}\n${source.offset}` : '';

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

/* Of an evidence line's links, of a subscription and of records: made when first asked for, as they are of all lines. */
function once(make) {
	let made = null;

	return () => made = made || make();
}

const linked = once(() => indexBy(findings, finding => finding.kind !== 'evidence' ? []
	: new Set(elements(member(finding.value, 'links')).map(link => linkKey(finding.host, decode(link))))));
const subscriptions = once(() => indexBy(findings, finding => finding.kind === 'subscription' ? [subscriptionKey(finding)] : []));
const placesOf = value => placeOf({source: {path: nameIn(value, 'source', 'path'), entry: nameIn(value, 'source', 'entry'),
	offset: nameIn(value, 'source', 'offset')}});
const byPlace = once(() => indexBy(findings, finding => finding.kind === 'evidence' || finding.kind === 'event' ? [placesOf(finding.value)]
	: finding.kind === 'subscription' ? elements(member(finding.value, 'events')).map(placesOf) : []));
