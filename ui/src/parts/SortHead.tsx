import { setQuery } from '../router';
import { Icon } from './Icon';

/** A column head; with sort, a button that sorts by it and turns the order. */
export function SortHead(props: { class?: string; label: string; sort: string | null; at: string; order: string; first?: 'asc' | 'desc' }) {
    const { label, sort, at, order, first = 'asc' } = props;
    const is = sort !== null && sort === at;
    return (
        <th scope="col" class={props.class} aria-sort={is ? (order === 'desc' ? 'descending' : 'ascending') : undefined}>
            {sort ? (
                <button type="button" onClick={() => setQuery({ sort, order: is ? (order === 'desc' ? 'asc' : 'desc') : first })}>
                    {label}
                    {is && <Icon name={order === 'desc' ? 'down' : 'up'} size={12} />}
                </button>
            ) : (
                label
            )}
        </th>
    );
}
