import './css/app.css';
import './app/theme';
import { render } from 'preact';
import { App } from './app/App';
import { startSession } from './app/store';
import { startRouter } from './router';

const root = document.createElement('div');
document.body.replaceChildren(root);
startRouter();
void startSession();
render(<App />, root);
