// Light or dark: the person's choice, else the system's. Charts are told, for they draw on canvas.
const watchers = new Set<() => void>();
const system = matchMedia('(prefers-color-scheme: dark)');

export function theme(): 'light' | 'dark' {
    const asked = new URLSearchParams(location.search).get('theme') ?? localStorage.getItem('theme');
    return asked === 'light' || asked === 'dark' ? asked : system.matches ? 'dark' : 'light';
}
function apply(): void {
    document.documentElement.dataset.theme = theme();
    watchers.forEach((watch) => watch());
}
export function toggleTheme(): void {
    localStorage.setItem('theme', theme() === 'dark' ? 'light' : 'dark');
    apply();
}
export function watchTheme(watch: () => void): () => void {
    watchers.add(watch);
    return () => void watchers.delete(watch);
}
system.addEventListener('change', apply);
addEventListener('beforeprint', () => {
    document.documentElement.dataset.theme = 'light';
    watchers.forEach((watch) => watch());
});
addEventListener('afterprint', apply);
apply();
