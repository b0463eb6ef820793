import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../../api/client';
import { signIn } from '../../app/store';
import { rich } from '../../parts/rich';
import { sentence } from '../../parts/Trouble';
import { t } from '../../texts';

export function SignIn() {
    const [password, setPassword] = useState('');
    const [wrong, setWrong] = useState('');
    const [busy, setBusy] = useState(false);
    useEffect(() => {
        document.title = `${t.signIn.title} · seatledger`;
    }, []);
    const submit = async (event: Event) => {
        event.preventDefault();
        if (busy || !password) return;
        setBusy(true);
        try {
            await signIn(password);
        } catch (error) {
            const problem = error instanceof ApiError ? error.problem : null;
            setWrong(sentence((error as Error).message) + (problem?.next ? ' ' + sentence(problem.next) : ''));
            setPassword('');
        }
        setBusy(false);
    };
    return (
        <main class="sign-in">
            <h1>{t.signIn.title}</h1>
            <form onSubmit={(event) => void submit(event)}>
                <div class="field">
                    <label for="password">{t.signIn.password}</label>
                    <input
                        id="password"
                        class="input"
                        type="password"
                        autocomplete="current-password"
                        autofocus
                        value={password}
                        aria-invalid={wrong ? true : undefined}
                        aria-describedby="password-wrong"
                        onInput={(event) => setPassword(event.currentTarget.value)}
                    />
                    <div id="password-wrong" class="wrong" role="alert">
                        {rich(wrong)}
                    </div>
                </div>
                <button type="submit" class="btn primary" aria-disabled={busy || undefined}>
                    {t.signIn.button}
                </button>
            </form>
        </main>
    );
}
