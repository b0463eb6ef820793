// Amounts as a person types them. None is guessed: what can be read in two ways is refused.
import { t } from '../texts';

/** The amount as the server takes it; or why it is refused. What is no amount at all is left to the server's sentence. */
export function readAmount(typed: string): { amount: string; wrong: string | null } {
    const text = typed.trim();
    const refused = (wrong: string) => ({ amount: text, wrong });
    if (/^[\d.,\s'’]*[\s'’][\d.,\s'’]*$/.test(text)) return refused(t.price.blanks(text.replace(/[\s'’]/g, '')));
    const [all, whole, part] = /^(\d+)[.,](\d+)$/.exec(text) ?? [];
    if (!all) return { amount: text, wrong: null };
    if (part!.length !== 3) return { amount: `${whole}.${part}`, wrong: null };
    const short = part!.endsWith('0') ? part!.slice(0, 2) : part + '0';
    const decimal = `${whole}.${short}`;
    return refused(/^[1-9]\d{0,2}$/.test(whole!) ? t.price.twoWays(text, whole! + part, decimal) : t.price.threeDigits(text, decimal));
}
