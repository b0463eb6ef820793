// One way to the server: JSON in and out, the CSRF token on every change, ETags on what was read before.
import type { Session } from './types';

export interface Problem {
    kind: string;
    message: string;
    next: string | null;
    status: number;
    field?: string | null;
    /** For Copy details: which request, when. */
    request: string;
    at: string;
}
export class ApiError extends Error {
    constructor(readonly problem: Problem) {
        super(problem.message);
    }
}
/** The server gave no answer at all. */
export class OfflineError extends Error {}

const BASE = '/api/v1';
let csrf: string | null = null;
let onSignedOut: () => void = () => undefined;
let onReach: (reached: boolean) => void = () => undefined;

export function setCsrf(token: string | null): void {
    csrf = token;
}
export function watchClient(signedOut: () => void, reach: (reached: boolean) => void): void {
    onSignedOut = signedOut;
    onReach = reach;
}

interface Asking {
    etag?: string;
    /** The page asks by itself: for the server nobody has used it. */
    poll?: boolean;
}
async function send(method: string, path: string, body: unknown, { etag, poll }: Asking = {}): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (method !== 'GET' && csrf) headers['X-CSRF'] = csrf;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (etag) headers['If-None-Match'] = etag;
    if (poll) headers['X-Poll'] = '1';
    try {
        const answer = await fetch(BASE + path, {
            method,
            headers,
            body: body === undefined ? undefined : JSON.stringify(body),
            credentials: 'same-origin',
            redirect: 'error',
        });
        onReach(true);
        return answer;
    } catch {
        onReach(false);
        throw new OfflineError('Not connected to seatledger.');
    }
}

async function problemOf(answer: Response, request: string): Promise<ApiError> {
    const at = new Date().toISOString();
    const problem: Problem = {
        kind: 'local',
        message: `The server answered ${answer.status}.`,
        next: null,
        status: answer.status,
        request,
        at,
    };
    try {
        const { error } = (await answer.json()) as { error?: Partial<Problem> };
        Object.assign(problem, error);
    } catch {
        // No JSON: the sentence above says what is known.
    }
    return new ApiError({ ...problem, status: answer.status, request, at });
}

export async function readSession(): Promise<Session> {
    const answer = await send('GET', '/session', undefined);
    if (!answer.ok) throw await problemOf(answer, 'GET /session');
    const session = (await answer.json()) as Session;
    setCsrf(session.csrf);
    return session;
}

/** How often a change waits for a store that is being written to, and how long each time. */
const PATIENCE = 20;
const PAUSE_MS = 500;

/**
 * A change. A CSRF token that grew old (the server was started again) is fetched anew, once; a store that is just
 * being written to (503: nothing was changed) is waited for.
 */
export async function change<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
    let again = true;
    for (let turn = 0; ; turn++) {
        const answer = await send(method, path, body);
        if (answer.ok) {
            const text = await answer.text();
            return (text ? JSON.parse(text) : null) as T;
        }
        const error = await problemOf(answer, `${method} ${path}`);
        if (answer.status === 401 && path !== '/session') onSignedOut();
        if (answer.status === 503 && turn < PATIENCE) {
            await new Promise((resume) => setTimeout(resume, PAUSE_MS));
            continue;
        }
        if (answer.status !== 403 || !again) throw error;
        again = false;
        const old = csrf;
        await readSession();
        if (csrf === old) throw error;
    }
}

export interface Answer<T> {
    data: T;
    etag: string | null;
    /** The server said that nothing changed; data is what was handed in. */
    same: boolean;
}
export async function read<T>(path: string, had?: { data: T; etag: string | null }, poll = false): Promise<Answer<T>> {
    const answer = await send('GET', path, undefined, { etag: had?.etag ?? undefined, poll });
    if (answer.status === 304 && had) return { ...had, same: true };
    if (!answer.ok) {
        if (answer.status === 401) onSignedOut();
        throw await problemOf(answer, `GET ${path}`);
    }
    return { data: (await answer.json()) as T, etag: answer.headers.get('ETag'), same: false };
}
