import type { PricePeriod, Subscription } from '../../api/types';
import { isAdministrator } from '../../app/store';
import { t } from '../../texts';
import { Periods } from './Periods';
import { PriceForm } from './PriceForm';

/** Under its subscription: the price periods, and a new one with its effect before it is saved. */
export function PriceRow(props: { id: number; s: Subscription; prices: PricePeriod[]; month: string; onClose: () => void }) {
    const { id, s, prices, month, onClose } = props;
    const mine = prices.filter((p) => p.subscription === s.key).sort((a, b) => b.from.localeCompare(a.from));
    return (
        <tr class="opened">
            <td colSpan={9}>
                <div
                    class="price-row"
                    onKeyDown={(event) => {
                        if (event.key !== 'Escape' || event.defaultPrevented) return;
                        event.stopPropagation();
                        onClose();
                        document.querySelector<HTMLElement>('tr.chosen [data-row]')?.focus();
                    }}
                >
                    <div class="price-main">
                        <h2 class="minor">{t.price.periodsOf(s.name)}</h2>
                        {mine.length ? <Periods id={id} list={mine} /> : <p class="small second">{t.price.noPeriod}</p>}
                        {isAdministrator() && <PriceForm id={id} s={s} prices={prices} month={month} onClose={onClose} />}
                    </div>
                </div>
            </td>
        </tr>
    );
}
