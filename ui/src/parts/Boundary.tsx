import { Component, type ComponentChildren } from 'preact';
import { Trouble } from './Trouble';

/** A page that fails says so in its own place; the frame lives, and another address begins anew. */
export class Boundary extends Component<{ at: string; children: ComponentChildren }, { error: Error | null; at: string }> {
    state = { error: null, at: this.props.at };
    static getDerivedStateFromProps(props: { at: string }, state: { error: Error | null; at: string }) {
        return props.at === state.at ? null : { error: null, at: props.at };
    }
    componentDidCatch(error: Error) {
        console.error(error);
        this.setState({ error });
    }
    render() {
        const { error } = this.state as { error: Error | null };
        if (!error) return this.props.children;
        return (
            <main id="content" class="main" tabIndex={-1}>
                <div class="body">
                    <Trouble error={error} onRetry={() => this.setState({ error: null })} />
                </div>
            </main>
        );
    }
}
