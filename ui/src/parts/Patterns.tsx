/** Hatching and dots for seats without activity and unknown ones, drawn once and used by address. */
export function Patterns() {
    return (
        <svg width="0" height="0" class="patterns" aria-hidden="true">
            <defs>
                <pattern id="fill-none" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect width="2" height="5" fill="var(--c-reclaim)" />
                </pattern>
                <pattern id="fill-unknown" width="4" height="4" patternUnits="userSpaceOnUse">
                    <circle cx="1.2" cy="1.2" r="1" fill="var(--c-unknown)" />
                    <circle cx="3.2" cy="3.2" r="1" fill="var(--c-unknown)" />
                </pattern>
            </defs>
        </svg>
    );
}
