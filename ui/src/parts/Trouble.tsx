import { useState } from 'preact/hooks';
import { ApiError, type Problem } from '../api/client';
import { t } from '../texts';
import { Icon } from './Icon';

const details = (p: Problem) => `${p.request} · ${p.status} · ${p.at}\n${p.message}${p.next ? '\n' + p.next : ''}`;

/** In place of what failed: one sentence, the cure, and another try. */
export function Trouble({ error, onRetry, retry = t.tryAgain, more }: { error: Error; onRetry?: () => void; retry?: string; more?: string }) {
    const [copied, setCopied] = useState(false);
    const problem = error instanceof ApiError ? error.problem : null;
    return (
        <div class="trouble" role="alert">
            <Icon name="bad" />
            <p class="grow">
                <strong>{sentence(error.message)}</strong> {problem?.next && sentence(problem.next)} {more}
            </p>
            {problem && (
                <button
                    type="button"
                    class="btn quiet"
                    onClick={() => void navigator.clipboard?.writeText(details(problem)).then(() => setCopied(true))}
                >
                    {copied ? t.copied : t.copyDetails}
                </button>
            )}
            {onRetry && (
                <button type="button" class="btn" onClick={onRetry}>
                    {retry}
                </button>
            )}
        </div>
    );
}
/** Messages of the program are clauses; on the page they begin and end as sentences do. The name of a setting stays as it is. */
export function sentence(text: string): string {
    const first = /^[a-z]+_[a-z_]+\b/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
    return /[.!?:]$/.test(first) ? first : first + '.';
}
