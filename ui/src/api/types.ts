// What the server answers, /api/v1. Times are UTC "YYYY-MM-DDTHH:MM:SSZ", money is decimal text, unknown is null.

export interface Money {
    currency: string;
    amount: string;
}
export type UserState = 'active' | 'inactive' | 'none' | 'unknown';
export type RunStatus = 'running' | 'complete' | 'incomplete' | 'failed' | 'cancelled';
export type Severity = 'bad' | 'warn' | 'info';

export interface Session {
    version: string;
    needs_sign_in: boolean;
    signed_in: boolean;
    role: 'administrator' | 'viewer' | null;
    csrf: string | null;
    now: string;
}

export interface SettingDef {
    key: string;
    default: string | null;
    default_text: string | null;
    type: string;
    /** Of an int; of a duration in milliseconds. */
    range: { min: number; max: number } | null;
    /** Those that are allowed, with commas. */
    words: string | null;
    help: string;
}
export interface Setting extends SettingDef {
    value: string | null;
    source: 'default' | 'set';
}
export interface Provider {
    name: string;
    title: string;
    vendor: string;
    summary: string;
    guide: string[];
    developer_centre: string;
    who: string;
    scopes: string[];
    settings: SettingDef[];
}

export interface Progress {
    id: number;
    state: 'queued' | 'running';
    phase: 'users' | 'licenses' | 'history' | 'publish' | null;
    trigger: string;
    started_at: string | null;
    planned: number | null;
    done: number;
    requests: number;
    records: number;
    retries: number;
    rate_per_second: string | null;
    waited_ms: number;
    waiting_until: string | null;
    errors: number;
    seconds_left: number | null;
    cancelling: boolean;
    here: boolean;
    /** When it went on with the run that was cut; null: it began anew. */
    resumed_at: string | null;
}
export interface ConnectorRow {
    id: number;
    name: string;
    provider: string;
    active: boolean;
    account: { key: string; name: string | null } | null;
    last_aggregation: {
        id: number;
        started_at: string;
        finished_at: string | null;
        status: RunStatus;
        error: string | null;
    } | null;
    data_of: string | null;
    active_users: number | null;
    users: number | null;
    monthly_cost: Money[];
    schedule: { text: string; next: string[] } | null;
    running: Progress | null;
    grant: { days_left: number | null; refresh_expires_at: string | null; refused_at?: string | null } | null;
    status: 'ok' | 'incomplete' | 'failed' | 'running' | 'never' | 'sign_in';
    queued: boolean;
}

export interface Grant {
    granted_by: string | null;
    granted_by_name?: string | null;
    is_admin?: boolean;
    granted_at: string;
    language: string | null;
    time_zone: string | null;
    scopes: string[];
    account_key: string | null;
    account_name?: string | null;
    refresh_expires_at: string | null;
    days_left: number | null;
    refused_at?: string | null;
}
export interface TokenWork {
    state: 'none' | 'waiting' | 'exchanging' | 'choose' | 'done' | 'failed';
    url: string | null;
    redirect_uri: string | null;
    can_catch: boolean;
    message: string | null;
    next: string | null;
    accounts: { key: string; name: string | null }[];
}
export interface TestStep {
    name: string;
    ok: boolean | null;
    detail: string | null;
    next: string | null;
    ms: number | null;
}
export interface TestWork {
    state: 'none' | 'running' | 'passed' | 'failed';
    steps: TestStep[];
}
export interface Connector {
    id: number;
    name: string | null;
    provider: string;
    active: boolean;
    draft: boolean;
    draft_of: number | null;
    has_secret: boolean;
    tested: boolean;
    settings: Setting[];
    grant: Grant | null;
    warning: string | null;
    token: TokenWork;
    test: TestWork;
}
export interface ScheduleText {
    text: string;
    next: { utc: string; local: string }[];
}

export interface Summary {
    connector: string;
    account: { key: string | null; name: string | null };
    aggregation: { id: number; started_at: string; finished_at: string | null; status: RunStatus };
    window_days: number;
    users: number;
    active_users: number;
    inactive_users: number;
    no_activity_users: number;
    unknown_users: number;
    monthly_cost: Money[];
    subscriptions_without_price: number;
    cost_per_active_user: Money[];
    potential_saving: Money[];
    partial: boolean;
    seats: SeatTotals;
    /** Without subscriptions that have no limit. */
    limited_seats: SeatTotals;
    unlimited_subscriptions: number;
    time_zone: string;
}
export interface SeatTotals extends Record<UserState, number> {
    purchased: number;
    assigned: number;
    invited: number;
    reclaimable: number;
}
type Unknowable<T> = { [K in keyof T]: T[K] | null };
export interface TrendMonth
    extends Unknowable<Omit<Summary, 'connector' | 'account' | 'aggregation' | 'window_days' | 'time_zone'>> {
    month: string;
    /** The last that published in the month; null: none, and no figure is known. */
    aggregation: { id: number; started_at: string; status: RunStatus } | null;
    subscriptions: { key: string; name: string; purchased: number | null; assigned: number; enabled: boolean }[] | null;
}
export interface Overview {
    summary: Summary;
    reclaimable_seats: number;
    assigned_seats: number;
    trend: { months: TrendMonth[] };
    notices: Notice[];
}
export interface Notice {
    severity: Severity;
    kind: string;
    text: string;
    action: { label: string; href?: string; kind?: string } | null;
}

export interface UserRow {
    key: string;
    email: string | null;
    name: string | null;
    status: string | null;
    state: UserState;
    last_activity: string | null;
    last_activity_at: string | null;
    last_activity_text: string | null;
    last_activity_note?: string | null;
    seats: string[];
    group: string | null;
    group_key?: string | null;
    unknown_reason?: string | null;
}
export interface Named {
    key: string;
    name: string | null;
}
export interface UsersPage {
    total: number;
    counts: { all: number } & Record<UserState, number>;
    /** What one can filter by: with choices=1; else null. */
    groups: Named[] | null;
    seats: Named[] | null;
    language: string | null;
    users: UserRow[];
}
/** A page of users with what came with the first one. */
export type UsersHead = UsersPage & { groups: Named[]; seats: Named[] };

/** month and aggregation: where a month was asked for. Nothing was read up to it: aggregation is null, as are the seats. */
export interface Subscriptions {
    subscriptions: Subscription[];
    month?: string;
    aggregation?: number | null;
}
export interface Subscription {
    key: string;
    name: string;
    products: string[];
    enabled: boolean;
    purchased: number | null;
    assigned: number | null;
    invited: number | null;
    available: number | null;
    over_assigned: number | null;
    active: number | null;
    inactive: number | null;
    none: number | null;
    unknown: number | null;
    metering: string | null;
    monthly_cost: Money | null;
    potential_saving?: Money | null;
    user_count?: number | null;
    reclaimable?: number | null;
    price?: string | null;
    billing?: string | null;
    price_from?: string | null;
}
export interface PricePeriod {
    subscription: string;
    from: string;
    metering: string;
    amount: string | null;
    currency: string | null;
    billing: string | null;
    quantity: number | null;
    note: string | null;
}
interface EffectOn {
    monthly_cost: Money[];
    potential_saving: Money[];
    cost_per_active_user: Money[];
    subscriptions_without_price: number;
}

interface EffectOnOne {
    quantity: number | null;
    monthly_cost: Money | null;
    potential_saving: Money | null;
}

export interface PricePreview {
    month: string;
    subscription: { key: string; name: string | null; before: EffectOnOne; after: EffectOnOne };
    before: EffectOn;
    after: EffectOn;
}

export interface Run {
    id: number;
    trigger: string;
    started_at: string;
    finished_at: string | null;
    status: RunStatus;
    requests: number | null;
    records: number | null;
    rate_limited_ms: number | null;
    error: string | null;
    /** When it went on after it had been cut; null: it was not. */
    resumed_at: string | null;
    /** From when on the next run begins by itself, unless another has begun since. */
    again_at: string | null;
    /** The next run goes on with this one. */
    goes_on: boolean;
}
export interface Differences {
    to: number | null;
    joined: number | null;
    left: number | null;
    became_inactive: number | null;
    seats_bought: number | null;
}
export interface RunDetail extends Run {
    incomplete: { reason: string; users: number }[];
    differences: Differences | null;
}
export interface AuditEntry {
    id: number;
    at: string;
    who: string | null;
    what: string;
    connector: string | null;
    detail: string | null;
}

export interface AlertThreshold {
    /** null: each. */
    connector: number | null;
    figure: 'monthly_cost' | 'active_users' | 'reclaimable_seats';
    currency: string | null;
    is: 'above' | 'below';
    limit: string;
}
export interface Alert {
    id: number;
    connector_id: number;
    connector: string;
    kind: string;
    subject: string | null;
    severity: Severity;
    text: string;
    next: string;
    began_at: string;
    ended_at: string | null;
    deliveries: { channel: string; state: 'waiting' | 'sent' | 'given_up'; tries: number; at: string | null; next_at: string | null; error: string | null }[];
}
export interface Alerts {
    has_webhook_url: boolean;
    webhook_host: string | null;
    has_mail_password: boolean;
    channels: string[];
    settings: Setting[];
    thresholds: AlertThreshold[];
    alerts: Alert[];
    test: {
        state: 'none' | 'running' | 'done' | 'failed';
        message: string | null;
        next: string | null;
        channels: { channel: string; ok: boolean; message: string | null; next: string | null }[];
    };
}
export interface AlertsChange {
    webhook_url?: string | null;
    mail_password?: string | null;
    settings: Record<string, string | null>;
}
