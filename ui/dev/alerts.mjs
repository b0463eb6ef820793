// Settings, Alerts: what is set up, what was told.
const settings = () =>
    [
        ['kinds', 'aggregation,stale,grant,price,threshold', null, 'list', null, 'aggregation,stale,grant,price,threshold', 'what alerts are about; others are not made'],
        ['grant_days', '7', null, 'int', { min: 1, max: 90 }, null, 'so many days before a grant expires it is told, once more a day before, and when it is over'],
        ['stale_days', '7', null, 'int', { min: 1, max: 366 }, null, 'a connector without a schedule is stale when nothing was published for so many days'],
        ['stale_margin', '6h', null, 'duration', { min: 600000, max: 2592000000 }, null, 'a connector with a schedule is stale when nothing was published so long after a start that it named'],
        ['webhook_format', 'generic', null, 'word', null, 'generic,slack', 'what is posted to the webhook: all that is known as JSON, or the one text that Slack and those like it take'],
        ['mail_host', null, 'none: no mail is sent', 'text', null, null, 'the mail server (SMTP), as mail.example.com'],
        ['mail_port', '587', null, 'int', { min: 1, max: 65535 }, null, 'its port: 587 for starttls, 465 for tls'],
        ['mail_security', 'starttls', null, 'word', null, 'starttls,tls,none', 'starttls begins in the clear and must be raised to TLS, tls is TLS from the start, none is for a server on this machine only'],
        ['mail_user', null, 'none: without signing in', 'text', null, null, 'who signs in at the mail server'],
        ['mail_from', null, 'none', 'text', null, null, "the sender's address"],
        ['mail_to', null, 'none', 'text', null, null, "the receivers' addresses, with a comma between them"],
        ['ca_file', null, "the system's", 'file', null, null, "PEM file of the certificate authorities to trust instead of the system's"],
    ].map(([key, def, default_text, type, range, words, help]) => ({ key, default: def, default_text, type, range, words, help, value: def, source: 'default' }));
const told = (channel, state, at, more = {}) => ({ channel, state, tries: 0, at, next_at: null, error: null, ...more });
const recent = [
    { id: 41, connector_id: 3, connector: 'Halden Group', kind: 'grant', subject: null, severity: 'warn', text: 'the grant expires in 6 days, on 2026-12-01', next: 'run Get Token before then, or aggregations stop', began_at: '2026-11-25T00:00:05Z', ended_at: null, deliveries: [told('webhook', 'sent', '2026-11-25T00:00:06Z'), told('mail', 'waiting', '2026-11-25T00:00:09Z', { tries: 3, next_at: '2026-11-25T09:10:00Z', error: 'mail.halden.example did not answer within 10 s' })] },
    { id: 40, connector_id: 3, connector: 'Halden Group', kind: 'price', subject: '7003005', severity: 'warn', text: 'GoToMeeting Starter (pilot) has no price in 2026-11', next: 'enter it under Subscriptions', began_at: '2026-11-24T22:01:15Z', ended_at: null, deliveries: [told('webhook', 'sent', '2026-11-24T22:01:16Z'), told('mail', 'sent', '2026-11-24T22:01:18Z')] },
    { id: 37, connector_id: 5, connector: 'Aster Retail', kind: 'aggregation', subject: null, severity: 'bad', text: 'the aggregation of 2026-11-22 failed: GoTo did not answer', next: 'look at the run; the next one is tried as scheduled', began_at: '2026-11-22T22:03:00Z', ended_at: '2026-11-23T22:01:00Z', deliveries: [told('webhook', 'sent', '2026-11-22T22:03:02Z')] },
];
const blank = () => ({ has_webhook_url: false, webhook_host: null, has_mail_password: false, channels: [], settings: settings(), thresholds: [], alerts: [], test: { state: 'none', message: null, next: null, channels: [] } });
function filled() {
    const a = blank();
    Object.assign(a, { has_webhook_url: true, webhook_host: 'hooks.slack.example', has_mail_password: true, channels: ['webhook', 'mail'], alerts: recent });
    for (const [key, value] of Object.entries({ webhook_format: 'slack', mail_host: 'mail.halden.example', mail_from: 'seatledger@halden.example', mail_to: 'licences@halden.example', mail_user: 'seatledger' })) Object.assign(a.settings.find((s) => s.key === key), { value, source: 'set' });
    a.thresholds = [{ connector: 3, figure: 'monthly_cost', currency: 'EUR', is: 'above', limit: '12000.00' }, { connector: null, figure: 'reclaimable_seats', currency: null, is: 'above', limit: '100' }];
    return a;
}
export function alerts(state, method, path, body, ok, no) {
    const a = (state.alerts ??= state.empty ? blank() : filled());
    if (path === '/alerts/test') {
        a.test = { state: 'running', message: null, next: null, channels: [] };
        const end = setTimeout(() => (a.test = { ...a.test, state: 'done', channels: a.channels.map((channel) => (channel === 'mail' ? { channel, ok: false, message: 'mail.halden.example did not answer within 10 s', next: 'check mail_host and mail_port' } : { channel, ok: true, message: null, next: null })) }), state.step ?? 300);
        end.unref();
    } else if (path === '/alerts/thresholds') {
        const at = body.thresholds.findIndex((x) => !/^\d+(\.\d+)?$/.test(x.limit));
        if (at >= 0) return no(400, 'usage', `"${body.thresholds[at].limit}" is no amount`, 'write it as 1234.50', { field: `thresholds/${at}/limit` });
        a.thresholds = body.thresholds;
    } else if (method === 'PUT') {
        if (body.webhook_url?.startsWith('http://')) return no(400, 'usage', 'webhook_url: plain http is allowed only to this machine', 'write https://', { field: 'webhook_url' });
        if (body.webhook_url !== undefined) Object.assign(a, { has_webhook_url: !!body.webhook_url, webhook_host: body.webhook_url && new URL(body.webhook_url).hostname });
        if (body.mail_password !== undefined) a.has_mail_password = !!body.mail_password;
        for (const [key, value] of Object.entries(body.settings)) Object.assign(a.settings.find((s) => s.key === key), { value, source: value === null ? 'default' : 'set' });
        a.channels = [a.has_webhook_url && 'webhook', a.settings.find((s) => s.key === 'mail_host').value && 'mail'].filter(Boolean);
    }
    return ok(structuredClone(a));
}
