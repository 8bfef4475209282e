import { render } from 'preact';
import { App } from './app.tsx';
import './styles/base.css';
import './styles/controls.css';
import './styles/overview.css';
import './styles/service.css';
import './styles/picture.css';
import './styles/what-if.css';

const root = document.getElementById('app');
if (root) render(<App />, root);
