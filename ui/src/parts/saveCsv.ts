/** A file from what the page shows. Text that a spreadsheet would take for a formula is quoted with an apostrophe. */
export function saveCsv(name: string, lines: unknown[][]): void {
    const cell = (value: unknown) => {
        let text = String(value ?? '');
        if (typeof value === 'string' && /^[=+@\t\r]|^-[^\d]/.test(text)) text = "'" + text;
        return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
    };
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([lines.map((l) => l.map(cell).join(',')).join('\r\n') + '\r\n'], { type: 'text/csv' }));
    link.download = `${name}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
