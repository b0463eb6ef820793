// What `explain` answers: a definition, a formula with its numbers, facts, and the parts and records below them.
import type { Money, UserState } from '../../api/types';

export type Fact = string | number | boolean | Money | null;
export interface Explanation {
    what: 'active' | 'user' | 'cost';
    title: string | null;
    definition: string | null;
    formula: string | null;
    facts: Record<string, Fact>;
    states?: { state: UserState; count: number }[];
    unread?: { what: string; reason: string | null; count: number }[];
    records?: { key: string; name: string | null; email: string | null; started_at: string | null; ended_at: string | null; last_activity_text: string | null }[];
    meetings?: { started_at: string | null; ended_at: string | null; type: string | null; role: string | null; aggregation: number | null }[];
    days?: { day: string; file: string | null; imported_at: string | null }[];
    seats?: { subscription: string; name: string | null }[];
    holders?: { key: string; name: string | null; email: string | null; state: UserState; since_aggregation: number | null }[];
}
