export function Switch(props: {
    on: boolean;
    label: string;
    hideLabel?: boolean;
    disabled?: string | null;
    describedBy?: string;
    onChange: (on: boolean) => void;
}) {
    const { on, label, hideLabel, disabled, describedBy, onChange } = props;
    return (
        <button
            type="button"
            class="switch"
            role="switch"
            aria-checked={on}
            aria-label={hideLabel ? label : undefined}
            aria-disabled={disabled ? true : undefined}
            aria-describedby={describedBy}
            title={disabled ?? undefined}
            onClick={() => !disabled && onChange(!on)}
        >
            <i aria-hidden="true" />
            {hideLabel ? null : label}
        </button>
    );
}
