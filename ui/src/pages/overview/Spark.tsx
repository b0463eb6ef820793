const W = 240;
const H = 32;
const PAD = 4;

/** The figure over the months on its own scale; a gap where unknown, a dot at now. The words beside it say it. */
export function Spark({ values, colour, hollow }: { values: (number | null)[]; colour: string; hollow: boolean }) {
    const known = values.filter((v) => v !== null);
    if (known.length < 2) return <svg class="spark" viewBox={`0 0 ${W} ${H}`} aria-hidden="true" />;
    const low = Math.min(...known);
    const high = Math.max(...known);
    const x = (i: number) => PAD + (i * (W - 2 * PAD)) / (values.length - 1);
    const y = (v: number) => (high === low ? H / 2 : H - PAD - ((v - low) * (H - 2 * PAD)) / (high - low));
    let path = '';
    values.forEach((v, i) => {
        if (v !== null) path += `${i && values[i - 1] != null ? 'L' : 'M'}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
    });
    const last = values.at(-1);
    return (
        <svg class="spark" viewBox={`0 0 ${W} ${H}`} preserveAspectRatio="none" aria-hidden="true">
            <path d={path} fill="none" stroke={`var(--${colour})`} stroke-width="1.5" vector-effect="non-scaling-stroke" stroke-linejoin="round" />
            {last != null && (
                <path
                    d={`M${x(values.length - 1)} ${y(last)}h0`}
                    fill="none"
                    stroke={`var(--${colour})`}
                    stroke-width={hollow ? 6.5 : 6}
                    stroke-linecap="round"
                    vector-effect="non-scaling-stroke"
                />
            )}
            {last != null && hollow && (
                <path d={`M${x(values.length - 1)} ${y(last)}h0`} fill="none" stroke="var(--bg)" stroke-width="3" stroke-linecap="round" vector-effect="non-scaling-stroke" />
            )}
        </svg>
    );
}
