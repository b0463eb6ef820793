// What `explain` answers, as far as the page shows it.
import type { PricePeriod, Subscription, UserRow } from '../../api/types';

export interface ExplainedActive {
    users: { key: string; name: string | null; email?: string | null; last_activity?: string | null; last_activity_at?: string | null }[];
}
export interface ExplainedUser {
    user: UserRow;
    reason?: string | null;
    meetings?: { start: string; end: string | null; counts?: boolean }[];
    coverage?: { from: string; to: string } | null;
}
export interface ExplainedCost {
    subscription: Subscription;
    price: PricePeriod | null;
    month: string;
    formula?: string | null;
}
