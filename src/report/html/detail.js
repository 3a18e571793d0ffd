/* SPDX-License-Identifier: Apache-2.0 */
/* The page of one finding. */

function levelBadge(level) {
	return el('span', 'level ' + (LEVELS.includes(level) ? level : 'none'), level || 'no rule');
}

/* Only of a technique's own form, so that a link leads nowhere else. */
function techniqueLink(technique) {
	const link = el('a', '', technique);

	if (/^T\d{4}(\.\d{3})?$/.test(technique)) {
		link.href = 'https://attack.mitre.org/techniques/' + technique.replace('.', '/') + '/';
		link.rel = 'noreferrer noopener';
		link.target = '_blank';
	}
	return link;
}

const withSpaces = items => items.flatMap(item => [item, ' ']);

function drawMatch(match) {
	const rule = rules.get(match.rule_id || match.title) || {};
	const other = (match.tags || []).filter(tag => !TECHNIQUE.test(tag));

	return el('div', 'match',
		el('p', '', levelBadge(match.level), ' ', el('b', '', match.title), ' ',
			withSpaces(techniquesOf(match.tags || []).map(techniqueLink))),
		other.length > 0 && el('p', 'faint', other.join(', ')),
		(match.fields || []).length > 0 && table(['Field', 'What matched'], match.fields.map(field => [field.field, el('code', '', field.text)])),
		rule.triage && el('p', '', el('b', '', 'Next: '), rule.triage),
		rule.references && el('p', 'faint', 'References: ', rule.references.join(', ')),
		rule.text ? folded('The rule' + (rule.file ? ': ' + rule.file : ''), () => codeBlock(rule.text))
			: el('p', 'faint', 'The rule: ' + (rule.file || match.rule_id || 'without a file')));
}

function drawMatches(line) {
	return (line.matches || []).length > 0 &&
		[el('h3', '', 'Why it matched'), line.matches.map(drawMatch)];
}

function person(entry) {
	return entry.user_name ? `${entry.user_name} (${entry.user})` : entry.user || '';
}

function drawTimeline(line) {
	const entries = line.timeline || (line.events || []).map(event => ({...event, what: event.operation || 'event'}));

	if (entries.length === 0)
		return null;
	return [el('h3', '', 'Timeline (UTC)'), drawAxis(entries.map(markEntry)),
		table(['Time', 'What', 'Event', 'By', 'Process', 'Detail'], entries.map(entry => [
			el('td', 'when', when(entry.time) || '—', entry.count > 1 && el('div', 'faint', `${entry.count} times, last ${when(entry.last)}`)),
			el('td', 'word', words(entry.what)), entry.event_id === undefined ? '' : String(entry.event_id),
			[person(entry), entry.from ? ' from ' + entry.from : entry.local ? ' from this machine' : ''],
			[entry.image || '', entry.process_id === undefined ? '' : ` (${entry.process_id})`],
			[isLong(entry.detail) ? codeBlock(entry.detail) : entry.detail || '', entry.why && el('div', 'faint', entry.why)]]))];
}

/* The level of what the rules say of an entry's event itself. */
function markEntry(entry) {
	const known = (byPlace().get(placeOf(entry)) || []).find(item => item.kind === 'evidence');

	return {...entry, rank: known ? known.rank : 0};
}

function drawFilter(part) {
	if (!part)
		return el('p', 'note', 'No event that was read says what the filter is.');
	const {query, ...rest} = part;

	return [query && codeBlock(query), facts(Object.entries(rest))];
}

function drawConsumer(part) {
	if (!part)
		return el('p', 'note', 'No event that was read says what the consumer is.');
	const {properties, decoded, ...rest} = part;

	return [facts([...Object.entries(rest), ...Object.entries(properties || {}).map(([name, value]) =>
		[name, typeof value === 'string' && value ? codeBlock(value) : value])]),
		(decoded || []).map(text => [el('h3', '', 'Decoded payload'), codeBlock(text)])];
}

function drawSources(refs) {
	return refs && refs.length > 0 && folded(`Records (${refs.length})`, () => table(['Time', 'Event', 'What', 'Record', 'File', 'Offset'],
		refs.map(ref => [el('td', 'when', when(ref.time)), String(ref.event_id ?? ''), words(ref.operation || ref.says || ''), String(ref.record_id ?? ''),
			[(ref.source || {}).path, (ref.source || {}).entry ? ': ' + ref.source.entry : ''], el('td', 'number', String((ref.source || {}).offset ?? ''))])));
}

function findingList(title, items, open, whyOf) {
	return items.length > 0 && [el('h3', '', `${title} (${items.length})`), table(['Time', 'What', 'Level', 'Why it belongs here'],
		items.slice(0, 200).map(item => [el('td', 'when', when(item.time)),
			[button(item.what, () => open(item)), el('div', '', shortText('code', '', item.runs))],
			levelBadge(item.line.level), whyOf(item)])),
	items.length > 200 && el('p', 'note', `The first 200 of ${items.length} are listed; search for more.`)];
}

/* What a line has that no section above shows. */
function drawRest(line, shown) {
	const rest = Object.entries(line).filter(([name]) => !shown.includes(name));

	return rest.length > 0 && [el('h3', '', 'More of it'), facts(rest)];
}

const HEAD = ['kind', 'host', 'level', 'matches', 'time', 'first_seen', 'last_seen'];

function drawSubscription(finding, open) {
	const line = finding.line, key = subscriptionKey(finding);
	const events = linked().get(key) || [];
	const why = item => item.line.links.filter(link => linkKey(item.host, link) === key).map(link => link.why).join('; ');

	return [
		facts([['host', line.host], ['state', words(line.state)], ['first seen', when(line.first_seen)], ['last seen', when(line.last_seen)],
			['sightings', line.sightings], ['namespace', line.namespace],
			['repository', line.repository],
			['known good', line.known_good], ['parts that were seen', (line.parts || []).join(', ')]]),
		line.incomplete && el('p', 'note', 'Incomplete: not all of its parts are known.'),
		line.partial && el('p', 'note', 'Partial: some of its content was cut off.'),
		el('h3', '', 'What starts what'), drawGraph(finding, events, open),
		el('h3', '', 'What it waits for'), drawFilter(line.filter),
		el('h3', '', 'What is then run'), drawConsumer(line.consumer),
		drawMatches(line), drawTimeline(line),
		findingList('Related events', events, open, why),
		line.contradicted_by && [el('h3', '', 'Other logs say otherwise'), drawSources(line.contradicted_by)],
		drawSources(line.events),
		drawRest(line, [...HEAD, 'state', 'sightings', 'namespace', 'repository', 'known_good', 'parts', 'incomplete', 'partial', 'filter',
			'consumer', 'timeline', 'events', 'contradicted_by'])];
}

function drawEvidence(finding, open) {
	const line = finding.line, data = line.data || {};
	const targets = (line.links || []).flatMap(link => subscriptions().get(linkKey(finding.host, link)) || []);

	return [
		facts([['host', line.host], ['time', when(line.time)], ['last', when(line.last)], ['count', line.count], ['event', line.event_id],
			['channel', line.channel], ['provider', line.provider], ['record', line.record_id], ['user', line.user_sid]]),
		line.process && [el('h3', '', 'Process'), facts(Object.entries(line.process))],
		line.parent && [el('h3', '', 'Parent'), facts(Object.entries(line.parent))],
		el('h3', '', 'What it says'), facts(Object.entries(data)),
		drawMatches(line),
		findingList('Subscriptions that it belongs to', [...new Set(targets)], open, item => line.links.filter(link =>
			linkKey(finding.host, link) === subscriptionKey(item)).map(link => link.why).join('; ')),
		drawRest(line, [...HEAD, 'last', 'count', 'event_id', 'channel', 'provider', 'record_id', 'user_sid', 'process', 'parent', 'data', 'links',
			'evidence'])];
}

function drawCorrelation(finding, open) {
	const line = finding.line;
	const items = (line.events || []).flatMap(event => byPlace().get(placeOf(event)) || []);

	return [
		facts([['host', line.host], ['first', when(line.first_seen)], ['last', when(line.last_seen)], ['events', line.count], ['group', line.group]]),
		drawMatches(line), el('h3', '', 'In order of time (UTC)'), drawAxis((line.events || []).map(event => ({...event, what: 'event ' + event.event_id}))),
		findingList('Of these, findings themselves', [...new Set(items)], open, () => 'the same record'), drawSources(line.events),
		drawRest(line, [...HEAD, 'count', 'group', 'events', 'rule_id', 'title', 'tags'])];
}

function drawOther(finding) {
	const {filter: from, consumer: to, ...rest} = finding.line;

	return [from && [el('h3', '', 'What it waits for'), drawFilter(from)], to && [el('h3', '', 'What is then run'), drawConsumer(to)],
		el('h3', '', 'All of it'), facts(Object.entries(rest))];
}

function drawDetail(finding, open, close) {
	const draw = {subscription: drawSubscription, evidence: drawEvidence, correlation: drawCorrelation}[finding.kind] || drawOther;

	return [el('h2', '', levelCell(finding), shortText('span', '', finding.what), button('Close', close, 'button')),
		draw(finding, open),
		folded('The line of the report, as JSON', () => codeBlock(JSON.stringify(finding.line, null, 2)))];
}
