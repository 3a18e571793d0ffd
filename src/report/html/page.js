/* SPDX-License-Identifier: Apache-2.0 */
/* The page: summary, hosts, and the list of findings, of which only the rows in sight are made. */

const MOST_PRINTED = 1000;
const state = {shown: [], at: -1, open: null, printing: false};

const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

function fill(parent, ...children) {
	parent.replaceChildren(...el('div', '', ...children).childNodes);
}

function rowHeight() {
	return byId('split').classList.contains('tall') ? 76 : 34;
}

function drawRow(finding, position) {
	const row = el('div', 'row', levelCell(finding), el('span', 'when', when(finding.time) || '—'), shortText('span', 'host', finding.host || '—'),
		shortText('span', 'what', finding.what), shortText('span', 'runs', finding.runs), shortText('span', 'rule', finding.rule));

	row.id = 'row-' + position;
	row.setAttribute('role', 'option');
	row.setAttribute('aria-selected', String(position === state.at));
	row.setAttribute('aria-posinset', String(position + 1));
	row.setAttribute('aria-setsize', String(state.shown.length));
	row.addEventListener('click', () => openFinding(finding));
	return row;
}

function levelCell(finding) {
	return member(finding.value, 'known_good') && finding.rank === 0 ? el('span', 'level none', 'known good')
		: levelBadge(decode(member(finding.value, 'level')));
}

function drawRows() {
	const list = byId('list'), rows = byId('rows'), height = rowHeight();
	const first = state.printing ? 0 : Math.max(0, Math.floor(list.scrollTop / height) - 8);
	const end = Math.min(state.shown.length, state.printing ? MOST_PRINTED : first + Math.ceil(list.clientHeight / height) + 16);

	byId('spacer').style.height = state.shown.length * height + 'px';
	rows.style.transform = `translateY(${first * height}px)`;
	rows.replaceChildren(...state.shown.slice(first, end).map((finding, i) => drawRow(finding, first + i)));
	if (state.printing && state.shown.length > MOST_PRINTED)
		rows.append(el('p', 'note', `The first ${MOST_PRINTED} of ${state.shown.length} findings are printed.`));
	list.setAttribute('aria-activedescendant', state.at >= first && state.at < end ? 'row-' + state.at : '');
}

function lay() {
	const split = byId('split');

	split.classList.toggle('open', state.open !== null);
	split.classList.toggle('tall', byId('list').clientWidth < 1150);
	drawRows();
}

function reveal(position) {
	const list = byId('list'), top = position * rowHeight();

	if (top < list.scrollTop || top + rowHeight() > list.scrollTop + list.clientHeight)
		list.scrollTop = top - list.clientHeight / 2;
}

function select(position) {
	state.at = Math.max(0, Math.min(state.shown.length - 1, position));
	reveal(state.at);
	drawRows();
}

function openFinding(finding, moved) {
	const detail = byId('detail');

	state.open = finding;
	state.at = state.shown.indexOf(finding);
	fill(detail, drawDetail(finding, openFinding, closeFinding));
	lay();
	if (state.at >= 0)
		reveal(state.at);
	drawRows();
	if (!moved)
		history.replaceState(null, '', '#finding-' + finding.index);
	if (getComputedStyle(byId('split')).display !== 'grid')
		detail.scrollIntoView();
	detail.focus({preventScroll: true});
}

function closeFinding() {
	if (state.open === null)
		return;
	state.open = null;
	byId('detail').replaceChildren();
	history.replaceState(null, '', '#findings');
	lay();
	byId('list').focus({preventScroll: true});
	byId('findings').scrollIntoView();
}

function apply() {
	search(byId('search').value);
	filter.rank = Number(byId('level').value);
	for (const name of ['kind', 'host', 'technique', 'order'])
		filter[name] = byId(name).value;
	state.shown = filtered();
	state.at = state.open ? state.shown.indexOf(state.open) : -1;
	byId('list').scrollTop = 0;
	byId('count').textContent = `${state.shown.length} of ${findings.length}`;
	lay();
}

function choose(changes) {
	for (const name of Object.keys(changes))
		byId(name).value = changes[name];
	apply();
	byId('findings').scrollIntoView();
}

function addOptions(id, options) {
	for (const [value, text] of options) {
		const option = el('option', '', text.length > 60 ? text.slice(0, 59) + '…' : text);

		option.value = value;
		byId(id).append(option);
	}
}

function tally(keysOf) {
	const index = indexBy(findings, keysOf);

	return [...index].map(([key, items]) => ({key, items, rank: Math.max(...items.slice(0, 10000).map(item => item.rank)),
		hosts: new Set(items.map(item => item.host)).size})).sort((a, b) => b.rank - a.rank || b.items.length - a.items.length || compare(a.key, b.key));
}

function drawHeadline() {
	const matched = findings.filter(finding => finding.rank >= LEVELS.indexOf('low'));
	const high = matched.filter(finding => finding.rank >= LEVELS.indexOf('high')).length;
	const blind = hosts.filter(host => host.covered !== 'yes').length;
	const on = new Set(matched.map(finding => finding.host)).size;

	byId('headline').textContent = `${count(matched.length, 'finding', 'findings')} (${high} high or critical) on ` +
		`${count(on, 'host', 'hosts')} of ${Math.max(on, hosts.length)}` +
		(blind ? `; ${blind} of ${hosts.length} could not, or only partly, show subscriptions` : '') + '. Times are UTC.';
}

/* The rules that findings were judged by. */
function drawRules() {
	for (const {version, rules: number, rules_sha256: digest, rules_from: paths} of ofKind('rules'))
		fill(byId('made-with'), `Made by wmihunt ${version} with ${count(number, 'rule', 'rules')}, SHA-256 `, el('code', '', digest),
			paths && [', also from ', paths.join(', ')], '.');
}

function drawSummary(techniques) {
	const byLevel = LEVELS.map((level, rank) => [level, rank, findings.filter(finding => finding.rank === rank).length]).reverse();
	const byRule = tally(finding => finding.rule ? [finding.rule] : []);

	fill(byId('summary-body'),
		el('ul', 'cards', byLevel.filter(([, , number]) => number > 0).map(([level, rank, number]) =>
			el('li', '', el('b', 'level ' + level, number), button(level === 'none' ? 'without a rule' : level, () => choose({level: rank}))))),
		findings.some(finding => finding.time) && [el('h3', '', 'Findings by day; days without any are left out'),
			drawDays(findings, day => choose({search: day}))],
		el('div', 'columns',
			el('div', '', el('h3', '', 'ATT&CK techniques'), techniques.length === 0 ? el('p', 'note', 'None.') :
				table(['Technique', 'Findings', 'Hosts', 'Highest level'], techniques.map(technique => [[techniqueLink(technique.key), ' ',
					button('show', () => choose({technique: technique.key}))],
				el('td', 'number', technique.items.length), el('td', 'number', technique.hosts), levelBadge(LEVELS[technique.rank])]))),
			el('div', '', el('h3', '', 'Rules that matched first'), byRule.length === 0 ? el('p', 'note', 'None.') :
				table(['Rule', 'Findings', 'Hosts'], byRule.slice(0, 12).map(rule => [[levelBadge(LEVELS[rule.rank]), ' ',
					button(rule.key, () => choose({search: rule.key}))], el('td', 'number', rule.items.length), el('td', 'number', rule.hosts)])),
			byRule.length > 12 && el('p', 'note', `The first 12 of ${byRule.length} rules.`))));
}

function drawLogs(host) {
	const known = ['channel', 'state', 'from', 'to', 'records', 'missing', 'reports'];

	return [(host.blind || []).length > 0 && el('ul', '', host.blind.map(text => el('li', '', text))),
		table(['Log', 'State', 'From', 'To', 'Records', 'Missing', 'Reports', 'More'], (host.logs || []).map(log => [log.channel,
			words(log.state), el('td', 'when', when(log.from)), el('td', 'when', when(log.to)), el('td', 'number', log.records ?? ''),
			el('td', 'number', log.missing ?? ''), el('td', 'number', log.reports ?? ''),
			Object.entries(log).filter(([name]) => !known.includes(name)).map(([name, value]) =>
				words(name) + (value === true ? '' : ' ' + (Array.isArray(value) ? value.map(when).join(', ') : value))).join('; ')])),
		facts(Object.entries(host).filter(([name]) => !['kind', 'host', 'logs', 'blind', 'covered', 'findings'].includes(name))),
		button('Its findings', () => choose({host: host.host}))];
}

const COVERED = {yes: ['good', 'covered'], partly: ['fair', 'partly covered'], no: ['bad', 'not covered']};
const MOST_HOSTS = 500;

function drawCoverage() {
	const order = ['no', 'partly', 'yes'];
	const sorted = [...hosts].sort((a, b) => order.indexOf(a.covered) - order.indexOf(b.covered) || b.findings - a.findings);

	fill(byId('coverage-body'), hosts.length === 0 ? el('p', 'note', 'The input says nothing of it.') :
		el('div', 'hosts', sorted.slice(0, MOST_HOSTS).map(host => folded(el('summary', '', el('span', '', host.host || '(no name)'),
			el('span', ...(COVERED[host.covered] || ['fair', words(host.covered)])), el('span', '', count(host.findings, 'finding', 'findings')),
			el('span', 'faint', (host.blind || []).length > 0 ? host.blind[0] : '')), () => drawLogs(host)))),
	hosts.length > MOST_HOSTS && el('p', 'note', `${MOST_HOSTS} of ${hosts.length} hosts are listed, the least covered first.`));
}

function turnTheme() {
	const root = document.documentElement;
	const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;

	root.dataset.theme = dark ? 'light' : 'dark';
}

function press(event) {
	const typing = ['INPUT', 'SELECT', 'TEXTAREA'].includes(event.target.tagName);
	const step = {j: 1, k: -1, ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity}[event.key];
	const listed = event.target === byId('list') || event.key === 'j' || event.key === 'k';

	if (event.ctrlKey || event.altKey || event.metaKey)
		return;
	if (event.key === 'Escape') {
		if (typing)
			byId('list').focus();
		else
			closeFinding();
	} else if (!typing && event.key === '/') {
		byId('search').focus();
	} else if (typing && event.target.id === 'search' && event.key === 'Enter') {
		byId('list').focus();
		select(0);
	} else if (!typing && listed && step) {
		select(state.at + step);
		if (state.open && state.shown[state.at])
			openFinding(state.shown[state.at]);
	} else if (event.target === byId('list') && event.key === 'Enter' && state.shown[state.at]) {
		openFinding(state.shown[state.at]);
	} else {
		return;
	}
	event.preventDefault();
}

function drawForPrint(begins) {
	state.printing = begins;
	drawRows();
}

function follow() {
	const place = /^#finding-(\d+)$/.exec(location.hash);
	const finding = place && findings.find(one => one.index === Number(place[1]));

	if (finding && finding !== state.open)
		openFinding(finding, true);
}

function start() {
	const techniques = tally(finding => finding.techniques);

	addOptions('level', LEVELS.map((level, rank) => [rank, rank === 0 ? 'All levels' : level + (rank < 5 ? ' and above' : '')]));
	addOptions('kind', [['', 'All kinds'], ...[...new Set(findings.map(finding => finding.kind))].map(kind => [kind, kind])]);
	addOptions('host', [['', 'All hosts'], ...[...new Set(findings.map(finding => finding.host))].filter(host => host).sort().map(host => [host, host])]);
	addOptions('technique', [['', 'All techniques'], ...techniques.map(technique => [technique.key, technique.key]).sort()]);
	addOptions('order', [['level', 'By level'], ['time', 'By time'], ['host', 'By host']]);
	drawHeadline();
	drawRules();
	drawSummary(techniques);
	drawCoverage();
	for (const id of ['level', 'kind', 'host', 'technique', 'order', 'search'])
		byId(id).addEventListener('input', apply);
	byId('reset').addEventListener('click', () => choose({search: '', level: 0, kind: '', host: '', technique: '', order: 'level'}));
	byId('theme').addEventListener('click', turnTheme);
	byId('list').addEventListener('scroll', drawRows);
	addEventListener('resize', lay);
	addEventListener('keydown', press);
	addEventListener('hashchange', follow);
	addEventListener('beforeprint', () => drawForPrint(true));
	addEventListener('afterprint', () => drawForPrint(false));
	apply();
	follow();
}

start();
