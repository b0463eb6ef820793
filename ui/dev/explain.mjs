import { subscriptions, prices } from './data.mjs';
const aggregation = { id: 212, started_at: '2026-11-24T22:00:00Z', finished_at: '2026-11-24T22:01:14Z', status: 'incomplete', trigger: 'schedule' };
export const explainActive = (active) => ({ aggregation, window_days: 30, users: active.slice(0, 100).map((u) => ({ key: u.key, name: u.name })) });
export const explainUser = (u) => ({ aggregation, user: u });
export const explainCost = (key, month) => ({ aggregation, month, subscription: subscriptions.find((s) => s.key === key), price: prices.find((p) => p.subscription === key) ?? null });
