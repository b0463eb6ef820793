import { Waiting } from '../../parts/Waiting';

/** The layout of the page, empty. */
export function OverviewWaiting() {
    return (
        <>
            <div class="cards" aria-hidden="true">
                {[0, 1, 2, 3].map((i) => (
                    <div key={i} class="card card-wait" />
                ))}
            </div>
            <Waiting rows={5} />
        </>
    );
}
