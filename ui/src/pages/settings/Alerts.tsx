import { isAdministrator } from '../../app/store';
import { Trouble } from '../../parts/Trouble';
import { Waiting } from '../../parts/Waiting';
import { t } from '../../texts';
import { AlertsForm } from './AlertsForm';
import { RecentAlerts } from './RecentAlerts';
import { Thresholds } from './Thresholds';
import { useAlerts } from './useAlerts';

/** What needs a person, and how it is told. A viewer sees what was told, and by which ways. */
export function Alerts() {
    const a = useAlerts();
    if (!a.data) return a.error ? <Trouble error={a.error} onRetry={a.reload} /> : <Waiting rows={8} />;
    return (
        <>
            {isAdministrator() ? (
                <>
                    <AlertsForm a={a} />
                    <Thresholds a={a} />
                </>
            ) : (
                <p>{a.data.channels.length ? t.alerts.toldBy(a.data.channels.map((c) => t.alerts.ways[c] ?? c)) : t.alerts.noWay}</p>
            )}
            <RecentAlerts alerts={a.data.alerts} />
        </>
    );
}
