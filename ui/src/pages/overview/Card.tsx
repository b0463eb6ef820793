import { useId } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { t } from '../../texts';
import { Spark } from './Spark';

export interface CardProps {
    name: string;
    /** What the figure lacks; the tag's tooltip. */
    partial: string | null;
    value: string;
    beside: ComponentChildren;
    says: string;
    trend: (number | null)[];
    colour: string;
    way: ComponentChildren;
    hollow: boolean;
}
/** A figure is never alone: what it lacks, how it moved, where its records are. */
export function Card({ name, partial, value, beside, says, trend, colour, way, hollow }: CardProps) {
    const id = useId();
    return (
        <article class="card" aria-labelledby={id}>
            <h2 id={id} class="card-name">
                {name}
                {partial && (
                    <span class="tag warn" title={partial}>
                        {t.partial}
                    </span>
                )}
            </h2>
            <p class="card-value">
                {value} {beside && <small>{beside}</small>}
            </p>
            <p class="card-says">{says}</p>
            <Spark values={trend} colour={colour} hollow={hollow} />
            <p class="card-way">
                {way}
                <span>{t.overview.months(trend.length)}</span>
            </p>
        </article>
    );
}
