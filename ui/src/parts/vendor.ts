import type { Provider } from '../api/types';
import { useData } from '../api/use';
import { useCurrent } from '../app/current';
import { t } from '../texts';

/** Who makes the provider of the connector that is shown: "GoTo". */
export function useVendor(): string {
    const { row } = useCurrent();
    const { data } = useData<{ providers: Provider[] }>('/providers');
    return data?.providers.find((p) => p.name === row?.provider)?.vendor ?? t.users.provider;
}
